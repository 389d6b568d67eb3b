"""La forme des notebooks : ceux du dépôt n'ont rien à se reprocher, et chaque faute est dite."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.errors import ContentError
from helpers.files import ROOT
from kit_minio.authoring.form import Heading, course, form_of, heading, misnamed, unannounced
from kit_minio.authoring.navigation import navigated
from kit_minio.authoring.notebooks import lessons

CLEAN = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
FIRST = """\
# 99 · Essai

- **Durée**\u00a0: 30 minutes, 45 en classe
- **Niveau**\u00a0: débutant
- **Prérequis**\u00a0: la leçon 00.

**Objectifs.** À la fin de cette leçon, vous saurez\u00a0:
- essayer."""
LAST = "## À retenir\n\n- Un essai se relance."


@pytest.mark.parametrize("path", course(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_notebooks_of_the_course_are_in_form(path):
    assert list(map(str, form_of(path))) == []


def code(source, *outputs, count=1, tags=()):
    cell = new_code_cell(source, outputs=list(outputs), execution_count=count)
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def said(tmp_path, *cells, kind="notebooks", metadata=CLEAN, first=FIRST, last=LAST, astray=False):
    """Renvoie ce que l'on reproche à une leçon qui a ces cellules entre la première et la fin."""
    folder = tmp_path / kind
    folder.mkdir()
    path = folder / "99-essai.ipynb"
    (tmp_path / "README.md").touch()
    cells = [new_markdown_cell(first), *cells, new_markdown_cell(last)]
    notebook = new_notebook(cells=cells, metadata=metadata)
    nbformat.write(notebook, path)
    nbformat.write(notebook if astray else navigated(notebook, path), path)
    return list(map(str, form_of(path)))


def test_a_lesson_in_form_has_nothing_said_of_it(tmp_path):
    assert said(tmp_path, code("1 + 1")) == []


@pytest.mark.parametrize(
    ("cell", "fact"),
    [
        (code("x = 1\n" * 11), "la cellule de code a 11 lignes"),
        (code("1", count=3), "n'est pas exécutée dans l'ordre"),
        (code("1", new_output("stream", name="stderr", text="!")), "montre une erreur"),
        (
            code("1", new_output("stream", text="/home/moi/x")),
            r"nomme un dossier .* \(/home/moi/x\)",
        ),
        (code("1", tags=["nbval-skip"]), "la soustrait aux tests"),
        (code("1", tags=["nbval-ignore-output"]), "réservé à ce que seul MinIO sait faire"),
        (code("from helpers.server import find"), "importe helpers.server"),
        (code("import kit_minio"), "importe kit_minio"),
        (new_markdown_cell("Voir [ici](absent.ipynb)."), "absent.ipynb ne mène nulle part"),
        (code('show_image(client, "b", "k", alt="Un phare")'), "show_image n'a pas caption="),
        (code('show_plot(figure, caption="Le débit.")'), "show_plot n'a pas alt="),
        (code('show_video(c, "b", "k", alt="a", caption="b")'), "show_video n'a pas poster="),
        (new_markdown_cell("![](https://exemple.org/a.png)"), "une image n'a pas de texte"),
        (new_markdown_cell("```mermaid\naccTitle: a\n```"), "n'a pas accDescr:"),
        (new_markdown_cell("```mermaid\naccDescr: a\n```"), "n'a pas accTitle:"),
        (new_markdown_cell("Est-ce vrai ?"), "une espace ordinaire précède"),
        (new_markdown_cell("Vrai? Non"), "il manque une espace insécable"),
        (new_markdown_cell("« ici\u00a0»"), "suit le guillemet ouvrant"),
        (new_markdown_cell("l'objet"), "l'apostrophe est droite"),
        (new_markdown_cell("Et puis..."), "points de suspension"),
        (new_markdown_cell("Il pèse 10 000 octets."), "coupe un nombre"),
        (new_markdown_cell("Chaque élève a `store`."), "le texte dit « élève »"),
        (
            new_markdown_cell("Les octets vont au store."),
            r"« store »\. Le cours dit « serveur S3 »",
        ),
        (new_markdown_cell("Bien", metadata={"editable": False}), "garde des métadonnées"),
    ],
)
def test_each_fault_is_said_with_its_file_cell_and_remedy(tmp_path, cell, fact):
    (only,) = said(tmp_path, cell)
    assert only.startswith("notebooks/99-essai.ipynb, cellule 2 : ")
    assert re.search(fact, only), only


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        ({"first": FIRST.replace("# 99 · ", "# ")}, "le titre « # NN · Sujet »"),
        ({"first": FIRST.replace("30 minutes, ", "")}, "Écrivez-y « - **Durée**"),
        ({"first": FIRST.replace("débutant", "facile")}, "Écrivez-y « - **Niveau**"),
        ({"first": FIRST.replace("la leçon 00.", "")}, "Écrivez-y « - **Prérequis**"),
        ({"first": FIRST.replace("Objectifs", "Buts")}, "Écrivez-y « **Objectifs"),
        ({"first": FIRST.replace("30", "75")}, "annonce 75 minutes"),
        ({"last": "Fin."}, "ne résume pas la leçon"),
        ({"metadata": {}}, "ne sont pas celles du dépôt"),
        ({"astray": True}, "Lancez « python3 kit.py exercises »"),
    ],
)
def test_a_lesson_has_a_beginning_an_end_and_clean_metadata(tmp_path, options, fact):
    (only,) = said(tmp_path, **options)
    assert fact in only


def test_a_lesson_has_few_code_cells(tmp_path):
    cells = [code("1", count=number) for number in range(1, 37)]
    assert [fact for fact in said(tmp_path, *cells) if "36 cellules de code" in fact]


def test_the_heading_of_a_lesson_is_read(tmp_path):
    before = new_markdown_cell("Précédente · Suivante")
    lesson = new_notebook(cells=[before, new_markdown_cell(FIRST)])
    assert heading(lesson) == Heading("Essai", 30, 45, "débutant", "la leçon 00.")
    assert heading(new_notebook(cells=[before])) is None


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_the_plan_announces_each_lesson(path):
    plan = (ROOT / "README.md").read_text(encoding="utf-8")
    assert list(map(str, unannounced(path, plan))) == []
    (fault,) = unannounced(path, plan.replace("\u00a0min |", "\u00a0h |"))
    assert path.name in str(fault)


def test_a_word_has_one_synonym_of_convention():
    assert list(misnamed("Les Élèves derrière un mandataire")) == [
        ("Élèves", "étudiant"),
        ("mandataire", "proxy"),
    ]
    assert list(misnamed("Un étudiant restore ses tags")) == []


def test_a_solution_may_be_long_and_an_exercise_unexecuted(tmp_path):
    long = code("x = 1\n" * 11)
    assert said(tmp_path, long, kind="solutions", first="# Essai", last="Fin.") == []
    blank = code("1", count=None)
    assert said(tmp_path, blank, kind="exercises", first="# Essai", last="Fin.") == []


def test_a_file_that_is_no_notebook_is_a_french_error(tmp_path):
    path = tmp_path / "essai.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ContentError, match="n'est pas un notebook lisible"):
        form_of(path)
