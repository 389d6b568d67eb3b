"""Dans un notebook, une erreur expliquée s'abrège : fait, ligne, remède ; la trace est à part."""

import linecache
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from helpers.errors import KitError, explain
from helpers.suggestions import suggestion

_CELL = "<module>"  # le nom que Python donne à ce qui n'est dans aucune fonction
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
        shown.structured_traceback = _shortening(shell, usual)
    # Sans quoi une parenthèse oubliée n'est qu'« incomplete input ».
    shell.compile.reset_compiler_flags()
    shell.user_ns.setdefault("full_traceback", full_traceback)


def _shortening(shell: Any, usual: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def structured_traceback(kind: Any, error: Any, *more: Any, **options: Any) -> list[str]:
        global _last_error
        with suppress(Exception):  # une classe d'erreur peut tout redéfinir
            if lines := list(_lines(shell, error)):
                _last_error = error
                return ["\n".join(lines)]
        return usual(kind, error, *more, **options)

    return structured_traceback


def _lines(shell: Any, error: BaseException) -> Iterator[str]:
    """Donne ce qui remplace la trace, rien si l'erreur n'est pas expliquée."""
    explanation = explain(error)
    if explanation is None:
        return
    yield from (_short(error), "", explanation.fact)
    if isinstance(error, SyntaxError):
        yield from _place(shell, error.filename or "<cellule>", error.lineno or 0, error)
    elif cells := [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if shell.compile.format_code_name(frame.f_code.co_filename)
    ]:
        frame, line = cells[-1]  # le plus profond de ce que la personne a écrit
        path = frame.f_code.co_filename
        running = {each.f_code.co_filename for each, _ in cells if each.f_code.co_name == _CELL}
        yield from _place(shell, path, line, here=path in running)
        yield from filter(None, [suggestion(error, frame, linecache.getline(path, line))])
    yield from (f"→ {explanation.remedy}", "", "Trace complète : full_traceback()")


def _place(
    shell: Any, path: str, line: int, error: SyntaxError | None = None, *, here: bool = True
) -> Iterator[str]:
    """Donne « ligne 2 : `client.make_bucket(nom)` », et le signe ^ sous ce qui ne se lit pas."""
    number, where = line, f" de {Path(path).name}"
    if cell := shell.compile.format_code_name(path):
        rank = cell[1].removeprefix("In")  # « [3] »
        where = "" if here else f" de la cellule {rank}"
        written = "".join(shell.history_manager.input_hist_raw[int(rank[1:-1]) :][:1])
        # IPython exécute une cellule sans les lignes vides de son début.
        number += written[: len(written) - len(written.lstrip())].count("\n")
    told = f"ligne {number}{'' if path[:1] == '<' else where} : `"
    source = linecache.getline(path, line) or (error and error.text) or ""
    text = source.strip()[:_LONGEST]
    if text:
        yield f"{told}{text}`"
    if text and error and error.offset:
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
