"""Le volet d'un objet : un aperçu pour chaque type, sans rien exécuter."""

from __future__ import annotations

import gzip
import html
import re

import ipywidgets
import psutil
import pytest
import requests

from helpers.samples import sample
from helpers.widgets.details import Details, preview, shown_as
from tests.support.widgets import MIB, SCRIPT, put


def seen(client, bucket, key):
    return preview(client, client.stat_object(bucket_name=bucket, object_name=key))


def test_previews(client, bucket):
    accents = "é" * 2000
    put(client, bucket, "texte", b"a" + accents.encode(), "text/plain; charset=utf-8")
    assert seen(client, bucket, "texte").startswith(f"<pre>a{accents[:511]}</pre>")
    put(client, bucket, "notes.md", b"# Titre", "application/octet-stream")
    assert "<pre># Titre</pre>" in seen(client, bucket, "notes.md")
    put(client, bucket, "notes", b"[1]", "application/json")
    assert "<pre>[1]</pre>" in seen(client, bucket, "notes")
    put(client, bucket, "pirate.txt", SCRIPT.encode())
    assert "<script" not in seen(client, bucket, "pirate.txt")
    put(client, bucket, "vide", b"")
    assert "vide" in seen(client, bucket, "vide")
    put(client, bucket, "a.zip", b"PK", "application/zip")
    assert "Pas d&#x27;aperçu" in seen(client, bucket, "a.zip")
    put(client, bucket, "logo", sample("logo.png").read_bytes(), "image/png")
    assert '<img alt="logo" src="data:image/png;base64,iVBOR' in seen(client, bucket, "logo")
    put(client, bucket, "mur", bytes(6 * MIB), "image/png")
    assert "trop lourde" in seen(client, bucket, "mur")
    put(client, bucket, "maree", b"film", "video/mp4")
    assert re.search(r"<video[^>]+X-Amz-Signature", seen(client, bucket, "maree"))


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
    found = [re.findall(r"<td[^>]*>([^<]*)", row) for row in table.split("<tr>")]
    found = [row for row in found if row]
    assert (found[0] if found else []) == first_row
    assert len(found) == count
    assert ("<p>…</p>" in table) == more


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
    url = link_to(client, bucket, "page")
    answer = requests.get(url, timeout=5)
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, "attachment")
    url = link_to(client, bucket, "texte")
    put(client, bucket, "texte", SCRIPT.encode(), "text/html")
    assert requests.get(url, timeout=5).headers["Content-Type"].startswith("text/plain")


def link_to(client, bucket, key):
    """Ouvre le volet d'un objet, y crée un lien, et renvoie son adresse."""
    error = ipywidgets.HTML()
    details = Details(client, error, lambda: None)
    details.show(bucket, key)
    details.box.children[1].children[1].click()
    assert error.value == ""
    (url,) = re.findall(r"<pre>([^<]*)</pre>", details.box.children[2].value)
    return html.unescape(url)


@pytest.mark.parametrize("kind", ["image/png", "text/csv", "text/plain", "application/json"])
def test_nothing_is_decompressed_for_a_preview(client, bucket, kind):
    """Un objet de 300 Kio coûtait 800 Mio à l'explorateur."""
    bomb = gzip.compress(bytes(50 * MIB))
    put(client, bucket, "bombe", bomb, kind, metadata={"Content-Encoding": "gzip"})
    before = psutil.Process().memory_info().rss
    assert len(seen(client, bucket, "bombe")) < 1 * MIB
    assert psutil.Process().memory_info().rss - before < 30 * MIB
