"""Le dossier de travail : une copie de chaque notebook, que l'étudiant ouvre et remplit.

Les notebooks du kit, eux, ne changent jamais : ils servent de référence à la correction, et une
leçon seulement lue ne laisse aucune différence dans git. Quand le kit est mis à jour :

- une leçon dont l'étudiant n'a pas changé le texte est remplacée, comme tout ce qu'il n'a pas
  encore enregistré ;
- ce qu'il a changé reste, et l'accueil propose de recommencer ; l'ancienne copie est alors gardée
  sous un autre nom.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import ContentError, SettingsError, system_cause
from helpers.files import write_at_once
from helpers.server.settings import env_file
from kit_minio.authoring.exercises import EXERCISES, is_intact, reference
from kit_minio.authoring.navigation import CONTENTS
from kit_minio.authoring.notebooks import LESSONS, read
from kit_minio.home.course import course, text_of
from kit_minio.home.documents import cited

FOLDERS = {"notebooks": "lecons", "exercises": "exercices"}  # du kit, puis du dossier de travail
HOME = "Accueil.ipynb"  # pour qui n'a pas l'onglet du laboratoire
_SUFFIX = "-exercices"
_MEMORY = ".copies.json"
_TO_NOTEBOOK = re.compile(
    r"(?P<before>\]\(|href=[\"'])(?:\.\./(?P<folder>notebooks|exercises)/)?(?P<name>\d\d-[\w-]+)\.ipynb"
)


@dataclass(frozen=True)
class Copy:
    """Une copie de travail.

    Attributes:
        path: son chemin dans le dossier de travail, avec des « / ».
        source: le notebook du kit dont elle vient.
        touched: quand l'étudiant l'a enregistrée ; ``None`` s'il ne l'a jamais fait.
        behind: vrai si le notebook du kit a changé depuis, et que la copie a été gardée.
        recovered: vrai si elle vient de ce que l'étudiant avait écrit dans le kit même.
    """

    path: str
    source: Path
    touched: datetime | None = None
    behind: bool = False
    recovered: bool = False

    @property
    def is_exercise(self) -> bool:
        """Vrai pour des exercices, faux pour une leçon."""
        return self.path.startswith(f"{FOLDERS['exercises']}/")


def work_folder() -> Path:
    """Renvoie le dossier de travail : à côté de ``.env``, où cette personne peut écrire."""
    return env_file().parent / "travail"


def lesson_path(name: str) -> str:
    """Renvoie le chemin de la copie d'une leçon, dans le dossier de travail."""
    return f"{FOLDERS['notebooks']}/{name}.ipynb"


def exercise_path(name: str) -> str:
    """Renvoie le chemin de la copie des exercices d'une leçon, dans le dossier de travail."""
    return f"{FOLDERS['exercises']}/{name}{_SUFFIX}.ipynb"


def prepare(*, blank: bool = False) -> list[str]:
    """Crée les copies qui manquent, met à jour celles qui peuvent l'être ; dit ce qui est à savoir.

    Args:
        blank: donne les leçons sans leurs résultats, à prédire ; celles que l'étudiant a changées
            restent telles quelles.

    Raises:
        SettingsError: le dossier de travail ne peut pas être écrit.
    """
    said: list[str] = []
    folder = work_folder()
    try:
        for name in FOLDERS.values():
            (folder / name).mkdir(parents=True, exist_ok=True)
        memory = _Memory(folder)
        _renumber(folder, memory)
        if blank:
            _blank_lessons(folder, memory)
        for path, source in _all():
            if sentence := _brought_up_to_date(folder, path, source, memory):
                said.append(sentence)
        _write_contents(folder / HOME)
        _write_documents(folder / "docs")
        memory.save()
    except OSError as error:
        raise SettingsError.of("settings.folder", path=folder, cause=system_cause(error)) from error
    return said


def copies() -> dict[str, Copy]:
    """Renvoie, par chemin, les copies qui sont dans le dossier de travail."""
    folder = work_folder()
    memory = _Memory(folder)
    return {
        path: Copy(path, source, *_state(folder / path, source, memory.of(path)))
        for path, source in _all()
        if (folder / path).is_file()
    }


def restart(path: str) -> str:
    """Remplace une copie par le notebook du kit ; renvoie le nom sous lequel l'ancienne est gardée.

    Args:
        path: le chemin d'une copie, un de ceux de ``copies()``.

    Raises:
        ContentError: ce n'en est pas un, ou le notebook du kit a été abîmé.
        SettingsError: le dossier de travail ne peut pas être écrit.
    """
    source = dict(_all()).get(path)
    if source is None:
        raise ContentError("Ce notebook n'est pas du cours.", "Choisissez-en un dans l'accueil.")
    folder = work_folder()
    fresh = _fresh(source)
    place = folder / path
    try:
        kept = _put_aside(place) if place.exists() else ""
        memory = _Memory(folder)
        _write(place, source, fresh, memory)
        memory.save()
    except OSError as error:
        raise SettingsError.of("settings.folder", path=folder, cause=system_cause(error)) from error
    return kept


# --- Une copie ----------------------------------------------------------------------------------


def _all() -> Iterator[tuple[str, Path]]:
    """Donne le chemin de chaque copie, et le notebook du kit dont elle vient."""
    for source in sorted(LESSONS.glob("*.ipynb")):
        yield lesson_path(source.stem), source
    for source in sorted(EXERCISES.glob("*.ipynb")):
        yield exercise_path(source.stem), source


def _brought_up_to_date(folder: Path, path: str, source: Path, memory: _Memory) -> str:
    """Met une copie à jour, si rien ne s'y perd ; renvoie ce qui est à savoir, ou rien."""
    place, known = folder / path, memory.of(path)
    try:
        if place.exists():
            if known.get("reference") == _sha(source.read_bytes()):
                return ""
            if not _replaceable(place, known):
                return _adopted(place, source, memory)
        if source.parent == EXERCISES and not is_intact(read(source)):
            return _recovered(place, source, memory)
        _write(place, source, _fresh(source), memory)
    except ContentError as error:  # un notebook du kit abîmé n'empêche pas d'ouvrir les autres
        return str(error.fact)
    return ""


def _renumber(folder: Path, memory: _Memory) -> None:
    """Donne son nouveau numéro à la copie d'une leçon que cette édition du kit a déplacée."""
    for path, _ in _all():
        place = folder / path
        for former in sorted(place.parent.glob(f"[0-9][0-9]{place.name[2:]}")):
            if place.exists():
                break
            data, seen = former.read_bytes(), former.stat()
            old, new = (f'open_exercises(\\"{each.name[:2]}\\"' for each in (former, place))
            if _sha(data) != memory.of(former.relative_to(folder).as_posix()).get("written"):
                write_at_once(former, data.replace(old.encode(), new.encode()))
                os.utime(former, (seen.st_atime, seen.st_mtime))
            former.rename(place)
            memory.move(former, place)


def _blank_lessons(folder: Path, memory: _Memory) -> None:
    """Remplace par une copie sans résultats chaque leçon que l'étudiant n'a pas changée."""
    for path, source in _all():
        place = folder / path
        if source.parent == LESSONS and (
            not place.exists() or _replaceable(place, memory.of(path))
        ):
            notebook = _fresh(source)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            _write(place, source, notebook, memory)


def _adopted(place: Path, source: Path, memory: _Memory) -> str:
    """Garde une copie ; reconnaît à son texte celle que le kit écrirait aujourd'hui."""
    fresh = nbformat.writes(_fresh(source)).encode()
    if _sources(place.read_bytes()) == _sources(fresh):
        facts = {"reference": _sha(source.read_bytes()), "sources": _sources(fresh)}
        memory.note(place, facts)
    return ""


def _recovered(place: Path, source: Path, memory: _Memory) -> str:
    """Reprend ce qu'un étudiant a écrit dans le notebook même du kit, comme on le faisait avant."""
    text = nbformat.writes(_adapted(read(source), source.parent.name))
    write_at_once(place, f"{text}\n".encode())
    # Ni texte ni octets connus : cette copie est à l'étudiant, et rien ne la remplacera.
    memory.note(place, {"reference": _sha(source.read_bytes()), "recovered": "oui"})
    return (
        f"Vos réponses de exercises/{source.name} sont reprises dans {place} : continuez dans "
        "cette copie. L'ancien fichier reste tel quel."
    )


def _replaceable(place: Path, known: dict[str, str]) -> bool:
    """Dit si une copie n'a rien que l'étudiant perdrait."""
    data = place.read_bytes()
    if _sha(data) == known.get("written"):
        return True
    lesson = place.parent.name == FOLDERS["notebooks"]
    return lesson and _sources(data) == known.get("sources")


def _state(place: Path, source: Path, known: dict[str, str]) -> tuple[datetime | None, bool, bool]:
    """Renvoie quand une copie a été enregistrée, si le kit l'a dépassée, et si elle en vient."""
    touched = None
    if _sha(place.read_bytes()) != known.get("written"):
        touched = datetime.fromtimestamp(place.stat().st_mtime).astimezone()
    behind = known.get("reference") != _sha(source.read_bytes())
    return touched, behind and not _replaceable(place, known), "recovered" in known


def _fresh(source: Path) -> NotebookNode:
    """Renvoie la copie neuve d'un notebook du kit."""
    found = reference(source) if source.parent == EXERCISES else read(source)
    return _adapted(found, source.parent.name)


def _write(place: Path, source: Path, notebook: NotebookNode, memory: _Memory) -> None:
    data = f"{nbformat.writes(notebook)}\n".encode()
    write_at_once(place, data)
    _sign(notebook)
    memory.note(
        place,
        {
            "reference": _sha(source.read_bytes()),
            "sources": _sources(data),
            "written": _sha(data),
        },
    )


def _put_aside(place: Path) -> str:
    """Renomme une copie, et renvoie son nouveau nom."""
    for after in ("%Y-%m-%d-%Hh%M", "%Y-%m-%d-%Hh%M%S", "%Y-%m-%d-%Hh%M%S-%f"):
        kept = place.with_stem(f"{place.stem}-avant-{datetime.now():{after}}")
        if not kept.exists():
            break
    place.rename(kept)
    return kept.name


def _write_contents(place: Path) -> None:
    """Écrit le sommaire, que l'étudiant n'a pas à remplir : des liens, et de quoi voir le reste."""
    lines = ["# Accueil", "", "Exécutez la cellule pour voir où vous en êtes.", ""]
    for lesson in course():
        line = f"- [{lesson.number} · {lesson.title}]({lesson_path(lesson.name)})"
        if lesson.has_exercises:
            line += f" · [exercices]({exercise_path(lesson.name)})"
        lines.append(line)
    cells = [
        new_markdown_cell("\n".join(lines), id="sommaire"),
        new_code_cell("from helpers import home\n\nhome()", id="accueil"),
    ]
    made = new_notebook(cells=cells, metadata=_kernel())
    data = f"{nbformat.writes(made)}\n".encode()
    if not place.exists() or _sources(place.read_bytes()) != _sources(data):
        write_at_once(place, data)


def _write_documents(folder: Path) -> None:
    """Copie ce que les leçons citent de ``docs/``, et qu'un étudiant n'a pas à changer."""
    for name, source in cited().items():
        place, data = folder / name, source.read_bytes()
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_bytes() != data:
            write_at_once(place, data)


def _adapted(notebook: NotebookNode, inside: str) -> NotebookNode:
    """Renvoie un notebook tel qu'il est dans le dossier de travail : ses liens, son noyau.

    Args:
        notebook: un notebook du kit.
        inside: son dossier dans le kit.
    """
    made: NotebookNode = deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            text = _TO_NOTEBOOK.sub(lambda link: _relinked(link, inside), cell.source)
            cell.source = text.replace(f"]({CONTENTS})", f"](../{HOME})")
    # Ce que JupyterLab y écrirait dès l'ouverture : sans cela, lire serait déjà modifier.
    made.metadata |= nbformat.from_dict(_kernel())
    return made


def _relinked(link: re.Match[str], inside: str) -> str:
    target = link["folder"] or inside
    path = exercise_path(link["name"]) if target == "exercises" else lesson_path(link["name"])
    folder, _, name = path.partition("/")
    return f"{link['before']}{name if target == inside else f'../{folder}/{name}'}"


@cache
def _kernel() -> dict[str, Any]:
    """Renvoie ce qu'un notebook dit de son noyau, qui est celui de ce Python."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelspec import get_kernel_dict

    spec = get_kernel_dict()
    named = {"name": "python3", **{key: spec[key] for key in ("display_name", "language")}}
    return {"kernelspec": named, "language_info": dict(IPythonKernel.language_info)}


def _sign(notebook: NotebookNode) -> None:
    """Dit à Jupyter que ce notebook vient du kit : ses sorties s'affichent sans question."""
    from jupyter_core.paths import jupyter_data_dir
    from nbformat.sign import NotebookNotary

    folder = Path(jupyter_data_dir())
    with suppress(OSError):  # sans signature, JupyterLab demandera s'il faut s'y fier
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        notary = NotebookNotary(data_dir=str(folder))
        notary.sign(notebook)
        notary.store.close()


# --- Ce que l'on sait de chaque copie -----------------------------------------------------------


class _Memory:
    """Ce que le kit a écrit, par copie : les empreintes de sa référence, de son texte, d'elle."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _MEMORY
        self._known: dict[str, dict[str, str]] = {}
        with suppress(OSError, ValueError):  # perdue, elle fait tout garder
            found = json.loads(self._path.read_bytes())
            self._known = {name: dict(facts) for name, facts in found.items()}

    def of(self, path: str) -> dict[str, str]:
        return self._known.get(path, {})

    def note(self, place: Path, facts: dict[str, str]) -> None:
        self._known[place.relative_to(self._path.parent).as_posix()] = facts

    def move(self, former: Path, place: Path) -> None:
        if facts := self._known.pop(former.relative_to(self._path.parent).as_posix(), None):
            self.note(place, facts)

    def save(self) -> None:
        data = json.dumps(self._known, indent=1, sort_keys=True).encode()
        if not self._path.exists() or self._path.read_bytes() != data:
            write_at_once(self._path, data)


def _sources(data: bytes) -> str:
    """Renvoie l'empreinte du texte d'un notebook ; ni ses sorties ni ses métadonnées n'y sont."""
    try:
        cells = json.loads(data)["cells"]
        return _sha(json.dumps([[cell["cell_type"], text_of(cell)] for cell in cells]).encode())
    except (ValueError, LookupError, TypeError):
        return ""


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
