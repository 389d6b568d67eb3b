"""Changer de thème : ce qui est déjà affiché en prend les couleurs."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from tests.support.axe import faults
from tests.support.browser import run_all

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

CHANGE = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme }).then(() => {})"
# Ce qui vient du kit : les éditeurs et leurs boutons sont ceux de JupyterLab.
OURS = ".jp-Notebook :is(.jp-MarkdownOutput, .jp-OutputArea-output)"
# Le texte clair que Mermaid emploie sur un fond sombre.
DARK = """() => decodeURIComponent(document.querySelector(".jp-RenderedMermaid img")?.src ?? "")
  .includes("fill:#ccc")"""


def test_a_diagram_takes_the_colours_of_the_theme(bench):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_markdown_cell("```mermaid\nflowchart LR\n  a --> b\n```")]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, bench.root / "schema.ipynb")
    with bench.shown("schema.ipynb") as page:
        page.locator(".jp-RenderedMermaid img").wait_for(state="attached")
        assert not page.evaluate(DARK)
        try:
            page.evaluate(CHANGE, "JupyterLab Dark")
            page.wait_for_function(DARK)
        finally:
            page.evaluate(CHANGE, "JupyterLab Light")
        page.wait_for_function(f"() => !({DARK})()")


@pytest.mark.parametrize("path", ["lecons/02-objets.ipynb", "exercices/01-buckets-exercices.ipynb"])
def test_axe_finds_nothing_in_a_lesson_nor_in_exercises(bench, request, path):
    with bench.shown(path) as page:
        if path.startswith("exercices"):
            run_all(page)
        try:
            for theme in ("JupyterLab Dark", "JupyterLab Light"):
                page.evaluate(CHANGE, theme)
                assert faults(page, request.config.cache, OURS) == [], theme
        finally:
            page.evaluate(CHANGE, "JupyterLab Light")
