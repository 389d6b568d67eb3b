"""L'explorateur : ce qu'il lit, page par page, et où mènent ses boutons."""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers import connect, explore, fresh_bucket, remove_bucket
from helpers.widgets.explorer import PAGE, Entry, Listing, entries
from tests.support.widgets import SCRIPT, asked, put


@pytest.fixture(scope="module")
def large_bucket():
    """Un bucket de 1100 objets : deux requêtes de liste."""
    client = connect(quiet=True)
    name = fresh_bucket(client, "essai-widgets-grand")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda rank: put(client, name, f"objet-{rank:04}"), range(1100)))
    yield name
    remove_bucket(client, name)


def requests_of(client):
    """Renvoie de quoi compter les GET que ce client a faits depuis."""
    trace = io.StringIO()
    client.trace_on(trace)
    return lambda: len(re.findall(r"^GET ", trace.getvalue(), flags=re.M))


def names(view):
    """Renvoie les noms de la liste, tels que le widget les montre."""
    return [row["name"] for row in view.listing["rows"]]


def test_first_display_does_not_list_a_large_bucket_to_its_end(client, large_bucket):
    count = requests_of(client)
    explore(client, large_bucket)._repr_mimebundle_()
    assert count() == 2  # une pour le texte, une pour le widget ; la liste entière en demande deux


def test_large_bucket_is_listed_little_by_little(client, large_bucket):
    count = requests_of(client)
    listing = Listing(entries(client, large_bucket, ""))
    assert count() == 0
    assert [entry.name for entry in listing.first(50)] == [f"objet-{rank:04}" for rank in range(50)]
    assert count() == 1
    assert listing.span(50) == "50 premiers éléments sur 1000 ou plus"
    assert listing.goes_on(1099)
    assert count() == 2
    assert not listing.goes_on(1100)
    assert listing.span(1100) == "1100\N{NO-BREAK SPACE}éléments"
    expected = [f"objet-{rank:04}" for rank in range(1100)]
    assert [entry.name for entry in listing.first(9999)] == expected
    assert count() == 2


def test_the_list_goes_on_and_the_start_of_a_name_is_searched(client, large_bucket):
    view = explore(client, large_bucket).build()
    assert (len(names(view)), view.listing["more"]) == (PAGE, True)
    view.do_more()
    assert names(view) == [f"objet-{rank:04}" for rank in range(2 * PAGE)]
    view.do_search("objet-109")
    assert names(view) == [f"objet-109{digit}" for digit in range(10)]
    assert (view.listing["span"], view.listing["more"]) == ("10\N{NO-BREAK SPACE}éléments.", False)
    view.do_search("rien")
    assert view.listing["span"] == "Aucun nom ne commence par « rien »."
    view.do_visit(large_bucket, "")
    assert (view.listing["start"], len(names(view))) == ("", PAGE)


def test_prefixes_come_first_and_an_object_may_end_with_a_slash(client, bucket):
    for key in ("a.txt", "z/1.txt", "z/", "été/2.txt"):
        put(client, bucket, key)
    assert Listing(entries(client, bucket, "")).first(9) == [
        Entry("z/", "z/", "préfixe", "préfixe"),
        Entry("été/", "été/", "préfixe", "préfixe"),
        Entry("a.txt", "a.txt", "objet", "1 o"),
    ]
    inside = Listing(entries(client, bucket, "z/")).first(9)
    assert [(entry.name, entry.sort) for entry in inside] == [("z/", "objet"), ("1.txt", "objet")]
    assert Entry(bucket, bucket, "bucket", "bucket") in entries(client, None, "", "essai-")


def test_walk_from_the_buckets_to_an_object_and_back(client, bucket):
    key = f"2026/{SCRIPT}/note.txt"
    put(client, bucket, key, SCRIPT.encode())
    view = explore(client).build()
    assert bucket in names(view)
    view.do_visit(bucket, "")
    assert names(view) == ["2026/"]
    view.do_visit(bucket, f"2026/{SCRIPT}/")
    steps = ["Buckets", bucket, "2026/", "<script>document.title = 'PIRATE'</", "script>/"]
    assert [name for name, _, _ in view.listing["steps"]] == steps
    view.do_open(key)
    assert (view.details["key"], view.details["preview"]) == (key, {"text": SCRIPT})
    view.do_sign()
    assert "X-Amz-Signature" in view.link["url"]
    assert 890 < view.link["expires"] - time.time() <= 900
    view.do_close()
    assert (view.details, view.link) == ({}, {})


def test_deleted_object_and_deleted_bucket_are_said(client, bucket):
    put(client, bucket, "a.txt")
    view = explore(client, bucket).build()
    client.remove_object(bucket_name=bucket, object_name="a.txt")
    asked(view, "open", "a.txt")
    assert "✗ Aucun objet ne porte cette clé" in view.error
    assert view.details == {}
    client.remove_bucket(bucket_name=bucket)
    asked(view, "search", "")
    assert "✗ Ce bucket n'existe pas" in view.error
    assert names(view) == []
