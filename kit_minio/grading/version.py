"""Ce qui, dans le kit, décide d'une note : les vérifications, leurs données, l'exécution.

Une phrase, un commentaire ou la page d'un rapport n'en décident pas : les changer ne fait corriger
aucune copie de nouveau.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

from helpers.files import ROOT
from kit_minio.syntax import parse

_CHECKS = "kit_minio/checks"
# Ce qui lit les copies n'y est pas : ce qu'il en tire est déjà dans leur empreinte.
_ENGINE = ("helpers", "kit_minio/grading/execute", "kit_minio/grading/judge")
_WORDING = "kit_minio/grading/judge/told.py"  # ce module ne fait que des phrases
_SHOWN = ("helpers/components", "helpers/widgets")  # ce qui se voit dans le lab
# De ces appels, seuls les nombres et les objets comptent : leurs textes sont pour l'élève.
_TOLD = frozenset({"Card", "ContentError", "Outcome", "Review", "SettingsError", "Todo", "say"})
_TEXTS = frozenset({"expected", "found", "hints", "title"})


def version_of(lessons: Iterable[str]) -> str:
    """Renvoie l'empreinte de ce qui, dans ce kit, décide des notes de ces leçons.

    Args:
        lessons: leurs numéros ; aucun les désigne toutes.
    """
    return _this_kit(frozenset(lessons))


@cache
def _this_kit(lessons: frozenset[str]) -> str:
    return digest_of(ROOT, lessons)


def digest_of(root: Path, lessons: Collection[str]) -> str:
    """Renvoie l'empreinte de ce qui décide des notes de ces leçons, dans le kit de ce dossier."""
    digest = hashlib.sha256()
    for path in _files(root, lessons):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(_meaning(path))
    return digest.hexdigest()


def _files(root: Path, lessons: Collection[str]) -> Iterator[Path]:
    for folder in (*_ENGINE, _CHECKS):
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root / folder).parts
            other = folder == _CHECKS and lessons and _is_of_another(inside[0], lessons)
            data = folder == _CHECKS or inside[0] == "data"
            wanted = path.suffix == ".py" or (data and path.suffix != ".pyc")
            if wanted and not other and path.is_file() and not _is_wording(path, root):
                yield path


def _is_wording(path: Path, root: Path) -> bool:
    """Dit si un module ne fait que des phrases, ou ce qui les montre."""
    return path == root / _WORDING or any(path.is_relative_to(root / name) for name in _SHOWN)


def _is_of_another(name: str, lessons: Collection[str]) -> bool:
    """Dit si un module de vérifications est celui d'une autre leçon."""
    return name.startswith("lesson_") and name.split("_")[1] not in lessons


def _meaning(path: Path) -> bytes:
    """Renvoie ce qu'un fichier fait : ses octets, ou son code sans commentaires ni phrases."""
    data = path.read_bytes()
    if path.suffix != ".py":
        return data
    return ast.dump(_Silent().visit(parse(data))).encode()


class _Silent(ast.NodeTransformer):
    """Retire d'un code ses docstrings, et les textes qui ne sont que lus par une personne."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if _is_text(node.value) else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in _TOLD:
            node.args = [one for one in node.args if not _is_text(one)]
        if name in _TOLD or name == "Exercise":
            node.keywords = [one for one in node.keywords if one.arg not in _TEXTS]
        return self.generic_visit(node)


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
