"""Ce que les widgets ont en commun : le texte hors de JupyterLab, les erreurs, la vue et son noyau.

Un widget de ce paquet n'interrompt jamais un notebook : une erreur devient une phrase.
"""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as w
import traitlets

from helpers.components import Table
from helpers.components.forms import brought_sheet, spaced
from helpers.errors import KIT, explain

_HERE = Path(__file__)
_STYLE = _HERE.with_suffix(".css").read_text(encoding="utf-8")


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
        sheets = f"{brought_sheet()}<style>{_STYLE}</style>"
        style = w.HTML(sheets, layout={"display": "none"})
        framed = w.VBox([style, self.build()]).add_class("kit-widget")
        texts = {"text/plain": _text(items), "text/html": _html(items)}
        return {**framed._repr_mimebundle_(), **texts}


def _text(items: Sequence[str | Table]) -> str:
    return "\n".join(map(str, items))


def _html(items: Sequence[str | Table]) -> str:
    return "\n".join(
        item._repr_html_() if isinstance(item, Table) else f"<p>{html.escape(spaced(item))}</p>"
        for item in items
        if item
    )


def sentence(error: BaseException) -> str:
    """Renvoie une erreur en français : le fait, puis le remède."""
    explanation = explain(error, code=False)
    if explanation is not None:
        return spaced(f"✗ {explanation.fact} {explanation.remedy}")
    return spaced(
        f"✗ L'opération n'a pas abouti ({type(error).__name__}). Recommencez ; "
        f"si l'erreur revient, « {KIT} doctor » examine l'installation."
    )


def script(name: str) -> str:
    """Renvoie le JavaScript d'un widget, ``parts.js`` en tête : anywidget n'en prend qu'un."""
    sources = (_HERE.with_name(f"{part}.js") for part in ("parts", name))
    return "\n".join(source.read_text(encoding="utf-8") for source in sources)


class Live(anywidget.AnyWidget):
    """Un widget dont la page, en JavaScript, montre les traits et demande des actions.

    Une demande est le nom d'une méthode ``do_…`` et ses arguments. Elle reçoit une réponse quand
    les traits ont changé ; ce qui a échoué est alors dans ``error``.
    """

    error = traitlets.Unicode().tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        with self.explained():
            getattr(self, f"do_{content['name']}")(*content["args"], *map(bytes, buffers))
        self.send({"done": content["id"]})

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Montre ce qui échoue dans le ``with`` ; sinon, efface l'erreur d'avant."""
        said = ""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - montrée en français
            said = sentence(error)
        self.error = said
