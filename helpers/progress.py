"""Des barres de progression : envois, réceptions et lots.

Pendant le travail, une barre : un widget dans JupyterLab, une ligne dans un terminal, rien dans un
fichier. Après, une phrase : c'est tout ce qui reste, dans un notebook enregistré comme à l'écran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, Self, TypeVar

from tqdm.auto import tqdm

from helpers.display import say
from helpers.french import size

T = TypeVar("T")

_OCTETS = "o"
# Faux dans un terminal, où tqdm.auto choisit la barre en texte.
_WIDGETS = any(kind.__module__ == "tqdm.notebook" for kind in tqdm.__mro__)


def upload_bar() -> TransferBar:
    """Renvoie une barre d'envoi, à donner à ``put_object`` ou à ``fput_object``.

    La barre avance quand le client lit ce qu'il envoie, une partie à la fois.

        with upload_bar() as bar:
            client.fput_object(..., progress=bar)
    """
    return TransferBar("envoyé")


def download_bar() -> TransferBar:
    """Renvoie une barre de réception, à donner à ``fget_object``."""
    return TransferBar("reçu")


def batch_bar(items: Iterable[T], title: str, *, total: int | None = None) -> Iterator[T]:
    """Parcourt des éléments en montrant combien sont traités.

        for path in batch_bar(paths, "Photos déposées"):
            client.fput_object(...)

    Args:
        items: ce qu'il faut parcourir.
        title: ce que l'on compte, au pluriel : il commence la phrase finale.
        total: le nombre d'éléments, si ``items`` ne le sait pas.
    """
    if total is None and isinstance(items, Sized):
        total = len(items)
    bar = _Bar(title, total)
    count = 0
    try:
        for item in items:
            yield item
            count += 1
            bar.update(1)
    finally:
        bar.close()
        say(f"{title} : {count}" + ("" if total is None else f" sur {total}"))


class TransferBar:
    """Ce que minio-py attend de ``progress=`` : ``set_meta`` au début, ``update`` à chaque lecture.

    Args:
        verb: ce qui arrive aux octets, un participe au masculin singulier.
    """

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._name, self._count = "", 0
        self._bar: _Bar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        self._finish(interrupted=kind is not None)

    def set_meta(self, object_name: str, total_length: int) -> None:
        """Commence un objet.

        Args:
            object_name: sa clé.
            total_length: sa taille en octets, ou -1 si elle est inconnue.
        """
        self._finish()
        self._name, self._count = object_name, 0
        self._bar = _Bar(object_name, total_length if total_length >= 0 else None, _OCTETS)

    def update(self, length: int) -> None:
        """Ajoute ``length`` octets."""
        assert self._bar is not None  # noqa: S101 - minio-py appelle set_meta d'abord
        self._count += length
        self._bar.update(length)

    def _finish(self, *, interrupted: bool = False) -> None:
        if self._bar is None:
            return
        self._bar.close()
        self._bar = None
        if interrupted:
            say(f"{self._name} : interrompu")
        else:
            plural = "s" if self._count >= 2 else ""
            say(f"{self._name} : {size(self._count)} {self._verb}{plural}")


class _Tqdm(tqdm):  # type: ignore[type-arg]  # générique pour ses types seulement
    """Une barre de tqdm dont les quantités sont écrites en français."""

    @property
    def format_dict(self) -> dict[str, Any]:
        text: Callable[[Any], str] = size if self.unit == _OCTETS else str
        return {**super().format_dict, "done": text(self.n), "whole": text(self.total)}


class _Bar:
    """Une barre qui ne laisse rien derrière elle."""

    def __init__(self, title: str, total: int | None, unit: str = "") -> None:
        known = "{percentage:3.0f} % |{bar}| {done} sur {whole}, reste {remaining}"
        hidden: dict[str, Any] = {"display": False} if _WIDGETS else {}
        self._tqdm = _Tqdm(
            total=total,
            desc=title,
            unit=unit,
            bar_format="{desc} : " + ("{done}" if total is None else known),
            leave=False,
            disable=None,  # dans un fichier, pas de barre
            **hidden,
        )
        # Celui de tqdm.notebook ; les types ne connaissent que la barre en texte.
        widget = getattr(self._tqdm, "container", None)
        self._output = _Output(widget) if widget is not None else None

    def update(self, amount: int) -> None:
        self._tqdm.update(amount)

    def close(self) -> None:
        self._tqdm.close()
        if self._output is not None:
            self._output.clear()


class _Output:
    """La sortie d'un widget dans un notebook, qui se vide.

    Sans cela, le notebook enregistré garderait un widget mort : « Error displaying widget ».
    """

    def __init__(self, widget: Any) -> None:
        from IPython.display import display

        view = widget._repr_mimebundle_() | {"text/plain": ""}
        self._handle = display(view, raw=True, display_id=True)

    def clear(self) -> None:
        self._handle.update({"text/plain": ""}, raw=True)
