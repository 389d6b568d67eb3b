"""Les boutons d'un exercice et du tableau de bord, et la phrase de ce qui échoue."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as w

from helpers.widgets.parts import sentence

WRAP = {"flex_flow": "row wrap", "align_items": "flex-start"}  # une rangée qui passe à la ligne


def button(label: str, icon: str, action: Callable[[], None], **options: Any) -> Any:
    """Renvoie un bouton aussi large que son texte, qui appelle ``action``.

    ``icon`` est un nom de Font Awesome, ou ``""`` ; ``options``, pour ``ipywidgets.Button``.
    """
    made = w.Button(description=label, icon=icon, **{"layout": {"width": "max-content"}} | options)
    made.on_click(lambda _: action())
    return made


@contextmanager
def explained(area: Any) -> Iterator[None]:
    """Montre dans ``area``, un widget HTML, ce qui échoue dans le ``with`` ; sinon l'efface."""
    area.value = ""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - montrée en français
        # Ce rôle la fait lire à voix haute dès qu'elle paraît.
        area.value = f'<p role="alert">{html.escape(sentence(error))}</p>'
