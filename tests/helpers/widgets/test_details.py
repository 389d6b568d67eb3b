"""Le volet d'un objet : un aperçu pour chaque type, sans rien exécuter."""

from __future__ import annotations

import gzip

import psutil
import pytest
import requests
from minio.commonconfig import Tags

from helpers.samples import SAMPLES, sample
from helpers.widgets.details import opened, preview, shown_as, signed
from tests.support.widgets import MIB, SCRIPT, put


def seen(client, bucket, key):
    return preview(client, client.stat_object(bucket_name=bucket, object_name=key))


def test_previews(client, bucket):
    accents = "é" * 2000
    put(client, bucket, "texte", b"a" + accents.encode(), "text/plain; charset=utf-8")
    assert seen(client, bucket, "texte") == {
        "text": f"a{accents[:511]}",
        "note": "Le début : 1,0 Kio sur 3,9 Kio.",
    }
    put(client, bucket, "notes.md", b"# Titre", "application/octet-stream")
    assert seen(client, bucket, "notes.md") == {"text": "# Titre"}
    put(client, bucket, "notes", b"[1]", "application/json")
    assert seen(client, bucket, "notes") == {"text": "[1]"}
    put(client, bucket, "vide", b"")
    assert seen(client, bucket, "vide") == {"note": "Cet objet est vide."}
    put(client, bucket, "a.zip", b"PK", "application/zip")
    assert "Pas d'aperçu" in seen(client, bucket, "a.zip")["note"]
    put(client, bucket, "mur", bytes(6 * MIB), "image/png")
    assert "trop lourde" in seen(client, bucket, "mur")["note"]
    put(client, bucket, "maree", b"film", "video/mp4")
    assert "X-Amz-Signature" in seen(client, bucket, "maree")["video"]


def test_what_is_declared_an_image_and_is_not_is_said(client, bucket):
    for name in ("logo.png", "port.jpg"):
        data = sample(name).read_bytes()
        put(client, bucket, name, data, SAMPLES[name])
        assert seen(client, bucket, name) == {"image": data, "type": SAMPLES[name]}
    put(client, bucket, "dessin", b'\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml")
    assert "image" in seen(client, bucket, "dessin")
    put(client, bucket, "releve.jpg", b"nom;ville\n", "image/jpeg")
    assert seen(client, bucket, "releve.jpg") == {
        "note": "Déclaré image/jpeg, mais ces octets ne sont pas une image.",
        "text": "nom;ville\n",
    }
    put(client, bucket, "bruit.png", bytes(100), "image/png")
    assert set(seen(client, bucket, "bruit.png")) == {"note"}


def test_metadata_and_tags_are_shown_with_the_preview(client, bucket):
    tags = Tags.new_object_tags()
    tags["lieu"] = "Le Havre"
    put(client, bucket, "note.txt", b"x", metadata={"auteur": "Zo%C3%A9"}, tags=tags)
    found = opened(client, bucket, "note.txt")
    assert (found["key"], found["preview"]) == ("note.txt", {"text": "x"})
    assert found["facts"][-2:] == [
        ["utilisateur", "auteur", "Zoé"],
        ["tag", "lieu", "Le Havre"],
    ]


@pytest.mark.parametrize(
    ("text", "first_row", "count", "more"),
    [
        ("nom;ville\nMoulin, Zoé;Brest\n", ["Moulin, Zoé", "Brest"], 1, False),
        ("a,b\n1\n1,2,3\n", ["1", ""], 2, False),
        ("seul\n", [], 0, False),
        ("\ufeffa,b\n" + "1,2\n" * 8, ["1", "2"], 8, False),
        ("a,b\n" + "1,2\n" * 9, ["1", "2"], 8, True),
        ("a,b\n1,2\n" + "coupé" * 9000, ["1", "2"], 1, True),
    ],
)
def test_csv_is_a_table(client, bucket, text, first_row, count, more):
    put(client, bucket, "t.csv", text.encode(), "text/csv")
    table = seen(client, bucket, "t.csv")
    found = table.get("rows", [])
    assert (found[0] if found else []) == first_row
    assert len(found) == count
    assert ("premières lignes" in table.get("note", "")) == more


@pytest.mark.parametrize(
    ("kind", "saved"),
    [
        ("image/png", False),
        ("video/mp4", False),
        ("text/plain; charset=utf-8", False),
        ("application/pdf", False),
        ("text/html", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("image/svg+xml", True),
        ("application/xhtml+xml", True),
        ("text/xml", True),
        ("image/png\n", False),
        ("", True),
    ],
)
def test_a_page_is_saved_and_never_opened_on_the_host_of_jupyterlab(kind, saved):
    headers = shown_as(kind)
    assert (headers == {"response-content-disposition": "attachment"}) is saved
    assert saved or headers["response-content-type"].split(";")[0] == kind.split(";")[0].strip()


@pytest.mark.both_servers
def test_the_link_to_a_page_is_a_download(client, bucket):
    """Même si l'objet change de type une fois le lien signé."""
    put(client, bucket, "page", SCRIPT.encode(), "text/html")
    put(client, bucket, "texte", b"x", "text/plain")
    url = signed(client, bucket, "page")["url"]
    answer = requests.get(url, timeout=5)
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, "attachment")
    url = signed(client, bucket, "texte")["url"]
    put(client, bucket, "texte", SCRIPT.encode(), "text/html")
    assert requests.get(url, timeout=5).headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("kind", ["image/png", "text/csv", "text/plain", "application/json"])
def test_nothing_is_decompressed_for_a_preview(client, bucket, kind):
    """Un objet de 300 Kio coûtait 800 Mio à l'explorateur."""
    bomb = gzip.compress(bytes(50 * MIB))
    put(client, bucket, "bombe", bomb, kind, metadata={"Content-Encoding": "gzip"})
    before = psutil.Process().memory_info().rss
    assert len(str(seen(client, bucket, "bombe"))) < 1 * MIB
    assert psutil.Process().memory_info().rss - before < 30 * MIB
