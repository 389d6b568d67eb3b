"""Dans un notebook, une erreur expliquée est une carte : fait, ligne, remède ; trace repliée.

Là où personne ne regarde (correction, papermill, nbval), la même chose est dite en texte.
"""

import linecache
import re
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
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


def _shortened(shell: Any, usual: Any, kind: Any, error: Any, *more: Any, **options: Any) -> Any:
    global _last_error, _last_run
    with suppress(Exception):  # une classe d'erreur peut tout redéfinir
        if told := _told(shell, error):
            run, before = (id(error), shell.execution_count), _last_run
            _last_error, _last_run = error, run
            if not is_watched():
                return [told.text()]
            if run != before:  # IPython demande la même trace deux fois : montrée, puis gardée
                trace = _COLORS.sub("", "\n".join(usual(kind, error, *more, **options)))
                sys.modules["IPython"].display.display(told.card(trace.lstrip("-\n")))
            return [f"Cette cellule s'est arrêtée : {type(error).__name__}."]
    return usual(kind, error, *more, **options)


@dataclass(frozen=True)
class _Told:
    """Une erreur expliquée.

    Attributes:
        fact: ce qui s'est passé.
        place: « ligne 2 », et de quelle cellule ou de quel fichier si c'est d'un autre.
        source: le texte de cette ligne, ou vide.
        caret: le rang du signe ^ sous elle, ou -1.
        advice: le nom que l'on voulait écrire, puis le remède.
        name: le nom et le texte d'origine.
    """

    fact: str
    place: str
    source: str
    caret: int
    advice: list[str]
    name: str

    def _quote(self, sign: str = "") -> list[str]:
        """Cite la ligne, et pose le signe ^ sous ce qui ne se lit pas."""
        if not self.source:
            return []
        start = f"{self.place} : {sign}"
        below = [" " * (len(start) + self.caret) + "^"] if self.caret >= 0 else []
        return [f"{start}{self.source}{sign}", *below]

    def text(self) -> str:
        """Ce qui remplace la trace, là où personne ne déplierait une carte."""
        end = ["", self.name, "Trace complète : full_traceback()"]
        return "\n".join([self.fact, *self._quote("`"), *self.advice, *end])

    def card(self, trace: str) -> Card:
        """La carte, qui replie la trace."""
        return Card(
            "erreur",
            self.fact,
            quote="\n".join(self._quote()),
            notes=self.advice,
            footer=self.name,
            details=("Trace complète, en anglais", trace),
        )


def _told(shell: Any, error: BaseException) -> _Told | None:
    """Renvoie de quoi remplacer la trace, ou rien si l'erreur n'est pas expliquée."""
    explanation = explain(error) or (_UNKNOWN if is_watched() else None)
    if explanation is None:
        return None
    is_cell, trace = shell.compile.format_code_name, traceback.walk_tb(error.__traceback__)
    cells = [(frame, line) for frame, line in trace if is_cell(frame.f_code.co_filename)]
    where: tuple[str, str, int] = ("", "", -1)
    near = ""
    if isinstance(error, SyntaxError):
        where = _place(shell, error.filename or "<cellule>", error.lineno or 0, error)
    elif cells:
        frame, line = cells[-1]  # le plus profond de ce que la personne a écrit
        path = frame.f_code.co_filename
        # La cellule qui s'exécute n'est dans aucune fonction.
        here = (path, "<module>") in [(f.f_code.co_filename, f.f_code.co_name) for f, _ in cells]
        where = _place(shell, path, line, here=here)
        near = suggestion(error, frame, linecache.getline(path, line))
    advice = [*([near] if near else []), f"→ {explanation.remedy}"]
    return _Told(explanation.fact, *where, advice, _short(error))


def _place(
    shell: Any, path: str, line: int, error: Any = None, *, here: bool = True
) -> tuple[str, str, int]:
    """Renvoie « ligne 2 », le texte de cette ligne, et où y mettre le signe ^ (-1 : nulle part)."""
    where = "" if path[:1] == "<" else f" de {Path(path).name}"
    blank = 0  # IPython exécute une cellule sans les lignes vides de son début
    if cell := shell.compile.format_code_name(path):
        rank = cell[1].removeprefix("In")  # « [3] »
        where = "" if here else f" de la cellule {rank}"
        written = "".join(shell.history_manager.input_hist_raw[int(rank[1:-1]) :][:1])
        blank = written[: len(written) - len(written.lstrip())].count("\n")
    source = linecache.getline(path, line) or getattr(error, "text", "") or ""
    text = source.strip()[:_LONGEST]
    offset = -1
    if text and error and error.offset:
        offset = max(0, error.offset - 1 - source.index(text))
    return f"ligne {line + blank}{where}", text, offset


def _short(error: BaseException) -> str:
    """Renvoie le nom et le message d'origine sur une ligne, sans les identifiants de requête."""
    name = type(error).__name__
    if name == "S3Error":
        return f"S3Error : {getattr(error, 'code', '')} ({getattr(error, 'message', '')})"
    if isinstance(error, KitError):
        return name
    text = (error.msg if isinstance(error, SyntaxError) else str(error)) or ""
    return f"{name} : {' '.join(text.split())[:_LONGEST]}".removesuffix(" : ")
