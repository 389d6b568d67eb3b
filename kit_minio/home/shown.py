"""L'accueil dans un notebook : ``home()``, pour VS Code et tout Jupyter qui n'a pas son onglet."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from helpers.components.forms import IN_THE_LAB
from helpers.samples import sample
from kit_minio.home import copies, page
from kit_minio.home.documents import FOLDER

if TYPE_CHECKING:
    from kit_minio.checks.model import Series


@dataclass(frozen=True, repr=False)
class Home:
    """L'accueil : la page dans un notebook, des lignes ailleurs.

    Args:
        view: ce qu'il montre.
    """

    view: page.View

    def __repr__(self) -> str:
        lines = [str(self.view.server), ""]
        if self.view.following:
            lines[:0] = [f"{self.view.following.label} : {_link(self.view.following.path)}"]
        for tile in self.view.tiles:
            done = [tile.meter.label, tile.points] if tile.meter else []
            lines.append(f"{tile.lesson.number}  {tile.lesson.title}")
            lines.append(f"    {' · '.join([*tile.facts, *done])}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        data = base64.b64encode(sample("port.jpg").read_bytes()).decode()
        picture = f"data:image/jpeg;base64,{data}"
        place = page.Place(link=_link, document=_document, picture=picture)
        style = "" if IN_THE_LAB in os.environ else f"<style>{page.style()}</style>\n"
        return style + page.fragment(self.view, place)


def opened(series: Iterable[Series]) -> Home:
    """Renvoie l'accueil, les copies de travail prêtes.

    Args:
        series: les séries d'exercices du cours.

    Raises:
        SettingsError: le dossier de travail ne peut pas être écrit.
    """
    copies.prepare()
    return Home(page.look(series))


def _link(path: str) -> str:
    """Renvoie l'adresse d'une copie, vue du notebook qui la montre."""
    return _from_here(copies.work_folder() / path)


def _document(name: str) -> str:
    return _from_here(FOLDER / name)


def _from_here(place: Path) -> str:
    try:
        return quote(Path(os.path.relpath(place)).as_posix())
    except ValueError:  # sous Windows, un autre disque
        return place.as_uri()
