"""L'accueil dans un vrai Chromium : au clavier, sans question, à toutes les largeurs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page

from tests.support.axe import faults
from tests.support.browser import (
    Bench,
    browser_page,
    clean_environment,
    copy_kit,
    errors,
    kit_command,
    open_home,
    run_all,
    running_lab,
    screenshot,
    wait_for_notebook,
)

pytestmark = pytest.mark.needs("chromium")

SOLUTION = (
    'client.make_bucket(bucket_name=tp.bucket("archives"));'
    ' client.make_bucket(bucket_name=tp.bucket("factures"))'
)
SLOW = """const usual = window.fetch; window.fetch = async (...asked) => {
  const late = /contents.*urls-pres/.test(asked[0].url ?? asked[0]);
  await new Promise(done => setTimeout(done, late ? 3000 : 0));
  return usual(...asked) }"""
CURRENT = "jupyterapp.shell.currentWidget"
FOCUSED = "document.activeElement"
CUT_MENUS = """[...document.querySelectorAll("#jp-MainMenu li, #kit-go-home")].filter(one => {
  const box = one.getBoundingClientRect(), bar = one.parentElement.getBoundingClientRect();
  return box.width && box.right > Math.min(bar.right, innerWidth) + 1 })"""
# Un nom coupé à droite, ou plus haut que sa ligne.
CUT = """names => names.filter(one => one.scrollWidth > one.clientWidth
  || one.offsetHeight > one.closest("li, jp-tree-item").offsetHeight)
  .map(one => one.textContent)"""


@contextmanager
def at_home(bench: Bench) -> Iterator[Page]:
    """Montre l'accueil, dans l'onglet du navigateur que d'autres tests ont ouvert."""
    if bench.page is None:
        with bench.visited(bench.lab.url, "accueil") as page:
            yield page
        return
    try:
        bench.page.evaluate("() => { jupyterapp.commands.execute('kit-minio:accueil') }")
        bench.page.locator("#kit-accueil .kit-primary").wait_for()
        yield bench.page
    except BaseException:
        screenshot(bench.page, "accueil-echec")
        bench.page.close()
        bench.page = None
        raise


def close(page: Page) -> None:
    """Ferme l'onglet montré, comme le fait sa croix, et attend l'accueil ; aucune question."""
    page.evaluate("() => { jupyterapp.commands.execute('application:close') }")
    page.wait_for_function(f"{CURRENT}?.id === 'kit-accueil'")
    assert page.locator(".jp-Dialog").count() == 0


def dirty(page: Page) -> bool:
    return page.evaluate(f"{CURRENT}.context.model.dirty")


def source(page: Page) -> str:
    """Renvoie le texte de la cellule active."""
    return page.evaluate(f"{CURRENT}.content.activeCell.model.sharedModel.getSource()")


def test_from_home_to_a_checked_exercise_by_keyboard_alone(bench):
    with bench.visited(bench.lab.url, "clavier") as page:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(f"{FOCUSED}.ariaLabel") == "Exercices 01, Les buckets":
                break
        page.keyboard.press("Enter")
        wait_for_notebook(page)
        page.wait_for_function(f"{CURRENT}.node.contains({FOCUSED})")
        assert page.evaluate(f"{CURRENT}.context.path") == "exercices/01-buckets-exercices.ipynb"
        while "# Votre code ici" not in source(page):
            page.keyboard.press("Shift+Enter")
        page.keyboard.press("Enter")
        page.keyboard.press("Control+A")
        page.keyboard.type(SOLUTION)
        page.keyboard.press("Shift+Enter")
        assert source(page) == "tp.create.check()"
        page.keyboard.press("Shift+Enter")
        card = page.locator(".jp-OutputArea-output", has_text="Créer deux buckets").first
        card.wait_for()
        assert "Réussi" in card.inner_text()
        page.keyboard.press("Alt+Shift+H")
        page.wait_for_function(f"{CURRENT}.id === 'kit-accueil'")
        tile = page.locator(".kit-tile", has_text="Les buckets")
        page.wait_for_function(
            "/[1-4] sur 4 exercices/.test(document.querySelectorAll('.kit-tile')[1].innerText)"
        )
        assert "kit-begun" in (tile.get_attribute("class") or "")
        assert page.locator(".kit-primary").inner_text() == "Reprendre la leçon 01"
        page.keyboard.press("Enter")
        wait_for_notebook(page)
        close(page)


def test_a_lesson_run_to_its_end_closes_without_a_question_and_leaves_the_kit_as_it_was(bench):
    kit = Path(psutil.Process(bench.lab.process.pid).cwd())
    before = {path: path.read_bytes() for path in kit.glob("*/*.ipynb")}
    assert len(before) > 30
    with at_home(bench) as page:
        page.get_by_role("link", name="Leçon 00, Démarrage").click()
        wait_for_notebook(page)
        # Le noyau se présente après coup : c'est lui qui, autrefois, modifiait le notebook.
        page.evaluate(f"{CURRENT}.sessionContext.session.kernel.info.then(() => {{}})")
        page.evaluate("() => new Promise(done => setTimeout(done, 300))")
        assert not dirty(page)
        page.locator(".jp-TableOfContents-content", has_text="Se connecter").wait_for()
        run_all(page)
        assert errors(page) == []
        page.evaluate(f"{CURRENT}.model.cells.get(1).sharedModel.setSource('# à moi')")
        assert dirty(page)
        close(page)
        assert "# à moi" in (bench.root / "lecons" / "00-demarrage.ipynb").read_text("utf-8")
        assert {path: path.read_bytes() for path in before} == before


def test_what_is_written_is_saved_before_the_page_is_closed(bench):
    with at_home(bench) as page:
        page.get_by_role("link", name="Leçon 02, Les objets").click()
        wait_for_notebook(page)
        page.evaluate(f"{CURRENT}.model.cells.get(1).sharedModel.setSource('# gardé')")
        page.wait_for_function(f"!{CURRENT}.context.model.dirty")
        assert "# gardé" in (bench.root / "lecons" / "02-objets.ipynb").read_text("utf-8")
        close(page)


def test_saving_twice_at_once_asks_nothing(bench):
    """Ctrl+S pendant l'enregistrement automatique, quand la réponse du serveur tarde."""
    with at_home(bench) as page:
        page.get_by_role("link", name="Leçon 03, Les métadonnées").click()
        wait_for_notebook(page)
        page.evaluate(
            "const { contents } = jupyterapp.serviceManager; const save = contents.save;"
            " contents.save = async (...args) => { const model = await save.apply(contents, args);"
            " await new Promise(done => setTimeout(done, 1500)); return model }; 0"
        )
        write = f"{CURRENT}.model.cells.get(1).sharedModel.setSource"
        page.evaluate(f"{write}('# un'); {CURRENT}.context.save(); 0")
        page.evaluate("() => new Promise(done => setTimeout(done, 700))")  # écrit, sans réponse
        page.evaluate(f"{write}('# deux'); {CURRENT}.context.save(); 0")
        page.wait_for_function(f"!{CURRENT}.context.model.dirty")
        close(page)
        # La réponse du second enregistrement arrive quand le notebook est fermé.
        page.evaluate("() => new Promise(done => setTimeout(done, 2000))")
        assert page.locator(".jp-Dialog").count() == 0
        page.evaluate("delete jupyterapp.serviceManager.contents.save; 0")
        assert "# deux" in (bench.root / "lecons" / "03-metadonnees.ipynb").read_text("utf-8")


@pytest.mark.slow
def test_contents_lead_home_and_help_examines_and_restarts(bench):
    with at_home(bench) as page:
        page.get_by_role("link", name="Leçon 03, ").click()
        wait_for_notebook(page)
        page.evaluate(f"{CURRENT}.model.cells.get(1).sharedModel.setSource('# ancien')")
        shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        shown.get_by_role("link", name="Sommaire").first.click()
        page.wait_for_function(f"{CURRENT}.id === 'kit-accueil'")
        page.get_by_text("Le serveur ou l’installation ne va pas").click()
        page.locator(".kit-findings", has_text="dépendances directes").wait_for()
        page.get_by_text("Une cellule ne finit pas").click()
        page.locator('[data-kit-do="restart-kernel"]').wait_for()
        page.get_by_text("Je veux recommencer une leçon").click()
        page.locator("#kit-copy").select_option("lecons/03-metadonnees.ipynb")
        screenshot(page, "accueil-probleme")
        page.get_by_role("button", name="Recommencer ce notebook").click()
        page.get_by_role("button", name="Recommencer", exact=True).click()
        page.wait_for_function(f"{CURRENT}.context?.path === 'lecons/03-metadonnees.ipynb'")
        wait_for_notebook(page)
        assert page.evaluate(f"{CURRENT}.model.cells.get(1).sharedModel.getSource()") != "# ancien"
        (kept,) = (bench.root / "lecons").glob("03-metadonnees-avant-*.ipynb")
        assert "# ancien" in kept.read_text("utf-8")
        kept.unlink()
        close(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_home(bench, request, theme):
    page = bench.context.new_page()
    try:
        page.emulate_media(color_scheme=theme)
        page.goto(f"{bench.lab.base}/kit/accueil?token={bench.lab.token}")
        page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true })")
        for width, height in ((1280, 800), (1024, 768), (390, 844), (640, 400)):
            page.set_viewport_size({"width": width, "height": height})
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) == 0
            screenshot(page, f"accueil-{theme}-{width}")
        assert faults(page, request.config.cache) == []
    finally:
        page.close()


def test_axe_finds_nothing_on_the_tab(bench, request):
    with at_home(bench) as page:
        assert faults(page, request.config.cache, "#kit-accueil") == []


@pytest.mark.slow
def test_the_home_works_behind_a_hub(session_data: Path, tmp_path: Path):
    """Un JupyterHub met chaque serveur sous une adresse : /user/zoe/."""
    environment = clean_environment(tmp_path, KIT_DATA=str(session_data))
    (tmp_path / "exposed" / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"base_url": "/user/zoe/"}}), encoding="utf-8"
    )
    with (
        running_lab(kit_command(), environment, copy_kit(tmp_path)) as lab,
        browser_page("hub") as page,
    ):
        assert "/user/zoe/lab?token=" in lab.url
        open_home(page, lab.url)
        loaded = "img => img.complete && img.naturalWidth > 0"
        assert page.locator(".kit-hero img").evaluate(loaded)
        page.get_by_role("link", name="Exercices 01, Les buckets").click()
        wait_for_notebook(page)
        page.goto(f"{lab.base}/user/zoe/kit/accueil")
        page.get_by_text("Je veux recommencer une leçon").click()
        page.get_by_role("button", name="Recommencer ce notebook").click()
        page.wait_for_url(re.compile(r"/user/zoe/lab/tree/lecons/00-demarrage\.ipynb"))
        wait_for_notebook(page)


@pytest.mark.slow
def test_an_author_has_the_kit_itself(session_data: Path, tmp_path: Path):
    environment = clean_environment(tmp_path, KIT_DATA=str(session_data))
    with (
        running_lab([*kit_command(), "--author"], environment, copy_kit(tmp_path)) as lab,
        browser_page("auteur") as page,
    ):
        assert "/lab/tree/notebooks/00-demarrage.ipynb" in lab.url
        page.goto(lab.url)
        wait_for_notebook(page)
        assert page.locator("#kit-accueil, #kit-go-home").count() == 0
        # La feuille de style, elle, est là : les cartes des exercices en ont besoin.
        assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--kit-ink')")


@pytest.mark.slow
def test_a_notebook_of_yesterday_that_the_server_is_slow_to_give_stays_behind_the_home(bench):
    workspace = f"{bench.lab.base}/lab/workspaces/hier"
    address = f"{workspace}/tree/lecons/05-urls-presignees.ipynb?token={bench.lab.token}"
    with bench.visited(address, "hier") as page:
        page.evaluate("() => jupyterapp.restored.then(() => {})")
        page.wait_for_timeout(1500)  # JupyterLab note ses onglets une demi-seconde après
        page.add_init_script(SLOW)
        page.goto(f"{workspace}?token={bench.lab.token}")
        page.locator("#kit-accueil .kit-primary:focus").wait_for()
        page.wait_for_timeout(4000)
        assert page.evaluate("[...jupyterapp.shell.widgets('main')].length") == 2
        assert page.evaluate(f"{CURRENT}.id") == "kit-accueil"
        assert page.evaluate("jupyterapp.shell.leftCollapsed"), "l'accueil a toute la largeur"
    bench.page.close()  # l'attente y resterait
    bench.page = None


@pytest.mark.slow
def test_in_a_narrow_window_a_notebook_has_the_whole_width(bench):
    page = bench.context.new_page()
    try:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(
            f"{bench.lab.base}/lab/workspaces/etroit/tree/lecons/00-demarrage.ipynb"
            f"?token={bench.lab.token}"
        )
        wait_for_notebook(page)
        page.wait_for_function("jupyterapp.shell.leftCollapsed")
        assert page.locator(".jp-NotebookPanel").bounding_box()["width"] > 280
        for width in (640, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_function(f"({CUT_MENUS}).length === 0")
        page.set_viewport_size({"width": 1440, "height": 800})
        page.evaluate("() => { jupyterapp.shell.activateById('filebrowser') }")
        page.wait_for_function("document.querySelector('#jp-left-stack').clientWidth >= 340")
        page.set_viewport_size({"width": 720, "height": 400})  # 1 440 px, agrandis à 200 %
        page.wait_for_function("jupyterapp.shell.leftCollapsed")
    finally:
        page.close()


@pytest.mark.slow
@pytest.mark.parametrize("panel", ["filebrowser", "table-of-contents"])
def test_names_are_whole_beside_a_notebook_at_1280_px(bench, panel):
    with bench.shown("exercices/07-recevoir-du-navigateur-exercices.ipynb") as page:
        page.evaluate("id => { jupyterapp.shell.activateById(id) }", panel)
        names = page.locator(f"#{panel} :is(.jp-DirListing-itemText, .jp-tocItem-content)")
        names.nth(4).wait_for()
        assert names.evaluate_all(CUT) == []
        assert page.locator(".jp-NotebookPanel:visible").bounding_box()["width"] > 900
