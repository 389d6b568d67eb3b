"""Dans un notebook, une erreur expliquée s'abrège : fait, ligne, remède ; la trace est à part."""

import linecache
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from helpers.errors import KitError, explain
from helpers.suggestions import suggestion

_LONGEST = 200  # caractères d'une ligne
_last_error: BaseException | None = None


def full_traceback() -> None:
    """Affiche la trace complète de la dernière erreur que le kit a abrégée."""
    if _last_error is None:
        print("Aucune erreur n'a été abrégée depuis le démarrage de ce notebook.")
    else:
        traceback.print_exception(_last_error, file=sys.stdout)


def install_handler(shell: Any) -> None:
    """Abrège dans IPython (``get_ipython()``) les erreurs expliquées ; les autres y restent."""
    # Les deux par où passe toute erreur : set_custom_exc() ne montrerait pas un SyntaxError.
    for shown in (shell.InteractiveTB, shell.SyntaxTB):
        usual = type(shown).structured_traceback.__get__(shown)
        shown.structured_traceback = partial(_shortened, shell, usual)
    shell.compile.reset_compiler_flags()  # sinon une parenthèse oubliée est « incomplete input »
    shell.user_ns.setdefault("full_traceback", full_traceback)


def _shortened(shell: Any, usual: Any, kind: Any, error: Any, *more: Any, **options: Any) -> Any:
    global _last_error
    with suppress(Exception):  # une classe d'erreur peut tout redéfinir
        if lines := list(_lines(shell, error)):
            _last_error = error
            return ["\n".join(lines)]
    return usual(kind, error, *more, **options)


def _lines(shell: Any, error: BaseException) -> Iterator[str]:
    """Donne ce qui remplace la trace, rien si l'erreur n'est pas expliquée."""
    explanation = explain(error)
    if explanation is None:
        return
    yield from (_short(error), "", explanation.fact)
    is_cell, trace = shell.compile.format_code_name, traceback.walk_tb(error.__traceback__)
    cells = [(frame, line) for frame, line in trace if is_cell(frame.f_code.co_filename)]
    if isinstance(error, SyntaxError):
        yield from _place(shell, error.filename or "<cellule>", error.lineno or 0, error)
    elif cells:
        frame, line = cells[-1]  # le plus profond de ce que la personne a écrit
        path = frame.f_code.co_filename
        # La cellule qui s'exécute n'est dans aucune fonction.
        here = (path, "<module>") in [(f.f_code.co_filename, f.f_code.co_name) for f, _ in cells]
        yield from _place(shell, path, line, here=here)
        yield from filter(None, [suggestion(error, frame, linecache.getline(path, line))])
    yield from (f"→ {explanation.remedy}", "", "Trace complète : full_traceback()")


def _place(shell: Any, path: str, line: int, error: Any = None, *, here: bool = True) -> Any:
    """Donne « ligne 2 : `client.make_bucket(nom)` », et le signe ^ sous ce qui ne se lit pas."""
    where = "" if path[:1] == "<" else f" de {Path(path).name}"
    blank = 0  # IPython exécute une cellule sans les lignes vides de son début
    if cell := shell.compile.format_code_name(path):
        rank = cell[1].removeprefix("In")  # « [3] »
        where = "" if here else f" de la cellule {rank}"
        written = "".join(shell.history_manager.input_hist_raw[int(rank[1:-1]) :][:1])
        blank = written[: len(written) - len(written.lstrip())].count("\n")
    source = linecache.getline(path, line) or getattr(error, "text", "") or ""
    if text := source.strip()[:_LONGEST]:
        yield (told := f"ligne {line + blank}{where} : `") + f"{text}`"
        if error and error.offset:
            yield " " * (len(told) + error.offset - 1 - source.index(text)) + "^"


def _short(error: BaseException) -> str:
    """Renvoie le nom et le message d'origine sur une ligne, sans les identifiants de requête."""
    name = type(error).__name__
    if name == "S3Error":
        return f"S3Error : {getattr(error, 'code', '')} ({getattr(error, 'message', '')})"
    if isinstance(error, KitError):
        return name
    text = (error.msg if isinstance(error, SyntaxError) else str(error)) or ""
    return f"{name} : {' '.join(text.split())[:_LONGEST]}".removesuffix(" : ")
