"""La page d'accueil en HTML : la même dans le laboratoire, dans un notebook et seule.

Tout ce qui vient d'un notebook, du serveur ou de la machine y est du texte, échappé.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.components import Message, Meter, sheet
from helpers.components.forms import templates
from helpers.errors import KIT, KitError
from helpers.french import number, points_of
from helpers.s3 import client_for
from kit_minio.home.copies import Copy, copies, exercise_path, lesson_path
from kit_minio.home.course import Lesson, course
from kit_minio.home.documents import Document, documents
from kit_minio.home.standing import Next, Standing, standings, what_next

if TYPE_CHECKING:
    from kit_minio.checks.model import Series
    from kit_minio.doctor import Finding

_TEMPLATES = Path(__file__).parent / "templates"
_NO_SERVER = "Aucun serveur S3 ne tourne\u00a0: votre avancement n'est donc pas affiché."
_SILENT = "L'avancement n'est pas affiché."


@dataclass(frozen=True)
class Place:
    """Là où la page se montre.

    Attributes:
        link: donne l'adresse d'un notebook, d'après son chemin dans le dossier de travail.
        document: donne l'adresse d'une page de ``docs/``, d'après son nom.
        picture: l'adresse de l'image du port.
        diagnosis: l'adresse de l'examen de l'installation ; vide s'il se demande autrement.
        restart: l'adresse où demander une copie neuve ; vide si on ne le peut pas ici.
        token: le champ de formulaire qui prouve que la demande vient de la page.
    """

    link: Callable[[str], str]
    document: Callable[[str], str]
    picture: str
    diagnosis: str = ""
    restart: str = ""
    token: str = ""


@dataclass(frozen=True)
class Tile:
    """Une leçon dans la page.

    Attributes:
        lesson: la leçon.
        standing: l'avancement dans ses exercices, s'il est connu.
        begun: vrai si l'étudiant en a enregistré ou vérifié quelque chose.
        copies: ses copies de travail.
    """

    lesson: Lesson
    standing: Standing | None
    begun: bool
    copies: Sequence[Copy]

    @property
    def meter(self) -> Meter | None:
        """La part des exercices réussis."""
        if self.standing is None:
            return None
        return Meter(self.standing.passed, self.standing.exercises, "exercices réussis")

    @property
    def points(self) -> str:
        """Les points acquis, sur ceux de la série."""
        if self.standing is None:
            return ""
        return f"{number(self.standing.earned)} / {points_of(self.standing.points)}"

    @property
    def facts(self) -> list[str]:
        """Durée, niveau, et ce qu'il faut de plus."""
        lesson = self.lesson
        found = [f"{lesson.minutes} minutes"] if lesson.minutes else []
        found += [lesson.level] if lesson.level else []
        return found + (["★ paquets en plus"] if lesson.extras else [])


@dataclass(frozen=True)
class View:
    """Ce que la page montre.

    Attributes:
        tiles: les leçons.
        following: ce qu'elle propose de faire ; ``None`` si tout est fait.
        server: le serveur S3, en une phrase.
        total: l'avancement de tout le cours, s'il est connu.
        documents: ce qui se garde sous la main, par nom.
    """

    tiles: Sequence[Tile]
    following: Next | None
    server: Message
    total: Standing | None
    documents: Mapping[str, Document] = field(default_factory=dict)


def look(series: Iterable[Series]) -> View:
    """Regarde les notebooks, les copies et le serveur ; ne modifie rien.

    Args:
        series: les séries d'exercices du cours.
    """
    server, known = _server(series)
    lessons, mine = course(), copies()
    tiles = []
    for lesson in lessons:
        own = [mine[path] for path in _paths(lesson) if path in mine]
        standing = known.get(lesson.number)
        begun = any(copy.touched for copy in own) or bool(standing and standing.last)
        tiles.append(Tile(lesson, standing, begun, own))
    following, total = what_next(lessons, known, mine), _total(known.values())
    return View(tiles, following, server, total, documents())


def fragment(view: View, place: Place) -> str:
    """Renvoie la page sans ``<html>`` ni feuille de style, pour qui la met dans une autre."""
    return str(
        templates(_TEMPLATES).get_template("home.html").render(view=view, place=place, path=_path)
    )


def whole_page(view: View, place: Place) -> str:
    """Renvoie la page entière, qui se suffit."""
    return _page("Accueil", fragment(view, place))


def document_page(document: Document) -> str:
    """Renvoie une page de ``docs/``, entière."""
    text = document.html()
    if text.startswith("<!doctype"):
        return text
    return _page(document.title, f'<article class="kit kit-document">{text}</article>')


def _page(title: str, inside: str) -> str:
    """Met dans une page du HTML que jinja2 ou markdown-it ont échappé."""
    page = templates(_TEMPLATES).get_template("page.html")
    return str(page.render(title=title, inside=Markup(inside), style=style()))  # noqa: S704


def diagnosis(findings: Sequence[Finding]) -> str:
    """Renvoie l'examen de l'installation, en HTML.

    Args:
        findings: ce que ``doctor`` a trouvé.
    """
    return str(
        templates(_TEMPLATES).get_template("diagnosis.html").render(findings=findings, kit=KIT)
    )


@cache
def style() -> Markup:
    """Renvoie la feuille de la page, précédée de celle des composants."""
    own = (_TEMPLATES / "home.css").read_text(encoding="utf-8")
    return Markup(f"{sheet()}\n{own}")  # noqa: S704 - nos fichiers


def _paths(lesson: Lesson) -> tuple[str, str]:
    return lesson_path(lesson.name), exercise_path(lesson.name)


def _path(kind: str, lesson: Lesson) -> str:
    return exercise_path(lesson.name) if kind == "exercises" else lesson_path(lesson.name)


def _server(series: Iterable[Series]) -> tuple[Message, dict[str, Standing]]:
    """Renvoie ce qui est à dire du serveur, et l'avancement s'il le donne."""
    try:
        server = servers.find()
    except KitError as error:
        return Message(error.fact, error.remedy, "error"), {}
    if server is None:
        remedy = "La première cellule d'une leçon en démarre un."
        return Message(_NO_SERVER, remedy, "review"), {}
    if not servers.is_ready(server):
        fact = f"{server.sentence} Il ne répond pas. {_SILENT}"
        return Message(fact, servers.remedy_for(server), "error"), {}
    try:
        return Message(server.sentence), standings(client_for(server), series)
    except (S3Error, HTTPError):
        return Message(f"{server.sentence} Il refuse de dire votre avancement.", "", "review"), {}


def _total(known: Iterable[Standing]) -> Standing | None:
    found = list(known)
    if not found:
        return None
    return Standing(
        passed=sum(each.passed for each in found),
        exercises=sum(each.exercises for each in found),
        earned=sum(each.earned for each in found),
        points=sum(each.points for each in found),
    )
