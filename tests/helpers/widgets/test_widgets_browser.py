"""Les widgets dans un vrai JupyterLab, à la souris puis au clavier seul."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Dialog, Page, expect

from helpers import connect, fresh_bucket, remove_bucket, remove_space
from helpers import server as servers
from helpers.samples import SAMPLES, sample
from helpers.spaces import full_name
from tests.support.browser import errors, run_all, screenshot, show
from tests.support.slow_link import slow_link

pytestmark = pytest.mark.needs("chromium")

MIB = 1024 * 1024
NOTEBOOKS = {
    "explorateur": "explore(client, {bucket!r})",
    "depot": "upload(slow, {bucket!r}, 'depot/')",
    "panneau": "tp = open_exercises('01', client)\npanel(tp)",
    "galerie": "gallery(client, {bucket!r}, 'quai/')",
}
SETUP = """from dataclasses import replace
from helpers import connect, explore, gallery, open_exercises, panel, upload
from helpers import server as servers
from helpers.s3 import client_for
client = connect()
slow = client_for(replace(servers.find(), endpoint={endpoint!r}))"""


@pytest.fixture(scope="module")
def client():
    return connect(quiet=True)


@pytest.fixture(scope="module")
def bucket(client):
    """Un bucket garni : les fichiers d'exemple, des dossiers, des clés hostiles."""
    name = fresh_bucket(client, "essai-navigateur")
    for file, content_type in SAMPLES.items():
        data = sample(file).read_bytes()
        folder = "2026/été/" if content_type.startswith("image/") else ""
        put(client, name, folder + file, data, content_type, metadata={"auteur": "Zo%C3%A9"})
    put(client, name, "<img src=x onerror=alert(1)>.txt", b"<script>alert(1)</script>")
    for rank in range(45):
        put(client, name, f"lot/objet-{rank:02}.txt")
    picture = sample("port.jpg").read_bytes()
    for rank in range(8):
        key = f"quai/2025/03/{29 + rank // 7}/06000{rank}-000.jpg"
        put(client, name, key, picture, "image/jpeg", metadata={"camera": "Quai%20%C3%A0%20%3Cb"})
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


@pytest.fixture(scope="module")
def endpoint(client) -> Iterator[str]:
    """L'adresse du serveur des tests, par une liaison lente."""
    with slow_link(servers.find().endpoint, 4 * MIB) as endpoint:
        yield endpoint


@pytest.fixture
def opened(bench, bucket, endpoint, request):
    """Ouvre un notebook, l'exécute et amène son widget en haut ; rien ne doit y échouer."""

    @contextmanager
    def open_widget(name: str) -> Iterator[Page]:
        cells = (SETUP.format(endpoint=endpoint), NOTEBOOKS[name].format(bucket=bucket))
        with bench.opened(f"{name}-{request.node.name}", *cells) as page:
            said = []

            def hear(dialog: Dialog) -> None:
                said.append(dialog.message)
                dialog.dismiss()

            page.on("dialog", hear)
            run_all(page)
            page.set_default_timeout(20_000)
            page.locator(".kit-widget").wait_for()
            show(page, ".kit-widget")
            yield page
            assert errors(page) == []
            assert said == [], "une clé a été exécutée"
            page.remove_listener("dialog", hear)

    return open_widget


def see(page: Page, text: str | re.Pattern[str]) -> None:
    """Attend qu'un texte soit visible dans le widget."""
    page.locator(".kit-widget").get_by_text(text).first.wait_for()


def row(page: Page, name: str):
    return page.locator(".kit-row", has_text=re.compile(rf"  {re.escape(name)}$"))


def press(page: Page, name: str | re.Pattern[str], key: str = "Enter") -> None:
    """Va par la touche Tab à un bouton ou un champ, vérifie que le focus se voit, et l'active.

    Args:
        page: la page.
        name: le texte du bouton, ou l'étiquette du champ.
        key: la touche qui l'active.
    """
    for _ in range(80):
        focused = page.evaluate(
            """() => { const e = document.activeElement;
            return e.matches(".kit-widget *") ? e.labels?.[0]?.innerText || e.innerText : "" }"""
        )
        if focused and re.search(name, focused):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"la touche Tab ne mène pas à « {name} »")
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert "solid 3px" in outline, outline
    page.keyboard.press(key)


def enter_widget(page: Page) -> None:
    """Place le focus sur la cellule du widget, en mode commande, comme après Échap."""
    page.locator(".jp-Cell:has(.kit-widget) .cm-content").click()
    page.keyboard.press("Escape")


def test_explorer_with_the_mouse(opened, bucket):
    with opened("explorateur") as page:
        see(page, "Éléments 1 à 6 sur 6")
        screenshot(page, "explorateur-liste")
        row(page, "velib.csv").click()
        see(page, "Identifiant station")
        see(page, "Content-Type")
        see(page, "Zoé")
        page.get_by_role("button", name="Créer un lien").click()
        see(page, re.compile("✓ Encore valable : il reste 14 min 5[0-7] s"))
        link = page.get_by_role("link", name="Ouvrir dans le navigateur")
        assert "X-Amz-Signature" in (link.get_attribute("href") or "")
        screenshot(page, "explorateur-csv")
        row(page, "<img src=x onerror=alert(1)>.txt").click()
        see(page, "<script>alert(1)</script>")
        row(page, "maree.mp4").click()
        page.wait_for_function("() => document.querySelector('.kit-widget video')?.videoWidth > 0")
        screenshot(page, "explorateur-video")
        row(page, "2026/").dblclick()
        see(page, "Éléments 1 à 1 sur 1")
        for name in ("été/", "port.jpg"):
            page.wait_for_timeout(500)  # plus tôt, ce serait encore un double-clic
            row(page, name).click()
        page.wait_for_function("() => document.querySelector('.kit-widget img')?.naturalWidth > 0")
        screenshot(page, "explorateur-image")
        page.get_by_role("button", name="Buckets", exact=True).click()
        row(page, bucket).wait_for()


@pytest.mark.slow
def test_explorer_with_the_keyboard(opened):
    with opened("explorateur") as page:
        enter_widget(page)
        press(page, "  lot/$")
        see(page, "Éléments 1 à 20 sur 45")
        expect(row(page, "objet-00.txt")).to_be_focused()
        screenshot(page, "explorateur-clavier")
        enter_widget(page)
        press(page, "Suivante", "Space")
        see(page, "Éléments 21 à 40 sur 45")
        press(page, "Suivante", "Space")
        see(page, "Éléments 41 à 45 sur 45")
        # « Suivante » ne sert plus : le focus ne se perd pas pour autant.
        expect(page.get_by_role("button", name="Précédente")).to_be_focused()
        press(page, "  objet-42.txt$", "Space")
        see(page, "lot/objet-42.txt")
        press(page, "Créer un lien")
        see(page, "Encore valable")
        page.keyboard.press("Shift+Tab")
        press(page, "Fermer")
        expect(row(page, "objet-42.txt")).to_be_focused()
        enter_widget(page)
        press(page, "Chercher", "o")
        page.keyboard.insert_text("bjet-0")
        page.keyboard.press("Enter")
        see(page, "Éléments 1 à 10 sur 10")
        enter_widget(page)
        press(page, "^Buckets$", "Space")
        see(page, "bucket")


@pytest.mark.slow
def test_uploader_with_the_mouse_and_a_cancel(opened, client, bucket, tmp_path):
    (tmp_path / "grand.bin").write_bytes(os.urandom(20 * MIB))
    (tmp_path / "<b>été.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with opened("depot") as page:
        choose(page, tmp_path / "grand.bin", tmp_path / "<b>été.csv")
        kinds = page.get_by_role("textbox", name="Type")
        expect(kinds.nth(1)).to_have_value("text/csv")
        kinds.nth(1).fill("text/plain")
        screenshot(page, "depot-choix")
        page.get_by_role("button", name="Déposer").click()
        see(page, "depot/grand.bin : 5,0 Mio sur 20,0 Mio")
        screenshot(page, "depot-envoi")
        page.get_by_role("button", name="Annuler").click()
        see(page, "– Annulé : rien n'est resté sur le serveur.")
        screenshot(page, "depot-annule")
        assert not list(client.list_objects(bucket_name=bucket, prefix="depot/"))
        assert not client._list_multipart_uploads(bucket_name=bucket).uploads
        page.get_by_role("button", name="Déposer").click()
        expect(page.get_by_text("✓ Déposé.")).to_have_count(2, timeout=20_000)
        screenshot(page, "depot-fait")
    stat = client.stat_object(bucket_name=bucket, object_name="depot/<b>été.csv")
    assert stat.content_type == "text/plain"
    assert client.stat_object(bucket_name=bucket, object_name="depot/grand.bin").size == 20 * MIB


def choose(page: Page, *paths) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choisir des fichiers").click()
    chooser.value.set_files(paths)
    expect(page.get_by_role("textbox", name="Clé")).to_have_count(len(paths))


@pytest.mark.slow
def test_uploader_with_the_keyboard(opened, client, bucket, tmp_path):
    (tmp_path / "note.txt").write_text("bonjour", encoding="utf-8")
    with opened("depot") as page:
        enter_widget(page)
        with page.expect_file_chooser() as chooser:
            press(page, "Choisir des fichiers", "Space")
        chooser.value.set_files(tmp_path / "note.txt")
        page.get_by_role("textbox", name="Clé").wait_for()
        press(page, "Clé", "Control+A")
        page.keyboard.insert_text("ailleurs/../note.txt")
        press(page, "Déposer")
        see(page, "✗ Cette clé d'objet n'est pas acceptée par le serveur.")
        screenshot(page, "depot-erreur")
        enter_widget(page)
        press(page, "Clé", "Control+A")
        page.keyboard.insert_text("depot/note.txt")
        press(page, "Déposer", "Space")
        see(page, "✓ Déposé.")
    assert client.stat_object(bucket_name=bucket, object_name="depot/note.txt").size == 7


@pytest.mark.slow
def test_panel_with_the_keyboard(opened, client):
    remove_space(client, full_name("exercice-01"))
    work = """
for name in ("archives", "factures"):
    client.make_bucket(bucket_name=tp.bucket(name))
tp.create.check()"""
    with opened("panneau") as page:
        see(page, "0 exercice réussi sur 4, 0 point sur 7.")
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        page.evaluate(f"code => {kernel}.requestExecute({{ code }}).done", work)
        enter_widget(page)
        press(page, "Actualiser", "Space")
        see(page, "✓ Réussi — Créer deux buckets")
        see(page, "1 exercice réussi sur 4, 1 point sur 7.")
        screenshot(page, "panneau")
        page.get_by_role("button", name="Actualiser").click()
        see(page, "○ À faire — Juger des noms")


@pytest.mark.slow
def test_gallery_with_the_keyboard(opened):
    with opened("galerie") as page:
        see(page, "Images 1 à 1 sur 1.")
        enter_widget(page)
        press(page, "^29/03/2025")
        see(page, "Images 1 à 6 sur 7.")
        see(page, "✓ 29/03/2025")
        pictures = page.locator(".kit-widget img")
        assert pictures.count() == 6
        for rank in range(6):
            label = f"Quai à <b, 29/03/2025 à 06:00:0{rank},000 UTC"
            assert pictures.nth(rank).get_attribute("alt") == label
            assert pictures.nth(rank).evaluate("image => image.complete && image.naturalWidth") > 0
        screenshot(page, "galerie")
        press(page, "^Suivantes")
        see(page, "Images 7 à 7 sur 7.")
        # « Suivantes » ne sert plus : le focus est passé sur « Précédentes ».
        expect(page.locator(".kit-widget button:focus")).to_have_text(re.compile("Précédentes"))
        page.keyboard.press("Enter")
        see(page, "Images 1 à 6 sur 7.")
