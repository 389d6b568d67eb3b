"""Les pages de docs/ : leurs tableaux disent vrai, leur prose suit les règles du cours."""

from __future__ import annotations

import ast
import html
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import boto3
import nbformat
import pytest
from minio import Minio
from nbformat.v4 import new_markdown_cell, new_notebook

from helpers.files import ROOT
from kit_minio.authoring.form import Page, terms, typography
from tests.support.axe import faults
from tests.support.browser import browser_page
from tests.support.differences import PROBES, opened_server

DOCS = Path(__file__).parents[1] / "docs"
PROSE = [*sorted(DOCS.glob("*.md")), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]


@pytest.fixture(scope="module")
def s() -> Iterator[SimpleNamespace]:
    with opened_server() as found:
        yield found


def rows() -> dict[str, list[str]]:
    """Renvoie les lignes du tableau des différences, par leur première case."""
    text = (DOCS / "differences.md").read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ")
    ][1:]
    return {first.strip(): [first, *others] for first, *others in cells}


def test_each_line_of_the_table_has_its_probe() -> None:
    assert list(rows()) == list(PROBES)
    assert all(len(cells) == 4 for cells in rows().values())


@pytest.mark.both_servers
@pytest.mark.parametrize("line", PROBES)
def test_the_server_answers_what_the_table_says(s, line: str) -> None:
    assert PROBES[line](s) == rows()[line][s.column]


# --- La prose -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_prose_follows_the_rules_of_the_lessons(path: Path, tmp_path: Path) -> None:
    """Typographie et termes, comme dans une leçon ; et chaque lien mène à un fichier."""
    cell = new_markdown_cell(path.read_text("utf-8"))
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "prose.ipynb")
    page = Page(tmp_path / "prose.ipynb")
    # CONTRIBUTING donne la liste des mots, ceux à éviter compris.
    rules = (typography,) if path.name == "CONTRIBUTING.md" else (typography, terms)
    assert [str(finding) for rule in rules for finding in rule(page)] == []
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", cell.source)
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_each_file_of_the_kit_that_a_page_names_is_there(path: Path) -> None:
    folders = "helpers|kit_minio|tests|benchmarks|docs|notebooks|solutions|exercises"
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", path.read_text("utf-8"))
    assert [name for name in named if "NN" not in name and not (ROOT / name).exists()] == []


SAID = [
    *sorted((ROOT / "helpers").glob("*.toml")),
    *sorted((ROOT / "kit_minio").rglob("templates/*.html")),
]


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.name)
def test_messages_and_pages_use_the_words_of_the_course(path: Path, tmp_path: Path) -> None:
    cell = new_markdown_cell(path.read_text("utf-8"))
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "prose.ipynb")
    assert [str(finding) for finding in terms(Page(tmp_path / "prose.ipynb"))] == []


def essence(code: str) -> set[str]:
    """Renvoie ce que fait un programme : ses affectations, ses appels nommés et leurs options."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign):
            found.add(ast.unparse(node))
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            found |= {name, *(f"{name}({ast.unparse(option)})" for option in node.keywords)}
        elif isinstance(node, ast.ExceptHandler):
            found.add(ast.unparse(node.type or node))
    return found


def test_the_papermill_excerpt_of_readme_is_that_of_the_example_that_is_run() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"\(docs/noter_avec_papermill\.py\).*?```python\n(.*?)```", readme, re.S)
    assert found is not None
    shown = essence(found[1])
    example = essence((DOCS / "noter_avec_papermill.py").read_text("utf-8"))
    assert len(shown) > 10
    assert shown - example == set()


def test_codespaces_and_binder_are_asked_for_a_python_of_the_kit() -> None:
    image = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())["image"]
    assert image.endswith(":3.12")
    assert (ROOT / "runtime.txt").read_text() == "python-3.12\n"


def test_cheat_sheet_names_real_methods_and_arguments() -> None:
    text = html.unescape((DOCS / "aide-memoire.html").read_text("utf-8"))
    calls = re.findall(r"client\.(\w+)\(([^<]*?)\)</code>", text)
    assert len(calls) > 10
    for name, arguments in calls:
        known = inspect.signature(getattr(Minio, name)).parameters
        for _ in range(3):  # LifecycleConfig([Rule(…, Filter(…))])
            arguments = re.sub(r"\w+\([^()]*\)", "", arguments)
        assert set(re.findall(r"(\w+)=", arguments)) <= set(known), name
    assert set(re.findall(r"s3\.(\w+)\(", text)) <= set(dir(boto3.client("s3", "us-east-1")))


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_cheat_sheet_prints_on_one_page_and_is_readable_by_all(request) -> None:
    with browser_page("aide-memoire") as page:
        page.goto((DOCS / "aide-memoire.html").as_uri())
        assert faults(page, request.config.cache) == []
        printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
