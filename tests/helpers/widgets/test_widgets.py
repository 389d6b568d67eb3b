"""Les widgets sans navigateur : ce qu'ils lisent, ce qu'ils envoient, ce qu'ils disent."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from minio import Minio
from minio.commonconfig import ENABLED, Tags
from minio.versioningconfig import VersioningConfig

from helpers import (
    connect,
    explore,
    fresh_bucket,
    open_exercises,
    panel,
    remove_bucket,
    remove_space,
    upload,
)
from helpers import server as servers
from helpers.files import guess_type
from helpers.s3 import client_for
from helpers.samples import sample
from helpers.spaces import full_name
from helpers.widgets.details import preview
from helpers.widgets.explorer import PAGE, Entry, Listing, entries
from helpers.widgets.uploader import File, Transfer
from tests.support.slow_link import slow_link

SCRIPT = "<script>document.title = 'PIRATE'</script>"
MIB = 1024 * 1024


@pytest.fixture
def bucket(client: Minio):
    name = fresh_bucket(client, "essai-widgets")
    yield name
    remove_bucket(client, name)


@pytest.fixture(scope="module")
def large_bucket():
    """Un bucket de 2500 objets : trois requêtes de liste."""
    client = connect(quiet=True)
    name = fresh_bucket(client, "essai-widgets-grand")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda rank: put(client, name, f"objet-{rank:04}"), range(2500)))
    yield name
    remove_bucket(client, name)


def put(client, bucket, key, data=b"x", content_type="text/plain", **options):
    client.put_object(
        bucket_name=bucket,
        object_name=key,
        data=io.BytesIO(data),
        length=len(data),
        content_type=content_type,
        **options,
    )


def seen(client, bucket, key):
    return preview(client, client.stat_object(bucket_name=bucket, object_name=key))


def unreachable() -> Minio:
    """Un client d'un serveur qui n'est pas là."""
    return client_for(replace(servers.find(), endpoint="127.0.0.1:9"))


# --- Ce qu'ils ont en commun --------------------------------------------------------------------


def test_import_of_the_kit_loads_no_widget():
    code = "import helpers, sys; print({'ipywidgets', 'helpers.widgets'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_text_is_short_stable_and_escaped(client, bucket):
    put(client, bucket, f"{SCRIPT[:8]}.txt")
    tp = open_exercises("01", client)
    for widget in (explore(client, bucket), upload(client, bucket, SCRIPT), panel(tp)):
        first, second = widget._repr_mimebundle_(), widget._repr_mimebundle_()
        for kind in ("text/plain", "text/html"):
            assert first[kind] == second[kind]
        assert first["text/plain"] == repr(widget)
        assert len(repr(widget).splitlines()) <= PAGE + 5
        assert "<script>" not in first["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in first


def test_nothing_is_raised_when_the_server_is_away(client):
    tp = open_exercises("01", client)
    tp.client = away = unreachable()
    for widget in (explore(away, "absent"), explore(away), panel(tp)):
        assert repr(widget).startswith("✗ Le serveur S3 ne répond pas")
        areas = [area.value for area in parts(widget.build(), "HTML")]
        assert any('role="alert">✗ Le serveur S3 ne répond pas' in area for area in areas)


def requests_of(client):
    """Renvoie de quoi compter les GET que ce client a faits depuis."""
    trace = io.StringIO()
    client.trace_on(trace)
    return lambda: len(re.findall(r"^GET ", trace.getvalue(), flags=re.M))


def test_first_display_does_not_list_a_large_bucket_to_its_end(client, large_bucket):
    count = requests_of(client)
    explore(client, large_bucket)._repr_mimebundle_()
    assert count() == 2  # une pour le texte, une pour le widget ; la liste entière en demande trois


def parts(widget, kind):
    """Renvoie les widgets d'un type, dans l'ordre où ils s'affichent."""
    found = [widget] if type(widget).__name__ == kind else []
    for child in getattr(widget, "children", ()):
        found += parts(child, kind)
    return found


def press(widget, label):
    """Active le bouton dont le texte contient ``label``."""
    (one,) = [one for one in parts(widget, "Button") if label in one.description]
    assert not one.disabled
    one.click()


def press_row(widget, name):
    """Active la ligne de la liste qui porte ce nom."""
    (one,) = [one for one in lines(widget) if one.description.endswith(f"  {name}")]
    one.click()


def lines(widget):
    return [one for one in parts(widget, "Button") if "kit-row" in one._dom_classes]


def shown(widget):
    """Renvoie le texte de tout ce qui est écrit en HTML, hors du volet fermé."""
    if widget.layout.display == "none":
        return ""
    texts = [widget.value] if type(widget).__name__ == "HTML" else []
    return "\n".join(texts + [shown(child) for child in getattr(widget, "children", ())])


def rows(widget):
    """Renvoie les lignes de la liste : la taille ou la sorte, puis le nom."""
    return [tuple(re.split(r"  +", line.description.strip())) for line in lines(widget)]


# --- L'explorateur ------------------------------------------------------------------------------


def test_large_bucket_is_listed_page_by_page(client, large_bucket):
    count = requests_of(client)
    listing = Listing(entries(client, large_bucket, ""))
    assert count() == 0
    assert [entry.name for entry in listing.page(0)] == [f"objet-{rank:04}" for rank in range(PAGE)]
    assert count() == 1
    assert listing.span(0) == f"éléments 1 à {PAGE} sur 1000 ou plus"
    number = 0
    while listing.has(number + 1):
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


# --- Le dépôt -----------------------------------------------------------------------------------


def leftovers(client, bucket):
    """Renvoie les clés du bucket, et celles des envois multipart inachevés."""
    keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
    pending = client._list_multipart_uploads(bucket_name=bucket).uploads
    return keys, [upload.object_name for upload in pending]


def test_files_are_sent_with_their_type_and_progress(client, bucket):
    told = []
    transfer = Transfer(client, bucket, lambda *step: told.append(step))
    assert transfer.send(File("a/été.csv", guess_type("été.CSV"), b"x;y")) == "✓ Déposé."
    big = bytes(range(256)) * (12 * MIB // 256)
    assert transfer.send(File("b.bin", guess_type("b.inconnu"), memoryview(big))) == "✓ Déposé."
    assert (
        client.stat_object(bucket_name=bucket, object_name="a/été.csv").content_type == "text/csv"
    )
    stat = client.stat_object(bucket_name=bucket, object_name="b.bin")
    assert (stat.size, stat.content_type) == (12 * MIB, "application/octet-stream")
    total = 12 * MIB
    assert [sent for key, sent, _ in told if key == "b.bin"] == [0, 5 * MIB, 10 * MIB, total]
    assert {whole for key, _, whole in told if key == "b.bin"} == {total}
    again = transfer.send(File("a/été.csv", "text/csv", b"z"))
    assert again == "✓ Déposé, à la place de l'objet de même clé."


@pytest.fixture
def slow(client):
    """Un client à qui il faut une seconde pour envoyer 4 Mio."""
    server = servers.find()
    with slow_link(server.endpoint, 4 * MIB) as endpoint:
        yield client_for(replace(server, endpoint=endpoint))


def cancelled_after(client, bucket, file, seconds):
    """Envoie un fichier, annule au bout de ``seconds``, et renvoie ce qui est dit."""
    transfer = Transfer(client, bucket, lambda *step: None)
    threading.Timer(seconds, transfer.cancel).start()
    return transfer.send(file), transfer.send(file)


def test_cancel_stops_a_large_file_and_leaves_nothing(client, slow, bucket):
    file = File("gros.bin", "application/octet-stream", bytes(60 * MIB))
    start = time.monotonic()
    for said in cancelled_after(slow, bucket, file, 2):
        assert said == "– Annulé : rien n'est resté sur le serveur."
    assert time.monotonic() - start < 8  # l'envoi entier en demanderait quinze
    assert leftovers(client, bucket) == ([], [])


def test_cancel_during_the_last_part_leaves_nothing(client, slow, bucket):
    file = File("petit.bin", "application/octet-stream", bytes(4 * MIB))
    said, _ = cancelled_after(slow, bucket, file, 0.4)
    assert said == "– Annulé : rien n'est resté sur le serveur."
    assert leftovers(client, bucket) == ([], [])


def test_cancel_too_late_over_an_existing_object_is_said(client, slow, bucket):
    put(client, bucket, "petit.bin", b"avant")
    file = File("petit.bin", "application/octet-stream", bytes(4 * MIB))
    said, _ = cancelled_after(slow, bucket, file, 0.4)
    assert said.startswith("! Annulé trop tard")
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    put(client, bucket, "petit.bin", b"avant")
    said, _ = cancelled_after(slow, bucket, file, 0.4)
    assert said.startswith("– Annulé")
    assert client.stat_object(bucket_name=bucket, object_name="petit.bin").size == 5


@pytest.mark.parametrize(
    ("key", "fragment"),
    [("", "Il manque la clé"), ("x" * 1025, "Cette clé d'objet"), ("a/../b", "Cette clé d'objet")],
)
def test_refused_key_is_explained(client, bucket, key, fragment):
    said = Transfer(client, bucket, lambda *step: None).send(File(key, "text/plain", b"x"))
    assert said.startswith("✗ ")
    assert fragment in said


def test_missing_bucket_and_missing_server_are_explained(client, bucket):
    file = File("a.txt", "text/plain", b"x")
    said = Transfer(client, "pas-de-bucket-ici", lambda *step: None).send(file)
    assert said.startswith("✗ Ce bucket n'existe pas.")
    said = Transfer(unreachable(), bucket, lambda *step: None).send(file)
    assert said.startswith("✗ Le serveur S3 ne répond pas")


def test_files_that_failed_stay_ready_to_go(client, bucket):
    box = upload(client, bucket, "depot/").build()
    (picker,) = parts(box, "FileUpload")
    picker.value = tuple(chosen(name) for name in ("a.txt", "b.csv"))
    keys = [field for field in parts(box, "Text") if field.description == "Clé"]
    assert [field.value for field in keys] == ["depot/a.txt", "depot/b.csv"]
    keys[0].value = ""
    send(box)
    assert "Il manque la clé" in shown(box)
    assert [
        item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)
    ] == ["depot/b.csv"]
    (left,) = [field for field in parts(box, "Text") if field.description == "Clé"]
    left.value = "a.txt"
    send(box)
    assert parts(box, "Text") == []
    assert picker.value == ()
    assert client.stat_object(bucket_name=bucket, object_name="a.txt").size == 5


def chosen(name):
    """Renvoie un fichier tel que FileUpload le donne."""
    content = memoryview(b"salut")
    now = datetime.now(UTC)
    return {"name": name, "type": "", "size": 5, "content": content, "last_modified": now}


def send(box):
    press(box, "Déposer")
    for thread in threading.enumerate():
        if thread.name == "kit-upload":
            thread.join(10)


# --- Le tableau de bord -------------------------------------------------------------------------


def test_panel_says_what_is_done_and_what_is_left(client):
    remove_space(client, full_name("exercice-01"))
    tp = open_exercises("01", client)
    box = panel(tp).build()
    assert "0 exercice réussi sur 4, 0 point sur 7." in shown(box)
    assert shown(box).count("○ À faire") == 4
    for name in ("archives", "factures"):
        client.make_bucket(bucket_name=tp.bucket(name))
    tp.create.check()
    press(box, "Actualiser")
    assert "✓ Réussi — Créer deux buckets" in shown(box)
    assert "1 exercice réussi sur 4, 1 point sur 7." in shown(box)
    assert repr(panel(tp)).splitlines()[-1] == "1 exercice réussi sur 4, 1 point sur 7."
