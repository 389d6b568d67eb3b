"""Les rapports dans un vrai Chromium : rien de ce que met une copie n'agit, chacun peut lire."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kit_minio.checks.outcome import Verdict
from kit_minio.grading.report.pages import About
from tests.support.browser import browser_page, screenshot
from tests.support.results import (
    PAYLOADS,
    TASKS,
    TITLE,
    classmates,
    hostile,
    mark,
    result,
    write_reports,
)

pytestmark = pytest.mark.needs("chromium")

AXE = "4.14.1"
ABOUT = About(
    TITLE,
    ("Isolation de niveau 1 : chaque copie est enfermée.", "Graine de la seconde exécution : 42."),
    {"Fichiers laissés de côté": ["« lisez-moi.txt » : ce n'est ni un notebook, ni une archive."]},
)
PAGES = ["index.html", "retours/zoe-1.html", "retours/louis-2.html", "retours/hostile-66.html"]
IDS = ["classe", "élève", "à revoir", "hostile"]
WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Les rapports d'une classe où il y a de tout."""
    out = tmp_path_factory.mktemp("sortie")
    code = 'for bucket in client.list_buckets():\n    print(f"{bucket.name:<20}")  # ' + "é" * 120
    said = {
        Verdict.PASSED: {},
        Verdict.REVIEW: {"found": "exercice-01-brouillon-12", "expected": "aucun brouillon"},
        Verdict.ERROR: {"found": "NameError : name 'clinet' is not defined"},
        Verdict.TODO: {},
    }
    marks = [
        mark(task, verdict, message="Une phrase.", hint="Un indice.", code=code, **said[verdict])
        for task, verdict in zip(TASKS, Verdict, strict=True)
    ]
    remarks = ["Exercice 2 : la cellule de vérification manquait ; elle a été remise."]
    found = [
        *classmates(1),
        result("Zoé Martin", 1, marks, copy_id="zoe-1", remarks=remarks, seconds=12),
        result("Louis Petit", 2, [], copy_id="louis-2", trouble="Le fichier est tronqué."),
        hostile(),
    ]
    about = replace(ABOUT, notes=dict(ABOUT.notes) | {"Attaques": PAYLOADS})
    write_reports(out, found, about)
    return out


@pytest.fixture(scope="module")
def page() -> Page:
    with browser_page("rapports") as opened:
        yield opened


def visit(page: Page, folder: Path, path: str) -> list[str]:
    """Ouvre une page ; renvoie ce qu'elle a dit, demandé et tenté."""
    events: list[str] = []
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.on("console", lambda message: events.append(f"console : {message.text}"))
    page.on("dialog", lambda dialog: (events.append("dialogue"), dialog.dismiss()))
    page.on("request", lambda request: events.append(request.url))
    page.goto((folder / path).as_uri())
    return events


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_nothing_acts_and_everyone_can_read(page, folder, path):
    """Une seule visite par page : ce qui agirait, ce qui se lit, à toute largeur et sur papier."""
    events = visit(page, folder, path)
    assert_nothing_acts(page, folder / path, events)
    assert_structure_is_said_without_sight(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    assert_paper_shows_all_that_the_screen_shows(page)
    name = path.removeprefix("retours/").removesuffix(".html")
    assert screenshot(page, f"rapport-{name}").stat().st_size > 10_000  # gardée pour être regardée
    if "hostile" in path:
        shown = page.locator("pre").first
        assert "[U+202E]gnp.exe[U+202C]" in shown.inner_text()
        assert "\u202e" not in page.locator("body").inner_text()
        assert shown.evaluate("e => getComputedStyle(e).direction") == "ltr"


def assert_nothing_acts(page: Page, file: Path, events: list[str]) -> None:
    title = page.title()
    for link in page.locator("main a").all():
        assert link.get_attribute("href").startswith(("#", "copies/", "index-"))
    page.keyboard.press("Tab")
    page.mouse.move(300, 300)
    page.wait_for_timeout(300)
    assert events == [file.as_uri()]
    assert page.url == file.as_uri()
    assert page.title() == title
    assert TITLE in title, "une page dont un script tourne changerait de titre"
    assert page.frames == [page.main_frame]
    assert page.locator("script, iframe, img, form, input, base, link, object").count() == 0
    assert page.locator("style").count() == 1
    assert page.locator("h1").is_visible()


def assert_structure_is_said_without_sight(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("main").count() == page.locator("h1").count() == 1
    levels = page.locator("h1, h2, h3").evaluate_all("list => list.map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in page.locator("table").all():
        assert table.locator("thead th:not([scope=col])").count() == 0
        assert table.locator("tbody tr:not(:has(th[scope=row]))").count() == 0
    # Un signe n'est jamais seul : le mot est là, pour qui ne voit ni signe ni couleur.
    for verdict in page.locator("main td .verdict").all():
        assert any(word in verdict.inner_text().casefold() for word in Verdict)
    for svg in page.locator("svg").all():
        assert svg.get_attribute("aria-hidden") == "true" or svg.locator("desc").inner_html()


def assert_paper_shows_all_that_the_screen_shows(page: Page) -> None:
    moving = set("\n".join(page.locator(".orders, .around, .cue").all_inner_texts()).splitlines())
    page.evaluate("() => document.querySelectorAll('details').forEach(e => e.open = true)")
    unfolded = set(page.locator("main").inner_text().splitlines()) - moving
    page.evaluate("() => document.querySelectorAll('details').forEach(e => e.open = false)")
    page.emulate_media(media="print")
    try:
        assert unfolded <= set(page.locator("main").inner_text().splitlines())
        wide = page.locator(".exercise, pre, table").evaluate_all(
            "list => list.filter(e => e.scrollWidth > document.documentElement.clientWidth).length"
        )
        assert wide == 0
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    finally:
        page.emulate_media(media="screen")
        page.evaluate("() => document.querySelectorAll('details').forEach(e => e.open = true)")


def test_on_a_phone_the_names_stay_in_view(page, folder):
    visit(page, folder, "index.html")
    cue = page.locator(".cue").last
    assert cue.is_hidden()
    page.set_viewport_size({"width": 390, "height": 800})
    assert cue.is_visible()
    table = page.get_by_role("region", name="Copies")
    name, note = table.locator("tbody tr").first.locator("th, td").all()[:2]
    before = name.bounding_box(), note.bounding_box()
    table.evaluate("e => { e.scrollLeft = 90 }")
    assert name.bounding_box() == before[0]
    assert note.bounding_box()["x"] < before[1]["x"]


def test_the_policy_stops_what_escaping_would_have_let_through(page, folder, tmp_path):
    # L'échappement suffit ; voici ce qui reste s'il manquait : la politique de sécurité.
    source = (folder / PAGES[1]).read_text("utf-8")
    attack = (
        "<script>document.title='pris'</script><img src=x onerror=\"document.title='pris'\">"
        "<style>h1{display:none}</style><p id=rouge style='color:rgb(255,0,0)'>x</p>"
        "<iframe src='data:text/html,x'></iframe>"
        "<base href='//mal.example'><link rel=stylesheet href='data:text/css,h1{display:none}'>"
        "<a id=lien href=\"javascript:document.title='pris'\">clic</a>"
    )
    (tmp_path / "page.html").write_text(source.replace("<main>", f"<main>{attack}"), "utf-8")
    events = visit(page, tmp_path, "page.html")
    page.locator("#lien").click()
    page.wait_for_timeout(300)
    assert "pris" not in page.title()
    assert page.locator("h1").is_visible()
    color = page.locator("#rouge").evaluate("e => getComputedStyle(e).color")
    assert color != "rgb(255, 0, 0)"
    assert page.url.endswith("page.html")
    refused = [event for event in events if "Content Security Policy" in event]
    assert len(refused) >= 5, events


# --- axe ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def axe(request) -> str:
    """Le source d'axe-core, pris par npm une fois pour toutes."""
    cache = request.config.cache.mkdir("axe-core")
    script = cache / f"axe-{AXE}.js"
    if not script.exists():
        try:
            npm = shutil.which("npm")
            assert npm, "npm n'est pas installé"
            subprocess.run(
                [npm, "pack", f"axe-core@{AXE}", "--silent"],
                cwd=cache,
                capture_output=True,
                timeout=120,
                check=True,
            )
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"axe-core n'a pas pu être pris par npm ({error}).")
        with tarfile.open(cache / f"axe-core-{AXE}.tgz") as archive:
            found = archive.extractfile("package/axe.min.js")
            assert found is not None
            script.write_bytes(found.read())
    return script.read_text("utf-8")


def test_axe_finds_nothing(page, folder, axe):
    found = []
    for path in PAGES:
        visit(page, folder, path)
        page.evaluate(axe)
        for width, theme in product(WIDTHS, ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=theme)
            report = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
            assert len(report["passes"]) > 10
            found += [
                (path, width, theme, item["id"], item["impact"], item["nodes"][0]["html"][:200])
                for item in report["violations"]
            ]
    assert found == []
