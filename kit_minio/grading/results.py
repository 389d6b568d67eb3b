"""Les résultats d'un lot, écrits un par un : une correction interrompue reprend où elle en était.

DOSSIER/resultats/<copie>.json   le résultat d'une copie, et l'empreinte de ce qui l'a donné
DOSSIER/copies/<copie>.ipynb     le notebook exécuté d'une copie, avec ce qu'il a affiché
DOSSIER/resultats/graine.txt     la graine de la seconde exécution, la même pour tout le lot
DOSSIER/resultats/espaces.txt    de quoi retrouver les espaces S3 d'une correction interrompue
DOSSIER/.verrou                  une seule correction à la fois écrit dans ce dossier
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from helpers.errors import SettingsError, system_cause
from helpers.files import write_at_once
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Copy, Mark, Result
from kit_minio.grading.version import version_of

FOLDER = "resultats"
PAGES = "retours"  # ce que lisent les élèves
COPIES = "copies"  # les mêmes pages, et les notebooks exécutés, pour l'enseignant
_LOCK = ".verrou"
# Ce qui est dans un dossier avant toute correction : les décisions de l'enseignant, apportées.
_BROUGHT = (_LOCK, "corrections.csv", "bareme.toml")
_SEED = "graine.txt"
_SPACES = "espaces.txt"
_LONGEST = 20_000  # caractères de code gardés pour un exercice


class Standing(StrEnum):
    """Où en est une copie, d'après les résultats d'une correction précédente."""

    NEW = "jamais corrigée"
    KEPT = "gardée telle quelle"
    CHANGED = "la copie a changé"
    OUTDATED = "les vérifications, leurs données ou la correction ont changé"
    FAILED = "la correction elle-même avait échoué"


def folder_for(source: str, out: Path | None) -> Path:
    """Renvoie le dossier d'une correction ; par défaut ``correction-<nom du lot>``, ici.

    Args:
        source: d'où viennent les copies.
        out: le dossier demandé, ou ``None``.

    Raises:
        SettingsError: les résultats seraient parmi les copies, ou les copies parmi les résultats.
    """
    out = out or Path(f"correction-{_name_of(source)}")
    if source.startswith("s3://"):
        return out
    copies, results = Path(source).resolve(), out.resolve()
    if copies.is_dir() and results.is_relative_to(copies):
        fact = f"Le dossier des résultats, {out}, est parmi les copies."
    elif copies.is_relative_to(results):
        fact = f"Les copies, {source}, sont dans le dossier des résultats, {out}."
    else:
        return out
    raise SettingsError(fact, "Donnez un autre dossier de résultats avec --out.")


def _name_of(source: str) -> str:
    """Renvoie le nom d'un lot, d'après sa source."""
    last = source.rstrip("/").rpartition("/")[2] if source.startswith("s3://") else ""
    name = last or Path(source).resolve().name.removesuffix(".zip").removesuffix(".ipynb")
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "copies"


@contextmanager
def open_results(out: Path) -> Iterator[Results]:
    """Donne les résultats d'un dossier, que cette correction est seule à écrire.

    Args:
        out: le dossier de la correction ; il est créé s'il n'existe pas.

    Raises:
        SettingsError: le dossier contient autre chose, ne s'écrit pas, ou une autre correction
            l'occupe.
    """
    lock = _locked(out)
    try:
        yield Results(out)
    finally:
        lock.release()


def _locked(out: Path) -> FileLock:
    """Prépare le dossier d'une correction et en prend le verrou, que la mort du processus rend."""
    lock = FileLock(out / _LOCK, timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not (out / FOLDER).is_dir() and any(path.name not in _BROUGHT for path in out.iterdir()):
            raise SettingsError(
                f"Le dossier {out} contient autre chose qu'une correction.",
                "Donnez un dossier neuf avec --out.",
            )
        lock.acquire()
        (out / FOLDER).mkdir(exist_ok=True)
        for folder in (out, out / FOLDER, out / PAGES, out / COPIES):
            for draft in folder.glob(".*.tmp"):  # d'une écriture qu'un arrêt brutal a coupée
                draft.unlink()
    except Timeout as error:
        raise SettingsError(
            f"Une autre correction écrit déjà dans {out}.",
            "Attendez qu'elle finisse, ou donnez un autre dossier avec --out.",
        ) from error
    except OSError as error:
        raise SettingsError(
            f"{out} ne peut pas servir de dossier de correction ({system_cause(error)}).",
            "Donnez-en un autre, à vous, avec --out.",
        ) from error
    return lock


def fingerprint_of(copy: Copy, seed: int | None) -> str:
    """Renvoie l'empreinte de ce qui décide d'une note : la copie, la graine, les vérifications.

    Args:
        copy: la copie, réparée d'après le notebook d'origine.
        seed: la graine de la seconde exécution.
    """
    decides = [
        *(seed, version_of([*copy.notebooks]), copy.id, copy.name, copy.moodle_id, copy.beside),
        {lesson: _code_of(notebook) for lesson, notebook in copy.notebooks.items()},
        {lesson: kept.python for lesson, kept in copy.kept.items()},
        *(len(copy.remarks), bool(copy.trouble)),  # leurs phrases ne décident de rien
    ]
    text = json.dumps(decides, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _code_of(notebook: Any) -> list[Any]:
    """Renvoie ce qui s'exécute d'un notebook : chaque cellule de code, et son rôle."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [[cell["source"], cell["metadata"].get("kit")] for cell in cells]


class Results:
    """Les résultats écrits dans un dossier.

    Args:
        out: le dossier de la correction.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / FOLDER

    @property
    def seed(self) -> int | None:
        """La graine de ce lot ; ``None`` s'il n'en a pas encore."""
        with suppress(OSError, ValueError):
            return int((self.folder / _SEED).read_text("ascii"))
        return None

    def begin(self, seed: int | None, *, restart: bool = False) -> None:
        """Commence une correction, ou la reprend.

        Args:
            seed: la graine de la seconde exécution, gardée avec le lot.
            restart: efface d'abord les résultats, et les retours qui en ont été tirés.
        """
        if restart:
            self.forget()
        write_file(self.folder / _SEED, f"{seed}\n".encode())

    @property
    def label(self) -> str:
        """L'étiquette des espaces S3 de ce lot ; un dossier recopié ailleurs en a une autre.

        Raises:
            SettingsError: elle ne s'écrit pas.
        """
        path = self.folder / _SPACES
        if not path.exists():
            write_file(path, f"{secrets.token_hex(8)}\n".encode())
        text = f"{path.read_text('ascii', 'replace')}{self.out.resolve()}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]

    def find(self, copy_id: str, fingerprint: str, *, floor: int = 0) -> Result | None:
        """Renvoie le résultat d'une copie s'il vaut encore, ``None`` s'il faut la corriger.

        Args:
            copy_id: l'identifiant de la copie.
            fingerprint: son empreinte.
            floor: le niveau d'isolation en dessous duquel un résultat ne vaut plus.
        """
        stored, result = self.last(copy_id)
        return result if result and stored == fingerprint and result.isolation >= floor else None

    def last(self, copy_id: str) -> tuple[str, Result | None]:
        """Renvoie l'empreinte et le dernier résultat d'une copie, qu'il vaille encore ou non."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            stored = json.loads(self._path(copy_id).read_bytes())
            return stored["fingerprint"], result_from(stored["result"])
        return "", None

    def standing(self, copy: Copy) -> Standing:
        """Dit si une copie serait corrigée de nouveau, et pourquoi."""
        stored, result = self.last(copy.id)
        if result is None:
            return Standing.NEW
        if not stored:
            return Standing.FAILED
        if stored == fingerprint_of(copy, self.seed):
            return Standing.KEPT
        return Standing.OUTDATED if _is_outdated(self._path(copy.id)) else Standing.CHANGED

    def outdated(self) -> int:
        """Renvoie le nombre de résultats que le kit d'aujourd'hui ne donnerait peut-être plus."""
        return sum(map(_is_outdated, self.folder.glob("*.json")))

    def write(self, result: Result, fingerprint: str) -> Result:
        """Écrit un résultat et le renvoie tel qu'il sera relu.

        Args:
            result: le résultat.
            fingerprint: l'empreinte de la copie ; vide, la copie sera corrigée de nouveau.
        """
        self._write_executed(result)
        marks = [replace(mark, code=_short(mark.code)) for mark in result.marks]
        result = replace(result, marks=marks, executed="")
        version = version_of({mark.lesson for mark in marks})
        stored = {"fingerprint": fingerprint, "version": version, "result": asdict(result)}
        write_file(self._path(result.copy_id), json.dumps(stored, indent=1).encode("ascii"))
        return result

    def _write_executed(self, result: Result) -> None:
        """Écrit le notebook exécuté d'une copie, à côté de sa page ; retire celui d'avant."""
        path = self.out / COPIES / f"{result.copy_id}.ipynb"
        if not result.executed:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(exist_ok=True)
        write_file(path, f"{result.executed}\n".encode())

    def graded_on(self) -> datetime:
        """Renvoie la date du dernier résultat écrit : c'est celle de la correction."""
        times = [path.stat().st_mtime for path in self.folder.glob("*.json")]
        return datetime.fromtimestamp(max(times)) if times else datetime.now()

    def forget(self) -> None:
        """Efface les résultats, et les retours qui en ont été tirés."""
        for path in self.folder.glob("*.json"):
            for folder in (PAGES, COPIES):
                (self.out / folder / f"{path.stem}.html").unlink(missing_ok=True)
            (self.out / COPIES / f"{path.stem}.ipynb").unlink(missing_ok=True)
            path.unlink()
        (self.folder / _SEED).unlink(missing_ok=True)

    def _path(self, copy_id: str) -> Path:
        return self.folder / f"{copy_id}.json"


def write_file(path: Path, data: bytes) -> None:
    """Écrit un fichier d'un coup : interrompue, l'écriture laisse celui d'avant.

    Raises:
        SettingsError: le fichier ne s'écrit pas.
    """
    try:
        write_at_once(path, data)
    except OSError as error:
        raise SettingsError(
            f"{path} ne s'écrit pas ({system_cause(error)}).",
            "Fermez-le s'il est ouvert dans un autre programme, ou libérez de la place, puis "
            "relancez la même commande : rien n'est perdu.",
        ) from error


def _is_outdated(path: Path) -> bool:
    with suppress(OSError, ValueError, TypeError, KeyError):
        stored = json.loads(path.read_bytes())
        lessons = {mark["lesson"] for mark in stored["result"]["marks"]}
        return bool(stored["fingerprint"] and stored["version"] != version_of(lessons))
    return False


def _short(code: str) -> str:
    return code if len(code) <= _LONGEST else f"{code[:_LONGEST]}\n[… la suite n'est pas montrée]"


def result_from(stored: dict[str, Any]) -> Result:
    """Renvoie le résultat dont ``asdict`` avait donné ce dictionnaire.

    Raises:
        KeyError, TypeError, ValueError: ce n'en est pas un.
    """
    marks = [Mark(**mark | {"outcome": _outcome(mark["outcome"])}) for mark in stored.pop("marks")]
    return Result(**stored, marks=marks)


def _outcome(stored: dict[str, Any]) -> Outcome:
    return Outcome(**stored | {"verdict": Verdict(stored["verdict"])})
