"""Les fichiers rendus à côté d'un notebook, et dont il se sert : un module, un texte, des données.

Seul compte ce que le code de l'élève nomme ; ce qui n'a pas pu être pris va à un humain.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kit_minio.grading.intake.entries import File, Refused
from kit_minio.grading.intake.names import display_name, is_reserved

MAX_FILES = 20  # fichiers mis à côté d'un notebook
MAX_SIZE = 2**20  # octets de tous ces fichiers
_TEXTS = (".py", ".csv", ".ini", ".json", ".md", ".sql", ".toml", ".tsv", ".txt", ".yaml", ".yml")
_USES = "import|from|run|load|open|exec|python3?|Path|import_module"  # avant le nom d'un module
_NAME = re.compile(r"[^\W\d][\w-]{0,60}(?:\.\w{1,5})?")
# Le kit et la bibliothèque de Python ne viennent jamais d'une copie.
_OURS = {"helpers", "kit_minio", "minio", "kit", *sys.stdlib_module_names}


@dataclass
class Beside:
    """Ce qui accompagne un notebook.

    Attributes:
        texts: le texte de chaque fichier, par chemin depuis le dossier du notebook.
        taken: les chemins de ces fichiers dans la copie.
        troubles: ceux qu'il faudrait et que l'on ne sait pas prendre, en phrases.
    """

    texts: dict[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def files_beside(files: Sequence[tuple[str, File]], path: str, notebook: Any) -> Beside:
    """Renvoie les fichiers dont un notebook se sert, et ceux dont ils se servent.

    Args:
        files: les fichiers de la copie, par chemin.
        path: celui du notebook.
        notebook: le notebook réparé.
    """
    found = Beside()
    code = [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.kit.role in ("student", "extra")
    ]
    candidates = dict(_candidates(files, path.rpartition("/")[0]))
    while code:
        named = [name for name in candidates if _is_named(name, "\n".join(code))]
        code = []
        for name in named:
            where, file = candidates.pop(name)
            if text := _read(name, file, found):
                found.texts[name] = text
                found.taken.append(where)
                code += [text] if name.endswith(".py") else []
    return found


def _candidates(
    files: Sequence[tuple[str, File]], folder: str
) -> Iterator[tuple[str, tuple[str, File]]]:
    """Donne les fichiers qui ont un nom ordinaire ; ceux d'un autre dossier cèdent la place."""
    start = f"{folder}/" if folder else ""
    inside = [
        (path.removeprefix(start), path, file) for path, file in files if path.startswith(start)
    ]
    beside = {name: (path, file) for name, path, file in inside if _is_ordinary(name)}
    lone: dict[str, list[tuple[str, File]]] = {}
    for path, file in files:
        if not path.startswith(start) and _is_ordinary(name := path.rpartition("/")[2]):
            lone.setdefault(name, []).append((path, file))
    yield from beside.items()
    yield from (
        (name, found[0]) for name, found in lone.items() if name not in beside and len(found) == 1
    )


def _is_ordinary(name: str) -> bool:
    parts = name.split("/")
    return (
        name.lower().endswith(_TEXTS)
        and len(parts) <= 3
        and all(_NAME.fullmatch(part) for part in parts)
        and parts[0].partition(".")[0] not in _OURS
    )


def _is_named(name: str, code: str) -> bool:
    """Dit si un code nomme un fichier : un module par son nom, le reste par son nom de fichier."""
    first, _, _ = name.partition("/")
    if not name.endswith(".py"):
        return name.rpartition("/")[2] in code
    word = re.escape(first.removesuffix(".py"))
    return re.search(rf"\b(?:{_USES})\b.*(?<!\w){word}(?!\w)", code) is not None


def _read(name: str, file: File, found: Beside) -> str:
    """Renvoie le texte d'un fichier ; vide, et dit pourquoi, si on ne sait pas le prendre."""
    room = MAX_SIZE - sum(map(len, found.texts.values()))
    if len(found.texts) >= MAX_FILES or room <= 0:
        why = "trop de fichiers l'accompagnent"
    elif any(map(is_reserved, name.split("/"))):
        why = "son nom a un sens particulier sous Windows"
    else:
        try:
            text = file.read(MAX_SIZE).decode("utf-8-sig") or "\n"
            why = "" if len(text) <= room else f"ce qui l'accompagne dépasse {MAX_SIZE >> 20} Mio"
        except Refused as error:
            why = str(error)
        except UnicodeDecodeError:
            why = "ce n'est pas du texte en UTF-8"
    if not why:
        return text
    sentence = f"Le notebook se sert de « {display_name(name)} », qui n'est pas lu : {why}."
    if len(found.troubles) < MAX_FILES:
        found.troubles.append(sentence)
    return ""
