"""L'arbre d'un code Python, que plusieurs fils peuvent demander à la fois."""

import ast
from threading import Lock

# CPython 3.11 et 3.12 comptent la profondeur pour tous les fils ensemble (python/cpython#106905).
_one_at_a_time = Lock()


def parse(code: str | bytes) -> ast.Module:
    """Renvoie l'arbre d'un code.

    Raises:
        SyntaxError, ValueError: ce n'en est pas.
    """
    with _one_at_a_time:
        return ast.parse(code)
