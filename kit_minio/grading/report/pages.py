"""Les pages d'un lot : le retour de chaque élève, et la page de la classe.

Aucune page n'a de script, et sa politique de sécurité (CSP) n'admet que sa feuille de style : ce
qu'une copie contient reste du texte. Les mêmes résultats donnent les mêmes octets.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from helpers.components.forms import highlighted, sheet, templates, ticked
from helpers.french import count_of, duration, number, points_of
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.checks.outcome import Verdict
from kit_minio.checks.sections import section_named
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.statistics import (
    Spread,
    is_judged,
    key_of,
    successes,
)

SIGNS = {Verdict.PASSED: "✓", Verdict.REVIEW: "✗", Verdict.ERROR: "!", Verdict.TODO: "○"}
_TEMPLATES = Path(__file__).parent / "templates"
_UNTRIED = "Complétez la cellule"  # ce que l'on dit dans le notebook
_STUB = re.compile(r"# Votre code ici\n\s*\.\.\.")
_LONGEST_COLOURED = 20_000  # caractères
_ZWJ = "\u200d"  # lie les parties d'un émoji


@dataclass(frozen=True)
class About:
    """Ce qu'un rapport dit du lot.

    Attributes:
        title: le titre du lot.
        how: l'isolation, le serveur, la graine, en phrases.
        notes: des remarques sur tout le lot, par titre.
    """

    title: str
    how: tuple[str, ...] = ()
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Around:
    """Les copies voisines, pour l'enseignant qui les lit l'une après l'autre.

    Attributes:
        before: l'identifiant de la copie précédente ; vide, c'est la première.
        after: celui de la suivante ; vide, c'est la dernière.
        executed: vrai si le notebook exécuté est à côté de la page.
        names: les noms de ces deux copies, dans l'ordre des noms.
    """

    before: str
    after: str
    executed: bool = False
    names: tuple[str, str] = ("", "")


def student_page(result: Result, title: str) -> bytes:
    """Renvoie le retour d'un élève, une page HTML qui se suffit à elle-même.

    Args:
        result: le résultat de sa copie.
        title: le titre du lot.
    """
    page = _environment().get_template("student.html")
    return page.render(result=result, title=title).encode()


def teacher_page(page: bytes, copy_id: str, around: Around) -> bytes:
    """Renvoie le retour d'un élève avec, en tête, de quoi passer aux copies voisines.

    Args:
        page: ce que ``student_page`` a renvoyé : l'élève ne sait rien des autres.
        copy_id: l'identifiant de sa copie.
        around: les copies voisines.
    """
    links = _environment().get_template("around.html").render(copy_id=copy_id, around=around)
    before, main, after = page.partition(b"<main>\n")
    return before + main + links.encode() + b"\n" + after


# L'ordre du tableau des copies : son nom, le fichier de la page, et ce qui range.
ORDERS: tuple[tuple[str, str, Callable[[Result], Any]], ...] = (
    ("des noms", "index.html", lambda result: result.copy_id),
    ("des notes", "index-notes.html", lambda result: (is_judged(result), _note(result))),
    (
        "de ce qui est à regarder",
        "index-remarques.html",
        lambda result: (not result.trouble, _is_full(result), -len(result.remarks), _note(result)),
    ),
)


def _note(result: Result) -> float:
    return result.note if is_judged(result) else 0


def _is_full(result: Result) -> bool:
    """Dit si une copie a tous ses points : ce qui y a été réparé n'a rien coûté."""
    return is_judged(result) and result.points >= result.out_of


def class_page(results: Sequence[Result], about: About, file: str = ORDERS[0][1]) -> bytes:
    """Renvoie la page de la classe.

    Args:
        results: les résultats du lot.
        about: ce qu'il faut dire du lot.
        file: le fichier de la page, qui dit dans quel ordre y sont les copies.
    """
    judged = [result for result in results if is_judged(result)]
    exercises = successes(results, judged)
    names = Counter(result.name for result in results)
    page = _environment().get_template("class.html")
    order = next(key for _, name, key in ORDERS if name == file)
    return page.render(
        title=about.title,
        results=sorted(results, key=order),
        orders=[(name, other, other == file) for name, other, _ in ORDERS],
        namesakes={name for name, count in names.items() if count > 1},
        troubled=[result for result in results if result.trouble],
        judged=judged,
        scale=results[0].scale if results else 20,
        spread=Spread.of(judged) if judged else None,
        exercises=exercises,
        out_of=sum(one.out_of for one in exercises),
        verdicts=list(Verdict),
        notes=about.notes.items(),
        how=about.how,
    ).encode()


@cache
def _environment() -> Environment:
    environment = templates(_TEMPLATES)
    environment.finalize = visible
    style = sheet() + (_TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals |= {"style": Markup(style), "style_hash": f"sha256-{digest}"}  # noqa: S704
    environment.filters |= {
        "anchor": lambda mark: f"exercice-{mark.lesson}-{mark.exercise}",
        "coloured": coloured,
        "by_key": lambda marks: {key_of(mark): mark for mark in marks},
        "count_of": count_of,
        "number": number,
        "duration": duration,
        "lesson_file": lesson_file,
        "lesson_title": lambda lesson: f"Leçon {lesson_title(lesson)}",
        "points": points_of,
        "prose": prose,
        "said": _said,
        "section": lambda mark: section_named(mark.lesson, mark.exercise),
        "sign": lambda verdict: SIGNS[verdict],
        "tone": lambda verdict: f"kit-{verdict.name.lower()}",
    }
    return environment


def visible(value: Any) -> Any:
    """Montre par leur code les caractères qui ne se voient pas ou retournent la lecture.

    Tout ce qu'une page affiche passe ici, avant d'être échappé.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(
        f"[U+{ord(letter):04X}]"
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and letter not in f"\n\t{_ZWJ}"
        else letter
        for letter in value
    )


@lru_cache(maxsize=1024)
def coloured(code: str) -> str:
    """Renvoie le code d'une copie en couleurs, échappé ; sans couleur s'il est démesuré.

    C'est l'essentiel du temps d'une page, refaite à chaque rapport provisoire.
    """
    code = visible(code)
    shown: str = highlighted(code) if len(code) <= _LONGEST_COLOURED else code
    return shown


def _said(mark: Mark) -> str:
    """Renvoie ce qu'une vérification a constaté, tel qu'on le lit après la correction."""
    if mark.outcome.verdict is Verdict.TODO and mark.outcome.message.startswith(_UNTRIED):
        why = " : la cellule est restée à compléter" if _STUB.search(mark.code) else ""
        return f"La correction ne trouve rien pour cet exercice{why}."
    return mark.outcome.message


def prose(text: str) -> Any:
    """Renvoie une phrase comme ``ticked``, où se voit ce qui ne se voit pas."""
    return ticked(visible(text))


def batch_title(lessons: Sequence[str]) -> str:
    """Renvoie le titre d'un lot : ``Exercices 01 · Les buckets``, ou ``Exercices 01, 02``."""
    names = [lesson_title(lessons[0])] if len(lessons) == 1 else lessons
    return f"Exercices {', '.join(names)}".strip()


@cache
def lesson_file(lesson: str) -> str:
    """Renvoie le nom du notebook d'une leçon."""
    return next((path.name for path in EXERCISES.glob(f"{lesson}-*.ipynb")), lesson)


@cache
def lesson_title(lesson: str) -> str:
    """Renvoie le numéro et le titre d'une leçon : ``01 · Les buckets``."""
    for path in EXERCISES.glob(f"{lesson}-*.ipynb"):
        heading: str = read(path).cells[0].source.partition("\n")[0]
        return heading.removeprefix("# Exercices ")
    return lesson
