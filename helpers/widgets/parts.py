"""Ce que les widgets ont en commun : le texte hors de JupyterLab, les erreurs, le style.

Un widget de ce paquet n'interrompt jamais un notebook : une erreur devient une phrase.
"""

import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ipywidgets as w

from helpers.display import Table
from helpers.errors import KIT, explain

WRAP = {"flex_flow": "row wrap", "align_items": "flex-start"}  # une rangée qui passe à la ligne
WHOLE_LABEL = {"description_width": "initial"}
_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


class Displayed:
    """Un widget dans JupyterLab, du texte dans un terminal et dans un notebook enregistré."""

    def summary(self) -> Sequence[str | Table]:
        """Renvoie ce que le texte montre : des phrases et des tableaux, les mêmes à chaque fois."""
        raise NotImplementedError

    def build(self) -> Any:
        """Renvoie le widget, prêt à être affiché."""
        raise NotImplementedError

    def _items(self) -> Sequence[str | Table]:
        try:
            return self.summary()
        except Exception as error:  # noqa: BLE001 - montrée en français
            return [sentence(error)]

    def __repr__(self) -> str:
        return _text(self._items())

    def _repr_html_(self) -> str:
        return _html(self._items())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        items = self._items()
        # La feuille de style ne prend pas de place.
        style = w.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"})
        framed = w.VBox([style, self.build()]).add_class("kit-widget")
        texts = {"text/plain": _text(items), "text/html": _html(items)}
        return {**framed._repr_mimebundle_(), **texts}


def _text(items: Sequence[str | Table]) -> str:
    return "\n".join(map(str, items))


def _html(items: Sequence[str | Table]) -> str:
    shown = (item._repr_html_() if isinstance(item, Table) else paragraph(item) for item in items)
    return "\n".join(filter(None, shown))


def sentence(error: BaseException) -> str:
    """Renvoie une erreur en français : le fait, puis le remède."""
    explanation = explain(error, code=False)
    if explanation is not None:
        return f"✗ {explanation.fact} {explanation.remedy}"
    return (
        f"✗ L'opération n'a pas abouti ({type(error).__name__}). Recommencez ; "
        f"si l'erreur revient, « {KIT} doctor » examine l'installation."
    )


def paragraph(text: str, role: str = "") -> str:
    """Renvoie un paragraphe HTML, échappé ; rien si le texte est vide.

    Les rôles ARIA ``alert`` et ``status`` le font lire à voix haute dès qu'il paraît.
    """
    attribute = f' role="{role}"' if role else ""
    return f"<p{attribute}>{html.escape(text)}</p>" if text else ""


def button(label: str, icon: str, action: Callable[[], None], **options: Any) -> Any:
    """Renvoie un bouton aussi large que son texte, qui appelle ``action``.

    ``icon`` est un nom de Font Awesome, ou ``""`` ; ``options``, pour ``ipywidgets.Button``.
    """
    made = w.Button(description=label, icon=icon, **{"layout": {"width": "max-content"}} | options)
    made.on_click(lambda _: action())
    return made


class Pager:
    """Les boutons qui tournent les pages, et la phrase qui dit ce que montre celle-ci.

    ``show`` montre la page ``number``, puis appelle ``tell`` ; le bouton ``refresh`` prend le focus
    quand les deux autres ne servent plus.
    """

    def __init__(self, labels: tuple[str, str], refresh: Any, show: Callable[[], None]) -> None:
        self.number = 0
        self._refresh, self._show = refresh, show
        self._before = button(labels[0], "arrow-left", lambda: self._turn(-1))
        self._after = button(labels[1], "arrow-right", lambda: self._turn(1))
        self._span = w.HTML()
        self.parts = [self._before, self._after, self._span]

    def tell(self, span: str, *, before: bool, after: bool) -> None:
        """Écrit ce que montre la page, et dit s'il y en a une avant et une après."""
        self._span.value = paragraph(span, "status")
        self._before.disabled, self._after.disabled = not before, not after

    def _turn(self, pages: int) -> None:
        """Passe à une autre page, et garde le focus sur un bouton qui sert encore."""
        self.number += pages
        self._show()
        useful = [one for one in (self._before, self._after) if not one.disabled]
        if len(useful) < 2:
            (useful or [self._refresh])[0].focus()


@contextmanager
def explained(area: Any) -> Iterator[None]:
    """Montre dans ``area``, un widget HTML, ce qui échoue dans le ``with`` ; sinon l'efface."""
    area.value = ""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - montrée en français
        area.value = paragraph(sentence(error), "alert")
