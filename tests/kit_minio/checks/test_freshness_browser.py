"""Dans JupyterLab : une carte périmée, le panneau qui suit, l'erreur, la solution copiée."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support import axe
from tests.support.browser import SECONDS, run_all

expect.set_options(timeout=SECONDS * 1000)
pytestmark = pytest.mark.needs("chromium")

OPEN = """
from helpers import connect, open_exercises, panel
client = connect(quiet=True)
tp = open_exercises("01", client)
panel(tp)
"""
SOLVE = """
for name in ("archives", "factures"):
    if not client.bucket_exists(bucket_name=tp.bucket(name)):
        client.make_bucket(bucket_name=tp.bucket(name))
"""
LAB = "window.jupyterapp"
CELLS = f"{LAB}.shell.currentWidget.content.model.cells.length"
RUN = f"{LAB}.commands.execute('notebook:run-cell').then(() => {{}})"


def run(page, rank: int, code: str) -> None:
    """Remplace le code d'une cellule, puis l'exécute."""
    cell = f"{LAB}.shell.currentWidget.content"
    page.evaluate(
        f"([rank, code]) => {{ const all = {cell}; all.activeCellIndex = rank; "
        "all.activeCell.model.sharedModel.setSource(code); }",
        [rank, code],
    )
    page.evaluate(RUN)


def loses_no_cell(page) -> None:
    """« x », qui coupe une cellule, reste à ce qui a le focus ; Échap rend la main à la cellule."""
    before = page.evaluate(CELLS)
    page.keyboard.press("x")
    assert page.evaluate(CELLS) == before
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.jp-Cell')")


def test_what_is_on_screen_stays_true(client, bench, request):
    with bench.opened("verite", OPEN, SOLVE, "tp.create.check()", "tp.names.check({})") as page:
        run_all(page)
        panel = page.locator(".kit-widget").first
        expect(panel.get_by_text("1 exercice réussi sur 4, 1 point sur 7.")).to_be_visible()
        card = page.locator(".kit-card").first
        expect(card).to_contain_text("✓ Réussi — Créer deux buckets")

        run(page, 1, "x = 1\nclint.list_buckets()")
        expect(page.get_by_text("À revérifier — Créer deux buckets")).to_be_visible()
        expect(page.locator(".kit-card.kit-passed")).to_have_count(0)
        error = page.locator(".kit-card.kit-error")
        expect(error).to_have_count(1)
        expect(error).to_contain_text("ligne 2 : clint.list_buckets()")
        expect(error).to_contain_text("Vouliez-vous dire client ?")
        expect(error.locator("details pre")).to_be_hidden()
        error.locator("summary").click()
        expect(error.locator("details pre")).to_contain_text("NameError")
        loses_no_cell(page)
        assert axe.faults(page, request.config.cache, ".kit-card.kit-error") == []

        panel.get_by_role("combobox").focus()
        loses_no_cell(page)
        panel.get_by_text("Exercices de la leçon 01").click()
        loses_no_cell(page)
        for _ in range(2):
            page.get_by_role("button", name="Indice").click()
            loses_no_cell(page)
        page.get_by_role("button", name="Indice").click()
        page.get_by_role("button", name="Solution").click()
        page.locator(".kit-code button").click()
        expect(page.locator(".kit-code button")).to_have_text("Copié")
        loses_no_cell(page)

        # Un noyau que l'on redémarre n'a plus ses boutons : JupyterLab ne le dit pas en anglais.
        page.evaluate(f"{LAB}.shell.currentWidget.context.save()")
        page.evaluate(f"{LAB}.shell.currentWidget.sessionContext.shutdown()")
        page.evaluate(f"{LAB}.shell.currentWidget.close()")
        page.evaluate(
            f"{LAB}.commands.execute('docmanager:open', {{path: 'verite.ipynb'}}).then(() => {{}})"
        )
        dead = page.locator(".jp-OutputArea-output.jupyter-widgets").first
        dead.wait_for()
        assert dead.evaluate("e => getComputedStyle(e).fontSize") == "0px"
        told = dead.evaluate("e => getComputedStyle(e, '::after').content")
        assert "Les boutons reviennent" in told
        expect(page.locator(".kit-card").first).to_be_visible()
