"""Le kit derrière un vrai JupyterHub : deux personnes, une installation, un seul hôte joignable."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Page

from helpers.files import ROOT
from helpers.samples import sample
from kit_minio.suite.processes import kill_servers
from tests.support.browser import Bench, cells, clear, errors, run_all, screenshot
from tests.support.hub import Hub, Person, arrive, program, running_hub

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

SHOWN = (
    """
from fastapi import FastAPI
from helpers import (
    connect, explore, fresh_space, gallery, sample, serve, show_page, show_video, upload
)
from helpers.topics.upload_page import upload_app
client = connect()
bucket = fresh_space(client, "hub")
client.fput_object(bucket, "marée.mp4", str(sample("maree.mp4")), content_type="video/mp4")
client.fput_object(bucket, "port.jpg", str(sample("port.jpg")), content_type="image/jpeg")
""",
    'show_video(client, bucket, "marée.mp4", alt="la marée")',
    """
app = FastAPI(title="Essai")
@app.get("/sante")
def health():
    return {"store": client.bucket_exists(bucket)}
api = serve(app)
api
""",
    """
site = serve(upload_app(client, bucket), name="depot")
show_page(f"{site.url}/", "Page de dépôt")
""",
    "explore(client, bucket)",
    'upload(client, bucket, "depot/")',
    """
shot = "quai/2025/03/30/060000-000.jpg"
client.fput_object(bucket, shot, str(sample("port.jpg")), content_type="image/jpeg")
gallery(client, bucket, "quai/")
""",
)
# Sur un même serveur, le second à l'exécuter serait refusé.
MINE = """
from helpers import connect
client = connect()
client.make_bucket("a-moi")
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory, request) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    with running_hub(folder, program(request.config.cache)) as hub:
        yield hub
    kill_servers(folder)


@pytest.fixture(scope="module")
def ana(hub) -> Person:
    return arrive(hub, "ana")


@pytest.fixture(scope="module")
def zoe(hub) -> Person:
    return arrive(hub, "zoé")


def run(person: Bench, path: str) -> list[str]:
    """Exécute une copie de travail ; renvoie ses erreurs."""
    with person.shown(path) as page:
        clear(page)
        run_all(page)
        return errors(page)


def unfold(page: Page, summary: str) -> None:
    """Ouvre un cadre replié ; un clic manquerait sa cible quand JupyterLab peint une cellule."""
    page.locator("summary", has_text=summary).evaluate(
        "summary => { summary.parentElement.open = true; summary.scrollIntoView() }"
    )


def test_two_people_share_an_installation_and_nothing_else(ana: Person, zoe: Person) -> None:
    """Toutes deux à la fois."""
    lesson = "lecons/00-demarrage.ipynb"
    with ana.shown(lesson) as hers, zoe.shown(lesson) as other:
        for page in (hers, other):
            menus = page.locator("#jp-MainMenu .lm-MenuBar-itemLabel").all_inner_texts()
            assert menus[:4] == ["Fichier", "Édition", "Affichage", "Exécution"]
            clear(page)
        run_all(hers, other)
        for person, page, stranger in ((ana, hers, zoe), (zoe, other, ana)):
            assert errors(page) == []
            assert "jupyter-server-proxy" not in str(cells(page)), "il est là"
            assert page.locator(".jp-OutputArea-output img").first.evaluate("i => i.naturalWidth")
            link = page.get_by_role("link", name="Voir l'image du port")
            address = link.evaluate("link => link.href")
            with person.context.expect_page() as opened:
                link.click()
            picture = opened.value
            picture.locator("img").wait_for()
            assert picture.locator("img").evaluate("image => image.naturalWidth") > 0
            picture.close()
            # Le lien est à qui l'a montré : le hub ne l'ouvre pas à une autre personne.
            assert stranger.context.request.get(address).status in (403, 404)
    with ana.opened("à moi", MINE) as hers, zoe.opened("à moi", MINE) as other:
        run_all(hers, other)
        assert errors(hers) == errors(other) == []
    assert ana.refused == zoe.refused == []


@pytest.mark.parametrize("lesson", ["05-urls-presignees", "06-api-fastapi"])
def test_lessons_run_through_the_hub(ana: Person, lesson: str) -> None:
    assert run(ana, f"lecons/{lesson}.ipynb") == []
    assert ana.refused == []


def test_what_a_browser_opens_is_all_on_the_hub(ana: Person, tmp_path) -> None:
    with ana.opened("montré", *SHOWN) as page:
        run_all(page)
        assert errors(page) == []
        page.locator("video").evaluate(
            "video => { video.muted = true; return video.play() }"
        )  # refusée, la promesse lève
        unfold(page, "Afficher Swagger UI ici")
        swagger = page.frame_locator("iframe[title='Swagger UI de Essai']")
        swagger.get_by_text("/sante").click()
        swagger.get_by_role("button", name="Try it out").click()
        swagger.get_by_role("button", name="Execute").click()
        answer = swagger.locator(".live-responses-table")
        answer.get_by_text('"store": true').wait_for()
        assert "200" in answer.inner_text()
        unfold(page, "Afficher la page ici")
        unfold(page, "Afficher la page ici")
        deposit = page.frame_locator("iframe[title='Page de dépôt']")
        deposit.locator("#file").set_input_files(sample("phare.jpg"))
        deposit.get_by_role("button", name="Envoyer").click()
        deposit.get_by_text("✓ Fichier déposé.").wait_for()
        deposit.locator("#preview img").evaluate("image => image.decode()")
        row = page.get_by_role("option").filter(has=page.get_by_text("marée.mp4", exact=True))
        row.click()
        page.locator(".kit-widget video").evaluate(
            "video => { video.muted = true; return video.play() }"
        )
        page.get_by_role("button", name="Créer un lien").click()
        link = page.get_by_role("link", name="Ouvrir dans le navigateur")
        assert link.get_attribute("href").startswith("/user/ana/proxy/")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choisir des fichiers").click()
        chooser.value.set_files(sample("phare.jpg"))
        page.get_by_role("button", name="Déposer").click()
        page.get_by_text("✓ Déposé.").wait_for()
        shot = page.locator("img[alt*='30/03/2025 à 06:00:00,000']")
        shot.evaluate("image => image.decode()")
        screenshot(page, "hub")
    assert ana.refused == []


def test_an_exercise_is_done_and_kept(ana: Person) -> None:
    solution = nbformat.read(ROOT / "solutions" / "01-buckets.ipynb", as_version=4)
    codes = [cell.source for cell in solution.cells if cell.cell_type == "code"]
    with ana.opened("série", *codes[:4]) as page:
        run_all(page)
        assert errors(page) == []
        page.locator(".kit-card.kit-passed").wait_for()
        assert "✓" in cells(page)[-1]["outputs"][0]["data"]["text/plain"]
    with ana.opened("plus tard", *codes[:2], "print(list(tp.progress()))") as page:
        run_all(page)
        assert cells(page)[-1]["outputs"][0]["text"] == "['create']\n"
    assert ana.refused == []
