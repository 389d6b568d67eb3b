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
from helpers.widgets.explorer import PAGE
from tests.support import axe
from tests.support.browser import cells, errors, run_all, screenshot, show
from tests.support.slow_link import slow_link

pytestmark = pytest.mark.needs("chromium")

MIB = 1024 * 1024
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
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
    """Un bucket garni : les fichiers d'exemple, des préfixes, des clés hostiles."""
    name = fresh_bucket(client, "essai-navigateur")
    for file, content_type in SAMPLES.items():
        data = sample(file).read_bytes()
        folder = "2026/été/" if content_type.startswith("image/") else ""
        put(client, name, folder + file, data, content_type, metadata={"auteur": "Zo%C3%A9"})
    put(client, name, "<img src=x onerror=alert(1)>.txt", b"<script>alert(1)</script>")
    put(client, name, "releve.jpg", b"nom;ville\n", "image/jpeg")
    put(client, name, "tronque.png", sample("logo.png").read_bytes()[:40], "image/png")
    for rank in range(PAGE + 5):
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
            assert axe.faults(page, request.config.cache, ".kit-widget") == []
            assert said == [], "une clé a été exécutée"
            page.remove_listener("dialog", hear)

    return open_widget


def see(page: Page, text: str | re.Pattern[str]) -> None:
    """Attend qu'un texte soit visible dans le widget."""
    page.locator(".kit-widget").get_by_text(text).first.wait_for()


def row(page: Page, name: str):
    return page.get_by_role("option").filter(has=page.get_by_text(name, exact=True))


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Va par la touche Tab à un bouton, une ligne ou un champ, qui doit se voir, et l'active.

    Args:
        page: la page.
        name: le début de son texte, ou de son étiquette.
        key: la touche qui l'active.
    """
    for _ in range(40):
        focused = page.evaluate(
            """() => { const e = document.activeElement;
            return e.matches(".kit-widget *") ? e.labels?.[0]?.innerText || e.innerText : "" }"""
        )
        if focused and re.match(name, focused.strip()):
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


def test_explorer_with_the_mouse(opened, client, bucket):
    with opened("explorateur") as page:
        see(page, "8 éléments.")
        row(page, "velib.csv").click()
        see(page, "Identifiant station")
        see(page, "Content-Type")
        see(page, "Zoé")
        expect(row(page, "velib.csv")).to_have_attribute("aria-selected", "true")
        screenshot(page, "explorateur-csv")
        # Ni dans la liste, ni dans le volet, une lettre n'atteint le notebook.
        before = len(cells(page))
        page.keyboard.press("x")
        page.locator(".kit-title").click()
        for key in ("x", "d", "d", "a"):
            page.keyboard.press(key)
        assert len(cells(page)) == before
        page.get_by_role("button", name="Créer un lien").click()
        see(page, re.compile(r"✓ Encore valable.: il reste 14.min.5[0-7].s"))
        link = page.get_by_role("link", name="Ouvrir dans le navigateur")
        assert "X-Amz-Signature" in (link.get_attribute("href") or "")
        row(page, "<img src=x onerror=alert(1)>.txt").click()
        see(page, "<script>alert(1)</script>")
        row(page, "releve.jpg").click()
        see(page, "Déclaré image/jpeg, mais ces octets ne sont pas une image.")
        row(page, "tronque.png").click()
        see(page, "Le navigateur ne sait pas afficher cet objet, déclaré image/png.")
        row(page, "maree.mp4").click()
        page.wait_for_function("() => document.querySelector('.kit-widget video')?.videoWidth > 0")
        put(client, bucket, "neuf.txt")
        page.get_by_role("button", name="Actualiser").click()
        see(page, "9 éléments.")
        row(page, "2026/").dblclick()
        see(page, "1 élément.")
        for name in ("été/", "port.jpg"):
            row(page, name).click()
        page.wait_for_function("() => document.querySelector('.kit-widget img')?.naturalWidth > 0")
        screenshot(page, "explorateur-image")
        page.get_by_role("button", name=bucket).click()
        expect(row(page, "2026/")).to_be_focused()
        page.get_by_role("button", name="Buckets").click()
        expect(row(page, bucket)).to_be_focused()


@pytest.mark.slow
def test_explorer_with_the_keyboard(opened):
    with opened("explorateur") as page:
        enter_widget(page)
        press(page, "2026/", "End")
        expect(row(page, "velib.csv")).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Home")
        expect(row(page, "2026/")).to_be_focused()
        page.keyboard.type("re")
        expect(row(page, "releve.jpg")).to_be_focused()
        page.keyboard.press("Enter")
        see(page, "ne sont pas une image")
        # Le focus reste dans la liste, et Échap referme le volet, d'où que l'on soit.
        expect(row(page, "releve.jpg")).to_be_focused()
        press(page, "Fermer", "Escape")
        expect(row(page, "releve.jpg")).to_be_focused()
        expect(page.locator(".kit-details")).to_be_hidden()
        page.wait_for_timeout(800)  # les lettres d'avant sont oubliées
        page.keyboard.type("lo")
        page.keyboard.press("Enter")
        expect(row(page, "objet-00.txt")).to_be_focused()
        see(page, f"{PAGE} premiers éléments sur {PAGE + 5}.")
        press(page, "Afficher la suite")
        expect(row(page, f"objet-{PAGE}.txt")).to_be_focused()
        enter_widget(page)
        press(page, "Chercher", "o")
        page.keyboard.insert_text("bjet-0")
        see(page, "10 éléments.")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")  # « Buckets »
        see(page, "bucket")


@pytest.mark.slow
def test_explorer_keeps_its_details_beside_the_list(opened):
    """À 1024 pixels, et à 200 % sans la barre de gauche ; au-dessous à 390, sans défilement."""
    with opened("explorateur") as page:
        row(page, "velib.csv").click()
        see(page, "Identifiant station")
        for width, beside in ((1024, True), (640, True), (390, False)):
            page.set_viewport_size({"width": width, "height": 800})
            if width < 1024:
                page.evaluate("() => jupyterapp.shell.collapseLeft()")
            page.wait_for_timeout(500)
            listed, details = (
                page.locator(part).bounding_box() for part in (".kit-list", ".kit-details")
            )
            assert (details["x"] >= listed["x"] + listed["width"]) is beside, width
            assert page.evaluate(
                "() => [...document.querySelectorAll('.kit-widget, .kit-live, .kit-details')]"
                ".every(part => part.scrollWidth <= part.clientWidth)"
            ), width
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate("() => jupyterapp.shell.expandLeft()")


@pytest.mark.slow
def test_a_view_says_that_its_kernel_does_not_answer(opened):
    with opened("explorateur") as page:
        page.evaluate(f"() => {KERNEL}.requestExecute({{ code: 'import time; time.sleep(8)' }})")
        row(page, "velib.csv").click()
        see(page, "✗ Le noyau ne répond pas")
        see(page, "Identifiant station")
        expect(page.get_by_text("Le noyau ne répond pas")).to_be_hidden()


@pytest.mark.slow
def test_uploader_with_the_mouse_and_a_cancel(opened, client, bucket, tmp_path):
    (tmp_path / "grand.bin").write_bytes(os.urandom(20 * MIB))
    (tmp_path / "<b>été.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with opened("depot") as page:
        assert page.locator(".kit-live [title]").count() == 0
        choose(page, tmp_path / "grand.bin", tmp_path / "<b>été.csv")
        kinds = page.get_by_role("textbox", name="Type")
        expect(kinds.nth(1)).to_have_value("text/csv")
        kinds.nth(1).fill("text/plain")
        page.get_by_role("button", name="Déposer").click()
        see(page, re.compile("Mio sur 20,0 Mio"))
        expect(page.get_by_role("button", name="Annuler")).to_be_focused()
        screenshot(page, "depot-envoi")
        page.get_by_role("button", name="Annuler").click()
        see(page, "– Annulé : rien n'est resté sur le serveur.")
        assert not list(client.list_objects(bucket_name=bucket, prefix="depot/"))
        assert not client._list_multipart_uploads(bucket_name=bucket).uploads
        page.get_by_role("button", name="Déposer").click()
        expect(page.get_by_text("✓ Déposé.")).to_have_count(2, timeout=20_000)
        see(page, "2 fichiers déposés sur 2.")
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
def test_files_are_dropped_on_the_uploader(opened, client, bucket):
    with opened("depot") as page:
        data = page.evaluate_handle(
            "() => { const data = new DataTransfer();"
            " data.items.add(new File(['glissé'], 'glisse.txt')); return data }"
        )
        zone = page.locator(".kit-drop")
        zone.dispatch_event("dragover", {"dataTransfer": data})
        expect(zone).to_have_class(re.compile("kit-over"))
        zone.dispatch_event("drop", {"dataTransfer": data})
        expect(page.get_by_role("textbox", name="Clé")).to_have_value("depot/glisse.txt")
        press(page, "Déposer", "Space")
        see(page, "✓ Déposé.")
    assert client.stat_object(bucket_name=bucket, object_name="depot/glisse.txt").size == 7


@pytest.mark.slow
def test_uploader_with_the_keyboard(opened, client, bucket, tmp_path):
    (tmp_path / "note.txt").write_text("bonjour", encoding="utf-8")
    with opened("depot") as page:
        enter_widget(page)
        with page.expect_file_chooser() as chooser:
            press(page, "Choisir des fichiers", "Space")
        chooser.value.set_files(tmp_path / "note.txt")
        expect(page.get_by_role("textbox", name="Clé")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("ailleurs/../note.txt")
        press(page, "Déposer")
        see(page, "✗ Cette clé n'est pas la même pour tous les serveurs")
        see(page, "0 fichier déposé sur 1 ; le reste est prêt à repartir.")
        expect(page.get_by_role("button", name="Déposer")).to_be_focused()
        enter_widget(page)
        press(page, "Clé", "Control+A")
        page.keyboard.insert_text("depot/note.txt")
        press(page, "Déposer", "Space")
        see(page, "✓ Déposé.")
    assert client.stat_object(bucket_name=bucket, object_name="depot/note.txt").size == 7


@pytest.mark.slow
def test_panel_with_the_keyboard_then_the_mouse(opened, client):
    remove_space(client, full_name("exercice-01"))
    work = """
for name in ("archives", "factures"):
    client.make_bucket(bucket_name=tp.bucket(name))
tp.create.check()"""
    with opened("panneau") as page:
        see(page, "0 exercice réussi sur 4, 0 point sur 7.")
        page.evaluate(f"code => {KERNEL}.requestExecute({{ code }}).done", work)
        see(page, "✓ Réussi — Créer deux buckets")
        see(page, "1 exercice réussi sur 4, 1 point sur 7.")
        screenshot(page, "panneau")
        enter_widget(page)
        press(page, "Recommencer cet exercice", "Space")
        see(page, "« Créer deux buckets » : données de départ remises.")

        before = len(cells(page))
        page.locator(".kit-widget select").select_option(index=1)
        page.get_by_role("button", name="Recommencer cet exercice").click()
        second = page.locator(".kit-widget option").nth(1).inner_text()
        see(page, f"« {second} » : données de départ remises.")
        page.keyboard.press("x")
        assert len(cells(page)) == before


@pytest.mark.slow
def test_gallery_with_the_keyboard_then_the_mouse(opened):
    with opened("galerie") as page:
        see(page, "Images 1 à 1 sur 1.")
        enter_widget(page)
        press(page, "30/03/2025", "ArrowRight")
        page.keyboard.press("Enter")
        see(page, "Images 1 à 6 sur 7.")
        day = page.get_by_role("button", name="29/03/2025")
        expect(day).to_have_attribute("aria-pressed", "true")
        expect(day).to_be_focused()
        pictures = page.locator(".kit-widget img")
        assert pictures.count() == 6
        for rank in range(6):
            label = f"Quai à <b, 29/03/2025 à 06:00:0{rank},000 UTC"
            assert pictures.nth(rank).get_attribute("alt") == label
            assert pictures.nth(rank).evaluate("image => image.complete && image.naturalWidth") > 0
        screenshot(page, "galerie")
        before = len(cells(page))
        page.keyboard.press("x")
        assert len(cells(page)) == before
        press(page, "Suivantes")
        see(page, "Images 7 à 7 sur 7.")
        # « Suivantes » ne sert plus : le focus est passé sur « Précédentes ».
        expect(page.get_by_role("button", name="Précédentes")).to_be_focused()
        page.keyboard.press("Enter")
        see(page, "Images 1 à 6 sur 7.")

        page.get_by_role("button", name="Suivantes").click()
        see(page, "Images 7 à 7 sur 7.")
        page.get_by_role("button", name="30/03/2025").click()
        see(page, "Images 1 à 1 sur 1.")
        pictures.first.click()
        page.keyboard.press("x")
        assert len(cells(page)) == before
