"""Dans un notebook, une erreur expliquée est une carte : fait, ligne, remède ; trace repliée.

Là où personne ne regarde (correction, papermill, nbval), la même chose est dite en texte.
"""

import linecache
import re
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from helpers.components import Card, is_watched
from helpers.errors import Explanation, KitError, explain
from helpers.suggestions import suggestion

_LONGEST = 200  # caractères d'une ligne
_COLORS = re.compile(r"\x1b\[[\d;]*m")
_UNKNOWN = Explanation(
    "Cette ligne s'est arrêtée sur une erreur que le kit n'explique pas.",
    "Son message, ci-dessous, dit ce qui ne va pas ; la trace montre par où Python est passé.",
)
_last_error: BaseException | None = None
_last_run = (0, 0)  # quelle erreur, dans quelle cellule


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
    # Une cellule à compléter finit par « ... » : sa valeur s'appelle Ellipsis, qui ne dit rien.
    shown = shell.display_formatter.formatters["text/plain"].singleton_printers
    shown[id(...)] = lambda _, printer, __: printer.text("... (à compléter)")


def _shortened(shell: Any, usual: Any, kind: Any, error: Any, *more: Any, **options: Any) -> Any:
    global _last_error, _last_run
    with suppress(Exception):  # une classe d'erreur peut tout redéfinir
        if card := _card(shell, error):
            run, before = (id(error), shell.execution_count), _last_run
            _last_error, _last_run = error, run
            if not is_watched():
                parts = [card.title, card.quote, *card.notes, None, card.footer]
                told = ["" if part is None else part for part in parts if part != ""]
                return ["\n".join([*told, "Trace complète : full_traceback()"])]
            if run != before:  # IPython demande la même trace deux fois : montrée, puis gardée
                trace = _COLORS.sub("", "\n".join(usual(kind, error, *more, **options)))
                folded = ("Trace complète, en anglais", trace.lstrip("-\n"))
                sys.modules["IPython"].display.display(replace(card, details=folded))
            return [f"Cette cellule s'est arrêtée : {type(error).__name__}."]
    return usual(kind, error, *more, **options)


def _card(shell: Any, error: BaseException) -> Card | None:
    """Renvoie la carte d'une erreur, ou rien si elle n'est pas expliquée et que nul ne regarde."""
    explanation = explain(error) or (_UNKNOWN if is_watched() else None)
    if explanation is None:
        return None
    is_cell, trace = shell.compile.format_code_name, traceback.walk_tb(error.__traceback__)
    cells = [(frame, line) for frame, line in trace if is_cell(frame.f_code.co_filename)]
    quote = near = ""
    if isinstance(error, SyntaxError):
        quote = _place(shell, error.filename or "<cellule>", error.lineno or 0, error)
    elif cells:
        frame, line = cells[-1]  # le plus profond de ce que la personne a écrit
        path = frame.f_code.co_filename
        # La cellule qui s'exécute n'est dans aucune fonction.
        here = (path, "<module>") in [(f.f_code.co_filename, f.f_code.co_name) for f, _ in cells]
        quote = _place(shell, path, line, here=here)
        names = {**frame.f_globals, **frame.f_locals}
        near = suggestion(error, names, linecache.getline(path, line))
    notes = [*filter(None, [near]), f"→ {explanation.remedy}"]
    return Card("erreur", explanation.fact, quote=quote, notes=notes, footer=_short(error))


def _place(shell: Any, path: str, line: int, error: Any = None, *, here: bool = True) -> str:
    """Renvoie « ligne 2 : », cette ligne, et le signe ^ sous ce qui ne se lit pas."""
    where = "" if path[:1] == "<" else f" de {Path(path).name}"
    blank = 0  # IPython exécute une cellule sans les lignes vides de son début
    if cell := shell.compile.format_code_name(path):
        rank = cell[1].removeprefix("In")  # « [3] »
        where = "" if here else f" de la cellule {rank}"
        written = "".join(shell.history_manager.input_hist_raw[int(rank[1:-1]) :][:1])
        blank = written[: len(written) - len(written.lstrip())].count("\n")
    source = linecache.getline(path, line) or getattr(error, "text", "") or ""
    text = source.strip()[:_LONGEST]
    if not text:
        return ""
    sign = "" if is_watched() else "`"  # la citation d'une carte se voit assez
    quote = f"ligne {line + blank}{where} : {sign}"
    if not (error and error.offset):
        return f"{quote}{text}{sign}"
    caret = len(quote) + max(0, error.offset - 1 - source.index(text))
    return f"{quote}{text}{sign}\n{' ' * caret}^"


def _short(error: BaseException) -> str:
    """Renvoie le nom et le message d'origine sur une ligne, sans les identifiants de requête."""
    name = type(error).__name__
    if name == "S3Error":
        return f"S3Error : {getattr(error, 'code', '')} ({getattr(error, 'message', '')})"
    if isinstance(error, KitError):
        return name
    text = (error.msg if isinstance(error, SyntaxError) else str(error)) or ""
    return f"{name} : {' '.join(text.split())[:_LONGEST]}".removesuffix(" : ")
