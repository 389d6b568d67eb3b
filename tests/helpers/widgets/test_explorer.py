"""L'explorateur : ce qu'il lit, page par page, et où mènent ses boutons."""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from minio.commonconfig import Tags

from helpers import connect, explore, fresh_bucket, remove_bucket
from helpers.widgets.explorer import PAGE, Entry, Listing, entries
from tests.support.widgets import SCRIPT, parts, press, put, shown


@pytest.fixture(scope="module")
def large_bucket():
    """Un bucket de 2500 objets : trois requêtes de liste."""
    client = connect(quiet=True)
    name = fresh_bucket(client, "essai-widgets-grand")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda rank: put(client, name, f"objet-{rank:04}"), range(2500)))
    yield name
    remove_bucket(client, name)


def requests_of(client):
    """Renvoie de quoi compter les GET que ce client a faits depuis."""
    trace = io.StringIO()
    client.trace_on(trace)
    return lambda: len(re.findall(r"^GET ", trace.getvalue(), flags=re.M))


def press_row(widget, name):
    """Active la ligne de la liste qui porte ce nom."""
    (one,) = [one for one in lines(widget) if one.description.endswith(f"  {name}")]
    one.click()


def lines(widget):
    return [one for one in parts(widget, "Button") if "kit-row" in one._dom_classes]


def rows(widget):
    """Renvoie les lignes de la liste : la taille ou la sorte, puis le nom."""
    return [tuple(re.split(r"  +", line.description.strip())) for line in lines(widget)]


def test_first_display_does_not_list_a_large_bucket_to_its_end(client, large_bucket):
    count = requests_of(client)
    explore(client, large_bucket)._repr_mimebundle_()
    assert count() == 2  # une pour le texte, une pour le widget ; la liste entière en demande trois


def test_large_bucket_is_listed_page_by_page(client, large_bucket):
    count = requests_of(client)
    listing = Listing(entries(client, large_bucket, ""))
    assert count() == 0
    assert [entry.name for entry in listing.page(0)] == [f"objet-{rank:04}" for rank in range(PAGE)]
    assert count() == 1
    assert listing.span(0) == f"éléments 1 à {PAGE} sur 1000 ou plus"
    number = 0
    while listing.page(number + 1):
        number += 1
        assert count() <= number * PAGE // 1000 + 2
    assert count() == 3
    assert listing.span(number) == "éléments 2481 à 2500 sur 2500"
    names = [entry.name for page in range(number + 1) for entry in listing.page(page)]
    assert names == [f"objet-{rank:04}" for rank in range(2500)]


def test_pages_turn_and_the_start_of_a_name_is_searched(client, large_bucket):
    box = explore(client, large_bucket).build()
    press(box, "Suivante")
    assert rows(box)[0] == ("1 o", "objet-0020")
    press(box, "Précédente")
    assert rows(box)[0] == ("1 o", "objet-0000")
    (search,) = parts(box, "Text")
    search.value = "objet-249"
    assert [name for _, name in rows(box)] == [f"objet-249{digit}" for digit in range(10)]
    press(box, large_bucket)
    assert search.value == ""
    assert len(rows(box)) == PAGE


def test_folders_come_first_and_a_folder_object_is_an_object(client, bucket):
    for key in ("a.txt", "z/1.txt", "z/", "été/2.txt"):
        put(client, bucket, key)
    assert list(Listing(entries(client, bucket, "")).page(0)) == [
        Entry("z/", "z/"),
        Entry("été/", "été/"),
        Entry("a.txt", "a.txt", 1),
    ]
    inside = Listing(entries(client, bucket, "z/")).page(0)
    assert [entry.name for entry in inside] == ["z/", "1.txt"]
    assert all(entry.size is not None for entry in inside)
    assert Entry(bucket, bucket) in entries(client, None, "", "essai-")


def test_walk_from_the_buckets_to_an_object_and_back(client, bucket):
    tags = Tags.new_object_tags()
    tags["lieu"] = "Le Havre"
    key = f"2026/{SCRIPT}/note.txt"
    put(client, bucket, key, SCRIPT.encode(), metadata={"auteur": "Zo%C3%A9"}, tags=tags)
    box = explore(client).build()
    for step in (bucket, "2026/", SCRIPT[:-7], "script>/", "note.txt"):
        time.sleep(0.45)  # un clic plus rapide serait la fin d'un double-clic
        press_row(box, step)
    text = shown(box)
    assert "<strong>2026/&lt;script&gt;" in text
    assert "<td>Zoé" in re.sub(r' style="[^"]*"', "", text)
    assert ">Le Havre</td>" in text
    assert "<script" not in text
    press(box, "Créer un lien")
    assert re.search("✓ Encore valable : il reste 1[45] min", shown(box))
    assert "X-Amz-Signature" in shown(box)
    press(box, "Fermer")
    assert "X-Amz-Signature" not in shown(box)
    press(box, "2026/")
    assert len(rows(box)) == 1


def test_second_click_of_a_double_click_opens_nothing_more(client, bucket):
    put(client, bucket, "a/b/c.txt")
    box = explore(client, bucket).build()
    press_row(box, "a/")
    press_row(box, "b/")
    assert rows(box) == [("dossier", "b/")]


def test_deleted_object_and_deleted_bucket_are_said(client, bucket):
    put(client, bucket, "a.txt")
    box = explore(client, bucket).build()
    client.remove_object(bucket_name=bucket, object_name="a.txt")
    press_row(box, "a.txt")
    assert "✗ Aucun objet ne porte cette clé" in shown(box)
    client.remove_bucket(bucket_name=bucket)
    press(box, "Actualiser")
    assert "✗ Ce bucket n'existe pas" in shown(box).replace("&#x27;", "'")
    assert rows(box) == []
