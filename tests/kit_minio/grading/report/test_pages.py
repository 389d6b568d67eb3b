"""Les pages : ce qu'elles disent, en français, et ce qu'une copie ne peut pas leur faire faire."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from helpers.components import sheet
from kit_minio import checks as lessons
from kit_minio.checks.model import Context, evaluate
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark
from kit_minio.grading.report import pages
from kit_minio.grading.report.pages import (
    ORDERS,
    About,
    Around,
    batch_title,
    class_page,
    student_page,
    teacher_page,
)
from kit_minio.home.copies import FOLDERS
from tests.support.results import (
    PAYLOADS,
    TASKS,
    TITLE,
    Tags,
    classmates,
    hostile,
    mark,
    result,
    text_of,
)

OUR_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "footer", "header", "section"),
    *("div", "p", "h1", "h2", "h3", "br", "ul", "li", "dl", "dt", "dd", "strong", "span", "bdi"),
    *("a", "pre", "code", "abbr", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("figure", "figcaption", "svg", "desc", "rect", "text", "line"),
    *("details", "summary", "nav"),
}


# --- Le retour d'un élève -----------------------------------------------------------------------


def test_feedback_says_the_outcome_the_gap_the_hint_and_the_code():
    marks = [
        mark(TASKS[0]),
        mark(
            TASKS[1],
            Verdict.REVIEW,
            0.5,
            message="Il reste des brouillons.",
            found="brouillon-12",
            expected="aucun brouillon",
            hint="Videz le bucket : puis supprimez-le.",
            code="client.remove_bucket(b)",
        ),
        mark(
            TASKS[2],
            Verdict.ERROR,
            message="L'exécution s'est arrêtée : elle a duré plus de 60 s.",
            found="KeyError : 'b'",
        ),
        mark(TASKS[3], Verdict.TODO, message="Aucune réponse."),
    ]
    remarks = ["Exercice 2 : la cellule de vérification manquait ; elle a été remise."]
    page = text_of(student_page(result(marks=marks, remarks=remarks), TITLE))
    for said in (
        "Exercices 01 · Les buckets",
        "Zoé Martin",
        "1,5 / 7 points",
        "1 exercice réussi sur 4",
        "✓ Réussi",
        "✗ À revoir",
        "! Erreur",
        "○ À faire",
        "0,5 / 2 points",
        "Il reste des brouillons.",
        "Trouvébrouillon-12",
        "Attenduaucun brouillon",
        "Pour la prochaine fois Videz le bucket : puis supprimez-le.",
        "client.remove_bucket(b)",
        "elle a duré plus de 60 s",
        "ErreurKeyError : 'b'",
        "la cellule de vérification manquait",
    ):
        assert said in page, said
    assert not re.search(r"\d\.\d", page), "un nombre à la française a une virgule"


def test_feedback_of_an_untried_exercise_does_not_speak_as_the_notebook_does():
    untried = evaluate(TASKS[2], Context(None, "x", 1, TASKS[2].name))
    assert untried.verdict is Verdict.TODO
    # Qui a écrit quelque chose ne lit pas qu'il n'a rien fait.
    for code, left in (
        ("reasons = ...\n# Votre code ici\n...", True),
        ("# Votre code ici\nx", False),
    ):
        task = mark(TASKS[2], Verdict.TODO, message=untried.message, code=code)
        page = text_of(student_page(result(marks=[task]), TITLE))
        assert "ne trouve rien pour cet exercice" in page
        assert ("la cellule est restée à compléter" in page) is left
        assert untried.message not in page


def test_feedback_of_a_troubled_copy_has_no_mark():
    page = text_of(student_page(result(marks=[], trouble="Le fichier est tronqué."), TITLE))
    assert "Votre enseignant va regarder cette copie" in page
    assert "Le fichier est tronqué." in page
    assert "points" not in page


def test_spaces_before_french_punctuation_do_not_break():
    page = student_page(result(remarks=["Leçon 01 : « tp » manque ; il est à faire."]), TITLE)
    assert "Leçon 01\u00a0: «\u00a0tp\u00a0» manque\u00a0; il" in page.decode()


# --- Rien de ce que contient une copie n'agit ---------------------------------------------------


def hostile_pages():
    troubled = result(PAYLOADS[0], 67, [], copy_id="hostile-67", trouble=" ".join(PAYLOADS))
    about = About(TITLE, PAYLOADS, {"Fichiers laissés de côté": PAYLOADS})
    return [
        student_page(hostile(), TITLE),
        student_page(troubled, TITLE),
        class_page([hostile(), troubled], about),
    ]


@pytest.mark.parametrize("page", hostile_pages(), ids=["retour", "à revoir", "classe"])
def test_payloads_are_text(page):
    for tag, attributes in Tags(page):
        assert tag in OUR_TAGS, tag
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert "src" not in attributes
        target = attributes.get("href", "#")
        assert re.fullmatch(r"#[\w-]+|#|copies/[\w-]+\.html|index-\w+\.html#copies", target), target
    source = page.decode()
    assert source.count("<style>") == 1
    assert "1337" not in source
    assert "&lt;script&gt;" in source


@pytest.mark.parametrize("page", hostile_pages(), ids=["retour", "à revoir", "classe"])
def test_characters_that_deceive_the_eye_are_shown(page):
    source = page.decode()
    assert not re.search("[\x00-\x08\x1b\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff]", source)
    assert "[U+202E]" in source
    assert "[U+0000]" in source


def test_the_policy_admits_our_style_and_nothing_else():
    for page in hostile_pages():
        policies = [a["content"] for tag, a in Tags(page) if "http-equiv" in a]
        assert len(policies) == 1
        style = re.search(r"<style>(.*?)</style>", page.decode(), re.S)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policies[0] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )
        # La politique précède tout ce qu'elle doit empêcher.
        assert page.index(b"Content-Security-Policy") < page.index(b"<title>")


# --- La page de la classe -----------------------------------------------------------------------


@pytest.mark.parametrize(("passed", "flagged"), [(0, 1), (2, 1), (3, 0), (8, 0)])
def test_an_exercise_that_a_quarter_or_fewer_pass_is_flagged(passed, flagged):
    page = text_of(class_page(classmates(passed), About(TITLE)))
    assert page.count("trop difficile ou peu claire") == flagged
    assert f"{passed} sur 8" in page


def test_class_page_names_who_needs_a_human_and_why():
    troubled = result("Louis Petit", 9, [], trouble="« tp.ipynb » n'est pas lu.")
    page = class_page([*classmates(8), troubled], About(TITLE))
    text = text_of(page)
    assert "À revoir par un humain" in text
    assert "Louis Petit« tp.ipynb » n'est pas lu." in text.replace("\u00a0", " ")
    assert "9 copies" in text
    assert "8 copies notées" in text
    assert "À revoir par un humain" not in text_of(class_page(classmates(8), About(TITLE)))


def test_class_page_says_time_isolation_and_notes():
    about = About(TITLE, ("Isolation de niveau 1.", "Graine : 42."), {"Divers": ["Un fichier."]})
    text = text_of(class_page(classmates(4), about)).replace("\u00a0", " ")
    for said in ("1 min 01 s", "2 s", "Isolation de niveau 1.", "Graine : 42.", "Un fichier."):
        assert said in text, said


def test_the_plot_says_in_words_what_it_shows():
    notes = [0, 0.5, 3.5, 7]
    found = [result(f"Élève {n}", n, [mark(TASKS[0], points=note)]) for n, note in enumerate(notes)]
    for one in found:
        one.marks[0].out_of = 7
    page = class_page(found, About(TITLE))
    svg = next(attributes for tag, attributes in Tags(page) if tag == "svg")
    assert svg["role"] == "img"
    assert svg["aria-labelledby"] == "plot-title plot-text"
    told = re.search(r'<desc id="plot-text">(.*?)</desc>', page.decode())[1].replace("\u00a0", " ")
    told = told.replace("&nbsp;", " ")
    assert "0–2 : 2 copies" in told
    assert "10–12 : 1 copie," in told
    assert "18–20 : 1 copie." in told
    columns = [a for tag, a in Tags(page) if tag == "rect" and a["class"] == "column"]
    assert len(columns) == 3


def test_copies_come_by_name_by_note_and_by_what_is_to_look_at():
    found = [
        result("Ana", 1, [mark(TASKS[0], points=1)], copy_id="ana"),
        result("Bob", 2, [mark(TASKS[0], points=0)], copy_id="bob", remarks=["Réparée."]),
        result("Eve", 4, [mark(TASKS[0], points=1)], copy_id="eve", remarks=["Réparée."] * 3),
        result("Zoé", 3, [], copy_id="zoe", trouble="Illisible."),
    ]
    orders = {}
    for name, file, _ in ORDERS:
        page = class_page(found, About(TITLE), file)
        links = [a["href"] for tag, a in Tags(page) if tag == "a"]
        orders[name] = [link[7:10] for link in links if link.startswith("copies/")][-4:]
    assert orders == {
        "des noms": ["ana", "bob", "eve", "zoe"],
        "des notes": ["zoe", "bob", "ana", "eve"],
        "de ce qui est à regarder": ["zoe", "bob", "eve", "ana"],
    }


def test_a_remark_says_its_cause_in_the_class_page():
    page = class_page([result(remarks=["La cellule de vérification manquait."])], About(TITLE))
    assert "La cellule de vérification manquait." in text_of(page)


@pytest.mark.parametrize("verdict", [Verdict.TODO, Verdict.REVIEW])
def test_a_copy_where_nothing_is_done_says_so_in_the_class_page(verdict):
    marks = [mark(TASKS[0], Verdict.TODO, 0), mark(TASKS[1], verdict, 0)]
    page = text_of(class_page([result(marks=marks)], About(TITLE)))
    assert ("tout reste à faire" in page) is (verdict is Verdict.TODO)


def test_what_is_passed_is_folded():
    marks = [
        mark(TASKS[0]),
        mark(TASKS[1], Verdict.REVIEW, 0),
        replace(mark(TASKS[2]), teacher="Vu."),
    ]
    page = student_page(result(marks=marks), TITLE)
    assert ["open" in a for tag, a in Tags(page) if tag == "details"] == [False, True, True]


def test_namesakes_are_told_apart():
    page = text_of(class_page([result(number=12), result(number=13)], About(TITLE)))
    assert "Zoé Martin (12)" in page
    assert "Zoé Martin (13)" in page


def test_several_lessons_share_a_page():
    two = [mark(TASKS[0])]
    for task in lessons.series("02").exercises[:2]:
        two.append(Mark("02", task.name, task.title, Outcome(Verdict.TODO, ""), task.points))
    found = result(marks=two)
    assert batch_title(["01", "02"]) == "Exercices 01, 02"
    page = text_of(student_page(found, "Exercices 01, 02"))
    assert "Leçon 01 · Les buckets" in page
    assert "Leçon 02 · Les objets" in page
    page = text_of(class_page([found], About("Exercices 01, 02")))
    assert "02.1 · Importer une vidéo" in page


def test_code_is_coloured_and_nothing_in_it_is_html():
    shown = pages.coloured('x = "<script>\u202e"')
    assert "&lt;script&gt;[U+202E]" in shown
    assert "<script>" not in shown
    assert '<span class="s2">' in shown
    huge = "x = 1 # " * 10_000
    assert pages.coloured(huge) == huge


def test_the_reports_have_the_sheet_of_the_kit_and_no_colour_of_their_own():
    own = (Path(pages.__file__).parent / "templates" / "style.css").read_text("utf-8")
    assert not re.search(r"#[0-9a-f]{3,6}\b", own)
    page = pages.student_page(result("Zoé", 1, [mark(TASKS[0])]), "Titre").decode()
    assert f"<style>{sheet()}" in page


def test_a_line_of_code_in_a_sentence_is_code_and_nothing_in_it_is_html():
    said = "Ligne 6 : `a = <b> : `. Ceci : `\u202e`"
    page = student_page(
        result(marks=[replace(mark(TASKS[0], Verdict.REVIEW, 0), teacher=said)]), "T"
    )
    shown = page.decode().replace("\u00a0", " ")
    assert "Ligne 6 : <code>a = &lt;b&gt; : </code>. Ceci : <code>[U+202E]</code>" in shown
    assert "Ligne\u00a06" not in page.decode()
    assert "Ligne 6\u00a0: <code>a = &lt;b&gt; : </code>" in page.decode()


def test_the_teacher_reads_the_page_of_the_student_with_links_above_it():
    page = student_page(hostile(), TITLE)
    shown = teacher_page(page, "hostile-66", Around("a<b", "c", True, ("", "Zoé <b>"))).decode()
    before, links, after = re.split(r'(<nav class="around".*?</nav>\n)', shown, flags=re.DOTALL)
    assert (before + after).encode() == page
    assert re.findall('href="([^"]*)"', links) == [
        *("a%3Cb.html", "../index.html#copies", "hostile-66.ipynb", "c.html")
    ]
    assert "← copie précédente</a>" in links
    assert "copie suivante&nbsp;: </span>Zoé &lt;b&gt; →</a>" in links


def test_a_student_reads_where_the_lesson_is_in_her_own_folder():
    page = text_of(student_page(result(), TITLE))
    assert f"À relire : {FOLDERS['notebooks']}/01-buckets.ipynb." in page
    assert "notebooks/" not in page


def test_what_is_not_passed_names_the_section_to_read_again():
    marks = [
        Mark("04", "resume", "Reprendre", Outcome(Verdict.REVIEW, "Faux."), 2),
        Mark("05", "share", "Partager", Outcome(Verdict.PASSED, "C'est exact.", points=2), 2),
    ]
    page = text_of(student_page(replace(result(), marks=marks), TITLE))
    assert re.findall("À relire dans la leçon : « (.*?) »", page) == ["Reprendre après une clé"]


def test_a_page_made_again_is_the_same_and_its_code_is_coloured_once(monkeypatch):
    coloured = []
    monkeypatch.setattr(pages, "highlighted", lambda code: coloured.append(code) or Markup("..."))
    pages.coloured.cache_clear()
    one = result(marks=[replace(mark(TASKS[0]), code="seul = 1")])
    first, again = student_page(one, TITLE), student_page(one, TITLE)
    pages.coloured.cache_clear()
    assert first == again
    assert coloured == ["seul = 1"]
