"""Les rapports d'un lot : une page par élève, une page pour la classe, un tableau de notes.

Aucune page n'a de script, et sa politique de sécurité (CSP) n'admet que sa feuille de style : ce
qu'une copie contient reste du texte. Les mêmes résultats donnent les mêmes octets.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpers.exercises.model import Verdict
from helpers.french import count_of, duration, number
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.grading.intake.sources import display_name
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.results import write_file

_TEMPLATES = Path(__file__).parent / "templates"
_SIGNS = {
    Verdict.PASSED: ("✓", "passed"),
    Verdict.REVIEW: ("✗", "review"),
    Verdict.ERROR: ("!", "error"),
    Verdict.TODO: ("○", "todo"),
}
_UNTRIED = "Complétez la cellule"  # ce que l'on dit dans le notebook
_STUB = re.compile(r"# Votre code ici\n\s*\.\.\.")
_BINS = 10  # tranches de deux points sur vingt
_ZWJ = "\u200d"  # lie les parties d'un émoji
_NB = "\u00a0"


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


def write_reports(out: Path, results: Sequence[Result], about: About) -> None:
    """Écrit ``retours/``, ``notes.csv`` et ``index.html``.

    Args:
        out: le dossier de la correction.
        results: les résultats du lot.
        about: ce qu'il faut dire du lot.

    Raises:
        SettingsError: un fichier ne s'écrit pas.
    """
    ordered = in_order(results)
    (out / "retours").mkdir(exist_ok=True)
    for result in ordered:
        write_file(out / "retours" / f"{result.copy_id}.html", student_page(result, about.title))
    write_file(out / "notes.csv", marks_csv(ordered))
    write_file(out / "index.html", class_page(ordered, about))


def in_order(results: Iterable[Result]) -> list[Result]:
    """Renvoie les résultats par ordre alphabétique, sans égard aux accents."""
    return sorted(results, key=lambda result: result.copy_id)


# --- Les pages ----------------------------------------------------------------------------------


def student_page(result: Result, title: str) -> bytes:
    """Renvoie le retour d'un élève, une page HTML qui se suffit à elle-même.

    Args:
        result: le résultat de sa copie.
        title: le titre du lot.
    """
    page = _environment().get_template("student.html")
    return page.render(result=result, title=title).encode()


def class_page(results: Sequence[Result], about: About) -> bytes:
    """Renvoie la page de la classe."""
    judged = [result for result in results if is_judged(result)]
    exercises = _exercises(results, judged)
    names = Counter(result.name for result in results)
    page = _environment().get_template("class.html")
    return page.render(
        title=about.title,
        results=results,
        namesakes={name for name, count in names.items() if count > 1},
        troubled=[result for result in results if result.trouble],
        judged=judged,
        spread=Spread.of(judged) if judged else None,
        exercises=exercises,
        out_of=sum(line.out_of for line in exercises),
        verdicts=list(Verdict),
        notes=about.notes.items(),
        how=about.how,
    ).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (_TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals |= {"style": Markup(style), "style_hash": f"sha256-{digest}"}  # noqa: S704
    environment.filters |= {
        "anchor": lambda mark: f"exercice-{mark.lesson}-{mark.exercise}",
        "by_key": lambda marks: {_key(mark): mark for mark in marks},
        "count_of": count_of,
        "number": number,
        "duration": duration,
        "lesson_title": lambda lesson: f"Leçon {lesson_title(lesson)}",
        "on_twenty": on_twenty,
        "points": lambda value: f"{number(value)} point{'s' if value >= 2 else ''}",
        "prose": prose,
        "said": _said,
        "sign": lambda verdict: _SIGNS[verdict][0],
        "tone": lambda verdict: _SIGNS[verdict][1],
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


def _said(mark: Mark) -> str:
    """Renvoie ce qu'une vérification a constaté, tel qu'on le lit après la correction."""
    if mark.outcome.verdict is Verdict.TODO and mark.outcome.message.startswith(_UNTRIED):
        why = " : la cellule est restée à compléter" if _STUB.search(mark.code) else ""
        return f"La correction ne trouve rien pour cet exercice{why}."
    return mark.outcome.message


def prose(text: str) -> str:
    """Renvoie une phrase dont les espaces de la ponctuation française sont insécables."""
    return re.sub(r"(?<=\S) (?=[:;!?»])|(?<=«) ", _NB, text)


def batch_title(lessons: Sequence[str]) -> str:
    """Renvoie le titre d'un lot : ``Exercices 01 · Les buckets``, ou ``Exercices 01, 02``."""
    names = [lesson_title(lessons[0])] if len(lessons) == 1 else lessons
    return f"Exercices {', '.join(names)}".strip()


@cache
def lesson_title(lesson: str) -> str:
    """Renvoie le numéro et le titre d'une leçon : ``01 · Les buckets``."""
    for path in EXERCISES.glob(f"{lesson}-*.ipynb"):
        heading = read(path).cells[0].source.partition("\n")[0]
        return heading.removeprefix("# Exercices ")
    return lesson


# --- Ce que la page de la classe résume ---------------------------------------------------------


@dataclass(frozen=True)
class Bin:
    """Une tranche de notes sur vingt."""

    label: str
    count: int


@dataclass(frozen=True)
class Spread:
    """La répartition des notes, sur vingt, et la durée médiane d'une copie, en secondes."""

    median: float
    mean: float
    lowest: float
    highest: float
    seconds: float
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, judged: Sequence[Result]) -> Spread:
        """Renvoie la répartition des notes de copies notées, une au moins."""
        notes = [on_twenty(result) for result in judged]
        counts = Counter(min(int(note * _BINS / 20), _BINS - 1) for note in notes)
        width = 20 // _BINS
        return cls(
            median=median(notes),
            mean=fmean(notes),
            lowest=min(notes),
            highest=max(notes),
            seconds=median(result.seconds for result in judged),
            bins=tuple(
                Bin(f"{width * number}–{width * (number + 1)}", counts[number])
                for number in range(_BINS)
            ),
        )

    @property
    def tallest(self) -> int:
        """Le nombre de copies de la plus grande tranche."""
        return max(bin.count for bin in self.bins)


@dataclass(frozen=True)
class Part:
    """Une partie d'une barre : les copies d'une même issue."""

    tone: str
    start: int
    count: int


@dataclass(frozen=True)
class Line:
    """La réussite d'un exercice par la classe.

    Attributes:
        key: la leçon et le nom de l'exercice.
        number: sa place, ``"01.2"``.
        counts: le nombre de copies par issue.
        mean: les points obtenus en moyenne.
        seconds: la durée médiane, en secondes.
    """

    key: tuple[str, str]
    number: str
    title: str
    out_of: float
    counts: Counter[Verdict]
    mean: float
    seconds: float

    @property
    def total(self) -> int:
        """Le nombre de copies notées."""
        return self.counts.total()

    @property
    def hard(self) -> bool:
        """Vrai si le quart des copies au plus réussit l'exercice."""
        return 0 < self.total >= 4 * self.counts[Verdict.PASSED]

    @property
    def parts(self) -> list[Part]:
        """Les parties de la barre, de réussi à à faire."""
        parts, start = [], 0
        for verdict in Verdict:
            parts.append(Part(_SIGNS[verdict][1], start, self.counts[verdict]))
            start += self.counts[verdict]
        return parts


def _exercises(results: Sequence[Result], judged: Sequence[Result]) -> list[Line]:
    """Renvoie une ligne par exercice, dans l'ordre du cours."""
    titles = {_key(mark): mark for result in results for mark in result.marks}
    lines, ranks = [], Counter[str]()
    # Chaque copie a ses exercices dans l'ordre ; le tri, stable, ne range que les leçons.
    for key, sample in sorted(titles.items(), key=lambda item: item[0][0]):
        ranks[sample.lesson] += 1
        marks = [mark for result in judged for mark in result.marks if _key(mark) == key]
        lines.append(
            Line(
                key=key,
                number=f"{sample.lesson}.{ranks[sample.lesson]}",
                title=sample.title,
                out_of=sample.out_of,
                counts=Counter(mark.outcome.verdict for mark in marks),
                mean=fmean(mark.outcome.points for mark in marks) if marks else 0,
                seconds=median(mark.seconds for mark in marks) if marks else 0,
            )
        )
    return lines


def _key(mark: Mark) -> tuple[str, str]:
    return mark.lesson, mark.exercise


def is_judged(result: Result) -> bool:
    """Dit si une copie a une note : elle ne demande personne, et elle vaut des points."""
    return not result.trouble and result.out_of > 0


def on_twenty(result: Result) -> float:
    """Renvoie la note d'une copie sur vingt."""
    return 20 * result.points / result.out_of


# --- Le tableau de notes ------------------------------------------------------------------------


def marks_csv(results: Sequence[Result]) -> bytes:
    """Renvoie les notes pour un tableur français : point-virgule, virgule décimale, UTF-8 (BOM).

    Une copie à revoir n'a pas de note. Aucune cellule n'est une formule.
    """
    exercises = _exercises(results, [])
    stream = io.StringIO()
    sheet = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
    sheet.writerow(
        _safe(title)
        for title in (
            "Copie",
            "Nom",
            "Identifiant Moodle",
            "Points",
            "Points possibles",
            "Note sur 20",
            *(f"{line.number} {line.title} ({number(line.out_of)})" for line in exercises),
            "À revoir par un humain",
            "Remarques",
            "Isolation",
        )
    )
    for result in results:
        marks = {_key(mark): mark for mark in result.marks}
        judged = is_judged(result)
        sheet.writerow(
            _safe(text)
            for text in (
                result.copy_id,
                result.name,
                result.moodle_id or "",
                number(result.points) if judged else "",
                number(result.out_of) if judged else "",
                number(on_twenty(result)) if judged else "",
                *(
                    number(marks[line.key].outcome.points) if line.key in marks else ""
                    for line in exercises
                ),
                result.trouble or "",
                " ".join(result.remarks),
                f"niveau {result.isolation}",
            )
        )
    return stream.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    """Renvoie une cellule qu'aucun tableur n'exécute, sans caractère qui trompe l'œil."""
    text = display_name(text, limit=2000)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "|", "%", "'")) else text


# --- Les commentaires de Moodle -----------------------------------------------------------------


def comment(result: Result) -> str:
    """Renvoie le commentaire d'une copie pour Moodle, en quelques lignes de texte."""
    lines = [f"{number(result.points)} / {number(result.out_of)} points."]
    lines += [
        f"{_SIGNS[mark.outcome.verdict][0]} {mark.title} : {mark.outcome.verdict} "
        f"({number(mark.outcome.points)} / {number(mark.out_of)})"
        for mark in result.marks
    ]
    return "\n".join([*lines, "Le détail est dans le fichier retour.html."])


# --- Écrire en français -------------------------------------------------------------------------
