"""La forme des notebooks du cours : ce qui se dit d'un fichier sans l'exécuter.

Chaque règle est une fonction, qui reçoit un notebook et donne ce qu'elle y trouve à redire.
``RULES`` dit à quels dossiers chacune s'applique.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.files import ROOT
from kit_minio.authoring.navigation import navigated
from kit_minio.authoring.notebooks import LESSONS, read

MOST_LINES = 10  # d'une cellule de code d'une leçon
MOST_CELLS = 35  # de code, dans une leçon
MOST_MINUTES = 60  # de lecture et d'essais, pour une leçon
# Un seul mot pour chaque chose ; CONTRIBUTING.md, « Conventions », donne la même liste.
TERMS = {
    r"élèves?": "étudiant",
    r"étiquettes?": "tag",
    r"mandataires?": "proxy",
    r"stores?": "serveur S3",
}
_SKIPPED, _UNCOMPARED = "nbval-skip", "nbval-ignore-output"
_FOLDER = re.compile(r"/(?:tmp|home|root|Users|work)/[\w./-]+|[A-Z]:\\\\\w+")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#|data:)([^)#\s]+)")
# Ce qui n'est pas de la prose : code, cibles de liens, balises.
_NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>", re.S)
_SEEN = {
    "show_image": ("alt", "caption"),
    "show_plot": ("alt", "caption"),
    "show_video": ("alt", "caption", "poster"),
}
_FIELDS = {
    "title": r"^# \d\d · (.+)$",
    "times": r"^- \*\*Durée\*\*\u00a0: (\d+ minutes, \d+ en classe)$",
    "level": r"^- \*\*Niveau\*\*\u00a0: (débutant|intermédiaire|avancé)$",
    "prerequisites": r"^- \*\*Prérequis\*\*\u00a0: (.+)$",
}
_TYPOGRAPHY = {
    r"[^\s\u00a0][ ][:;!?»](?!\w)": "une espace ordinaire précède « : ; ! ? »",
    r"\w[;!?](?:\s|$)": "il manque une espace insécable devant « ; », « ! » ou « ? »",
    r"« ": "une espace ordinaire suit le guillemet ouvrant",
    r"'": "l'apostrophe est droite",
    r"\.\.\.": "trois points tiennent lieu de points de suspension",
    r"\b\d{1,3} \d{3}\b": "une espace ordinaire coupe un nombre",
}


@dataclass(frozen=True)
class Finding:
    """Ce qu'une vérification trouve à redire.

    Attributes:
        file: le fichier, relatif au dossier du kit.
        fact: ce qui ne va pas, une phrase sans point final.
        remedy: ce qu'il faut faire, une phrase.
        cell: le numéro de la cellule, à partir de 1 ; ``None`` si tout le fichier est en cause.
    """

    file: str
    fact: str
    remedy: str
    cell: int | None = None

    def __str__(self) -> str:
        place = self.file if self.cell is None else f"{self.file}, cellule {self.cell}"
        return f"{place} : {self.fact}. {self.remedy}"


@dataclass(frozen=True)
class Page:
    """Un notebook du dépôt, lu une fois.

    Attributes:
        path: son chemin.
    """

    path: Path

    @cached_property
    def notebook(self) -> NotebookNode:
        """Son contenu, au format 4."""
        return read(self.path)

    @property
    def kind(self) -> str:
        """Le dossier où il se trouve : ``notebooks``, ``solutions`` ou ``exercises``."""
        return self.path.parent.name

    @property
    def file(self) -> str:
        """Son nom dans les messages."""
        return f"{self.kind}/{self.path.name}"

    def cells(self, kind: str = "") -> Iterator[tuple[int, NotebookNode]]:
        """Donne ses cellules et leur numéro, celles d'une sorte si elle est dite."""
        for number, cell in enumerate(self.notebook.cells, 1):
            if not kind or cell.cell_type == kind:
                yield number, cell

    def finding(self, fact: str, remedy: str, cell: int | None = None) -> Finding:
        """Renvoie ce qu'il y a à redire de ce notebook."""
        return Finding(self.file, fact, remedy, cell)


@dataclass(frozen=True)
class Heading:
    """Ce que la première cellule d'une leçon annonce.

    Attributes:
        title: son titre, sans son numéro.
        minutes: le temps d'un lecteur à l'aise.
        classroom: les minutes à compter en classe.
        level: ``débutant``, ``intermédiaire`` ou ``avancé``.
        prerequisites: ce qu'il faut savoir avant, en Markdown.
    """

    title: str
    minutes: int
    classroom: int
    level: str
    prerequisites: str


def heading(notebook: NotebookNode) -> Heading | None:
    """Lit le titre, les durées, le niveau et les prérequis d'une leçon ; ``None`` s'il en manque.

    Args:
        notebook: une leçon ; sa cellule de titre est la première qui commence par « # NN · ».
    """
    cells = [cell.source for cell in notebook.cells if re.match(r"# \d\d · ", cell.source)]
    found = {
        name: re.search(pattern, cells[0] if cells else "", re.M)
        for name, pattern in _FIELDS.items()
    }
    values = {name: match[1] for name, match in found.items() if match}
    if len(values) < len(_FIELDS):
        return None
    minutes, classroom = map(int, re.findall(r"\d+", values.pop("times")))
    return Heading(minutes=minutes, classroom=classroom, **values)


def unannounced(path: Path, plan: str) -> Iterator[Finding]:
    """Dit si le plan du cours n'annonce pas une leçon sous son titre, avec sa durée et son niveau.

    Args:
        path: la leçon.
        plan: le texte du README.
    """
    page = Page(path)
    if said := heading(page.notebook):
        start = f"| [{path.name[:2]} · {said.title}](notebooks/{path.name})"
        end = f" | {said.minutes}\u00a0min | {said.level} | "
        if not any(line.startswith(start) and end in line for line in plan.splitlines()):
            yield page.finding(
                "le plan du README ne l'annonce pas ainsi",
                f"Écrivez-y une ligne « {start}\u00a0: …{end}… ».",
            )


def misnamed(text: str) -> Iterator[tuple[str, str]]:
    """Donne les mots d'un texte qui ne sont pas ceux du cours : le mot trouvé, le mot choisi."""
    for pattern, chosen in TERMS.items():
        if found := re.search(rf"\b{pattern}\b", text, re.I):
            yield found[0], chosen


Rule = Callable[[Page], Iterator[Finding]]


def short_cells(page: Page) -> Iterator[Finding]:
    """Une cellule de code montre une idée, en dix lignes au plus."""
    for number, cell in page.cells("code"):
        if (lines := len(cell.source.splitlines())) > MOST_LINES:
            yield page.finding(
                f"la cellule de code a {lines} lignes",
                f"Coupez-la : {MOST_LINES} lignes au plus, une idée par cellule.",
                number,
            )


def opening_and_end(page: Page) -> Iterator[Finding]:
    """La première cellule annonce la leçon, la dernière la résume."""
    first, last = page.notebook.cells[0].source, page.notebook.cells[-1].source
    wanted = {
        rf"# {page.path.name[:2]} · ": "le titre « # NN · Sujet »",
        _FIELDS["times"]: "« - **Durée** : 30 minutes, 45 en classe »",
        _FIELDS["level"]: "« - **Niveau** : débutant », intermédiaire ou avancé",
        _FIELDS["prerequisites"]: "« - **Prérequis** : … », en une ligne",
        r"^\*\*Objectifs\.\*\* .*vous saurez": "« **Objectifs.** … vous saurez »",
    }
    for pattern, what in wanted.items():
        if not re.search(pattern, first, re.M):
            yield page.finding("la première cellule n'a pas tout", f"Écrivez-y {what}.", 1)
    said = heading(page.notebook)
    if said and said.minutes > MOST_MINUTES:
        yield page.finding(
            f"la leçon annonce {said.minutes} minutes",
            f"Coupez-la en deux leçons : {MOST_MINUTES} minutes au plus.",
            1,
        )
    if (number := sum(1 for _ in page.cells("code"))) > MOST_CELLS:
        yield page.finding(
            f"la leçon a {number} cellules de code",
            f"Réunissez ou retirez ce qui se répète : {MOST_CELLS} au plus.",
        )
    count = len(page.notebook.cells)
    if "## À retenir" not in last:
        yield page.finding(
            "la dernière cellule ne résume pas la leçon", "Titrez-la « ## À retenir ».", count
        )


def navigation(page: Page) -> Iterator[Finding]:
    """En tête et à la fin, la ligne de liens que le kit écrit lui-même."""
    if navigated(page.notebook, page.path).cells != page.notebook.cells:
        yield page.finding(
            "les liens en tête et à la fin du notebook ne sont pas à jour",
            "Lancez « python3 kit.py exercises ».",
        )


def links(page: Page) -> Iterator[Finding]:
    """Un lien vers un autre fichier mène quelque part."""
    for number, cell in page.cells("markdown"):
        for target in _LINK.findall(cell.source):
            if not (page.path.parent / target).exists():
                yield page.finding(
                    f"le lien vers {target} ne mène nulle part", "Corrigez son chemin.", number
                )


def imports(page: Page) -> Iterator[Finding]:
    """Un notebook prend ses noms dans ``helpers``, ou dans un sujet de ``helpers.topics``."""
    for number, cell in page.cells("code"):
        for module in re.findall(
            r"^\s*(?:from|import) (helpers\.[\w.]+|kit_minio)", cell.source, re.M
        ):
            if not module.startswith("helpers.topics."):
                yield page.finding(
                    f"le notebook importe {module}, qui n'est pas fait pour lui",
                    "Prenez le nom dans helpers, ou donnez-lui un nom public.",
                    number,
                )


def executed(page: Page) -> Iterator[Finding]:
    """Les cellules sont enregistrées exécutées, dans l'ordre et sans erreur."""
    again = f"Relancez « python3 kit.py run-notebooks {page.file} »."
    expected = 0
    for number, cell in page.cells("code"):
        if not cell.source.strip():
            continue
        expected += 1
        if cell.execution_count != expected:
            yield page.finding("la cellule n'est pas exécutée dans l'ordre", again, number)
            return
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield page.finding(
                    "la sortie enregistrée montre une erreur",
                    "Corrigez la cellule, ou montrez l'erreur avec show_error.",
                    number,
                )
        if found := _FOLDER.search(json.dumps(cell.outputs)):
            yield page.finding(
                f"la sortie nomme un dossier de votre machine ({found[0]})",
                "Affichez un nom relatif, puis relancez la cellule.",
                number,
            )


def compared(page: Page) -> Iterator[Finding]:
    """Seul ce que MinIO est seul à faire échappe à la comparaison."""
    for number, cell in page.cells("code"):
        tags = cell.metadata.get("tags", [])
        if _SKIPPED in tags:
            yield page.finding(f"le tag {_SKIPPED} la soustrait aux tests", "Retirez-la.", number)
        if _UNCOMPARED in tags and not (
            "MinIO seulement" in cell.source and "MinIO seulement" in json.dumps(cell.outputs)
        ):
            yield page.finding(
                f"le tag {_UNCOMPARED} est réservé à ce que seul MinIO sait faire",
                "Rendez la sortie stable, ou dites « MinIO seulement » et gardez la sortie du "
                "serveur embarqué.",
                number,
            )


def clean_metadata(page: Page) -> Iterator[Finding]:
    """Les métadonnées ne disent rien de la machine de l'auteur."""
    again = f"Relancez « python3 kit.py run-notebooks {page.file} », qui les nettoie."
    if (
        set(page.notebook.metadata) - {"kit"} != {"kernelspec", "language_info"}
        or page.notebook.metadata.kernelspec.name != "python3"
    ):
        yield page.finding("les métadonnées du notebook ne sont pas celles du dépôt", again)
    for number, cell in page.cells():
        if extra := sorted(set(cell.metadata) - {"tags"}):
            yield page.finding(
                f"la cellule garde des métadonnées ({', '.join(extra)})", again, number
            )


def typography(page: Page) -> Iterator[Finding]:
    """La prose suit la typographie française."""
    for number, cell in page.cells("markdown"):
        text = _NOT_PROSE.sub("", cell.source)
        for pattern, fact in _TYPOGRAPHY.items():
            if found := re.search(rf".{{0,15}}(?:{pattern}).{{0,10}}", text):
                yield page.finding(
                    f"{fact} (« {found[0].strip()} »)", "Corrigez la phrase.", number
                )


def described(page: Page) -> Iterator[Finding]:
    """Ce qui se regarde a un texte pour qui ne le voit pas, une légende, une image d'attente."""
    for number, cell in page.cells("code"):
        for name, given in _calls(cell.source):
            for option in _SEEN.get(name, ()):
                if option not in given:
                    yield page.finding(f"{name} n'a pas {option}=", "Ajoutez-le.", number)
    for number, cell in page.cells("markdown"):
        if "![](" in cell.source:
            yield page.finding("une image n'a pas de texte", "Dites ce qu'elle montre.", number)
        for diagram in re.findall(r"```mermaid\n(.*?)```", cell.source, re.S):
            for line in ("accTitle:", "accDescr:"):
                if line not in diagram:
                    yield page.finding(f"le diagramme n'a pas {line}", "Ajoutez-le.", number)


def _calls(source: str) -> Iterator[tuple[str, set[str | None]]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # une commande de Jupyter, ou une faute qu'une leçon montre
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, {keyword.arg for keyword in node.keywords}


def terms(page: Page) -> Iterator[Finding]:
    """Une chose a un seul nom dans tout le cours."""
    for number, cell in page.cells("markdown"):
        for word, chosen in misnamed(_NOT_PROSE.sub("", cell.source)):
            yield page.finding(f"le texte dit « {word} »", f"Le cours dit « {chosen} ».", number)


_LESSON, _SOLUTION, _EXERCISE = LESSONS.name, "solutions", "exercises"
RULES: dict[Rule, tuple[str, ...]] = {
    short_cells: (_LESSON,),
    opening_and_end: (_LESSON,),
    navigation: (_LESSON, _SOLUTION, _EXERCISE),
    executed: (_LESSON, _SOLUTION),
    compared: (_LESSON, _SOLUTION),
    links: (_LESSON, _SOLUTION, _EXERCISE),
    imports: (_LESSON, _SOLUTION, _EXERCISE),
    clean_metadata: (_LESSON, _SOLUTION, _EXERCISE),
    typography: (_LESSON, _SOLUTION, _EXERCISE),
    described: (_LESSON, _SOLUTION, _EXERCISE),
    terms: (_LESSON, _SOLUTION, _EXERCISE),
}


def form_of(path: Path) -> list[Finding]:
    """Renvoie ce qu'il y a à redire de la forme d'un notebook du cours.

    Args:
        path: un notebook de ``notebooks/``, ``solutions/`` ou ``exercises/``.

    Raises:
        ContentError: ce n'est pas un notebook lisible.
    """
    page = Page(path)
    nbformat.validate(page.notebook)
    return [
        finding for rule, kinds in RULES.items() if page.kind in kinds for finding in rule(page)
    ]


def course() -> list[Path]:
    """Renvoie tous les notebooks du cours."""
    folders = (ROOT / name for name in (_LESSON, _SOLUTION, _EXERCISE))
    return [path for folder in folders for path in sorted(folder.glob("*.ipynb"))]
