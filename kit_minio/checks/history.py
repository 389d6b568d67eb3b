"""Ce qui a été exécuté dans ce notebook : « à faire » ne se dit qu'à qui n'a rien tenté."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable

from kit_minio.syntax import parse


class History:
    """Ce qui est exécuté dans un notebook depuis l'ouverture d'une série.

    Args:
        blanks: donne les cellules du notebook distribué.
    """

    def __init__(self, blanks: Callable[[], tuple[str, ...]]) -> None:
        self._blanks = blanks
        self._before = len(executed())
        self._cells: list[str] = []  # depuis la vérification d'avant, celle-ci comprise

    def advance(self) -> None:
        """Passe à une autre vérification."""
        cells = executed()
        self._cells, self._before = cells[self._before :], len(cells)

    def attempted(self) -> bool:
        """Dit si du code a été exécuté pour cette vérification."""
        blanks = self._blanks() if self._cells else ()
        return bool(blanks) and attempted(self._cells, blanks)

    def syntax_fault(self) -> str:
        """Dit où une cellule de cette vérification est mal écrite ; vide si aucune."""
        return syntax_fault(self._cells)


def executed() -> list[str]:
    """Renvoie les cellules exécutées dans ce notebook, dans l'ordre ; rien hors d'un notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return list(shell.user_ns.get("In", [])) if shell else []


def attempted(cells: Iterable[str], blanks: Iterable[str]) -> bool:
    """Dit si des cellules font autre chose que celles d'un notebook où rien n'est complété.

    Args:
        cells: les cellules exécutées.
        blanks: celles du notebook distribué.
    """
    given = {_meaning(cell) for cell in blanks}
    return any(_meaning(cell) not in {"", *given} for cell in cells)


def syntax_fault(cells: Iterable[str]) -> str:
    """Dit où une cellule, que Python n'a donc pas exécutée, est mal écrite ; vide si aucune."""
    fault = ""
    for cell in cells:
        try:
            compile(cell, "<cellule>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            fault = f"ligne {line} : {(getattr(error, 'text', '') or '').strip()}" if line else "?"
        else:
            fault = fault if _meaning(cell) == "" else ""  # une autre cellule a pris sa place
    return fault


def _meaning(cell: str) -> str:
    """Renvoie ce que fait une cellule, commentaires, ``...`` et appels à ``tp`` mis à part."""
    try:
        tree = parse(cell)
    except (SyntaxError, ValueError):
        return cell.strip()
    tree.body = [node for node in tree.body if not _is_idle(node)]
    return ast.dump(tree) if tree.body else ""


def _is_idle(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    if not isinstance(node, ast.Expr):
        return False
    return isinstance(node.value, ast.Constant) or ast.unparse(node.value).startswith("tp.")
