"""Des octets d'une copie à ses cellules : tout est borné avant d'être lu, rien n'est exécuté."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from kit_minio.grading.intake.kinds import other_kind, stranger

MAX_CELLS = 2_000
MAX_SOURCE = 10 * 2**20  # signes des cellules, sans sorties ni métadonnées
MAX_VALUES = 1_000_000  # valeurs JSON d'un notebook, sorties comprises
MAX_NESTED = 200_000  # listes et dictionnaires
MAX_DEPTH = 100  # niveaux d'imbrication
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|([\[{])|([\]}])', flags=re.S)


_ACCENT = re.compile(rb"[\xc3\xe2][\x80-\xbf]")  # en UTF-8 : é, à, « … »
_VERSION = re.compile(r"3\.\d{1,2}(\.\d{1,3}\w{0,8})?")


class Unreadable(Exception):
    """Un fichier n'est pas un notebook que l'on sait lire ; le texte de l'erreur dit pourquoi."""


@dataclass(frozen=True)
class Cell:
    """Une cellule d'une copie : ce qui sert à la correction, et rien d'autre.

    Attributes:
        id: son identifiant, ou ``None`` si le fichier n'en donne pas.
        kind: ``code``, ``markdown`` ou ``raw``.
        source: son texte.
    """

    id: str | None
    kind: str
    source: str


@dataclass(frozen=True)
class Read:
    """Un notebook lu.

    Attributes:
        cells: ses cellules.
        remarks: ce qu'il a fallu convertir pour les lire, en phrases.
        python: la version de Python qui l'a exécuté ; vide s'il ne le dit pas.
    """

    cells: list[Cell]
    remarks: list[str]
    python: str


def read_cells(data: bytes) -> tuple[list[Cell], list[str]]:
    """Renvoie les cellules d'un notebook, et ce qu'il a fallu convertir pour les lire.

    Raises:
        Unreadable: ce n'est pas un notebook, il est abîmé ou il dépasse les limites.
    """
    found = read_notebook(data)
    return found.cells, found.remarks


def read_notebook(data: bytes) -> Read:
    """Renvoie un notebook lu, et ce qu'il a fallu convertir.

    Args:
        data: les octets du fichier, d'une taille déjà bornée.

    Raises:
        Unreadable: ce n'est pas un notebook, il est abîmé ou il dépasse les limites.
    """
    remarks: list[str] = []
    document = _document(_text(data, remarks))
    version = document.get("nbformat")
    if version in (2, 3):
        remarks.append(f"Ancien format de notebook (nbformat {version}) : il a été converti.")
        found: Any = _old_cells(document)
    elif version == 4:
        found = document.get("cells")
    elif version is None:
        raise Unreadable("ce n'est pas un notebook")
    else:
        raise Unreadable(f"son format (nbformat {_well_formed(str(version)[:20])}) est inconnu")
    if not isinstance(found, list):
        raise Unreadable("il n'a pas de cellules")
    if len(found) > MAX_CELLS:
        raise Unreadable(f"il a plus de {MAX_CELLS} cellules")
    cells = [_cell(item) for item in found]
    if sum(len(cell.source) for cell in cells) > MAX_SOURCE:
        raise Unreadable(f"son texte dépasse {MAX_SOURCE >> 20} Mio")
    if any(cell.source != _well_formed(cell.source) for cell in cells):
        remarks.append("Des caractères invalides ont été remplacés par « \ufffd ».")
        cells = [Cell(cell.id, cell.kind, _well_formed(cell.source)) for cell in cells]
    return Read(cells, remarks, _python_of(document))


def _python_of(document: dict[str, Any]) -> str:
    """Renvoie la version de Python d'un notebook, ``3.12.4`` ; vide s'il ne la dit pas."""
    found: Any = document
    for key in ("metadata", "language_info", "version"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) and _VERSION.fullmatch(found) else ""


def _text(data: bytes, remarks: list[str]) -> str:
    """Décode un fichier en UTF-8, UTF-16 ou UTF-32, avec ou sans marque d'ordre (BOM).

    Un éditeur de Windows a pu l'enregistrer dans sa page de code.
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise Unreadable("le fichier est vide")
    if reason := other_kind(data):
        raise Unreadable(reason)
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # Là où de l'UTF-8 se lit aussi, c'est qu'il est abîmé.
        if not data.lstrip().startswith(b"{") or b"\x00" in data or _ACCENT.search(data):
            raise Unreadable("ce n'est pas du texte") from None
        encoding, text = "cp1252", data.decode("cp1252", "replace")
    if encoding == "utf-8-sig":
        remarks.append("Le fichier commençait par une marque d'ordre (BOM) : elle a été retirée.")
    elif encoding != "utf-8":
        remarks.append(f"Le fichier était en {encoding[:6].upper()} : il a été converti.")
    return text


def _document(text: str) -> dict[str, Any]:
    if reason := stranger(text):
        raise Unreadable(reason)
    if text.count('"cell_type"') > MAX_CELLS:
        raise Unreadable(f"il a plus de {MAX_CELLS} cellules")
    nested = text.count("[") + text.count("{")
    if nested > MAX_NESTED or text.count(",") > MAX_VALUES:
        raise Unreadable("il contient trop de valeurs")
    if nested > MAX_DEPTH:
        _check_depth(text)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("le fichier est tronqué ou abîmé (JSON invalide)") from None
    if not isinstance(document, dict):
        raise Unreadable("ce n'est pas un notebook")
    return document


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[1]:
            depth += 1
            if depth > MAX_DEPTH:
                raise Unreadable(f"il est imbriqué sur plus de {MAX_DEPTH} niveaux")
        elif token[2]:
            depth -= 1


def _old_cells(document: dict[str, Any]) -> list[Any]:
    """Renvoie les cellules d'un notebook au format 2 ou 3, rangées dans des feuilles."""
    sheets = document.get("worksheets")
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
        raise Unreadable("il n'a pas de cellules")
    groups = [sheet.get("cells") for sheet in sheets]
    return [cell for group in groups if isinstance(group, list) for cell in group]


def _cell(item: Any) -> Cell:
    if not isinstance(item, dict):
        raise Unreadable("une de ses cellules est abîmée")
    kind = str(item.get("cell_type"))[:20]
    source = item.get("source", item.get("input", ""))  # input jusqu'au format 3
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        raise Unreadable("une de ses cellules est abîmée")
    if kind == "heading":  # jusqu'au format 3
        level = item.get("level")
        signs = "#" * level if isinstance(level, int) and 1 <= level <= 6 else "#"
        kind, source = "markdown", f"{signs} {source}"
    metadata = item.get("metadata")
    # Colab range l'identifiant dans les métadonnées.
    found = item.get("id") or (metadata.get("id") if isinstance(metadata, dict) else None)
    return Cell(
        id=found if isinstance(found, str) and len(found) <= 64 else None,
        kind=kind,
        source=source.replace("\r\n", "\n"),
    )


def _well_formed(text: str) -> str:
    """Remplace les demi-codes UTF-16 isolés, que ni un fichier ni le réseau n'acceptent."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
