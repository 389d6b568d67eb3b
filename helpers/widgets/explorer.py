"""L'explorateur : les buckets, leurs dossiers, leurs objets page par page, un aperçu de chacun.

Rien n'est lu d'avance : une page demande au plus une liste de mille clés, et un aperçu le début de
l'objet. Dans un bucket de dix mille objets, la première page vient donc aussi vite qu'ailleurs.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import ipywidgets as w
from minio import Minio

from helpers.display import Table
from helpers.french import size
from helpers.widgets.details import Details
from helpers.widgets.parts import WHOLE_LABEL, WRAP, Displayed, Pager, button, explained

PAGE = 20  # lignes affichées à la fois
_LOT = 1000  # clés par requête : S3 n'en donne jamais plus
_DOUBLE_CLICK = 0.4  # secondes


@dataclass(repr=False)
class Explorer(Displayed):
    """Ce qu'il y a sur le serveur, à parcourir : ``explore(client)``.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket ouvert au départ ; sans lui, la liste des buckets.
    """

    client: Minio
    bucket: str | None = None

    def summary(self) -> list[str | Table]:
        """Renvoie la première page de la liste, triée, sans date."""
        listing = Listing(entries(self.client, self.bucket, ""))
        place = f"Bucket « {self.bucket} »" if self.bucket else "Buckets de ce serveur"
        rows = [[entry.name, entry.kind] for entry in listing.page(0)]
        return [f"{place} : {listing.span(0)}.", Table(["Nom", "Taille"], rows, "Rien ici.")]

    def build(self) -> Any:
        """Renvoie le widget, ouvert sur le bucket du départ."""
        return _View(self.client, self.bucket).box


explore = Explorer


@dataclass(frozen=True)
class Entry:
    """Une ligne de la liste : un bucket, un dossier ou un objet."""

    name: str  # ce qui s'affiche, sans le chemin
    key: str  # le nom du bucket, le préfixe entier ou la clé entière
    size: int | None = None  # d'un objet, en octets

    @property
    def kind(self) -> str:
        """La taille d'un objet, ou ce qu'est cette ligne."""
        if self.size is not None:
            return size(self.size)
        return "dossier" if self.key.endswith("/") else "bucket"


def entries(client: Minio, bucket: str | None, prefix: str, start: str = "") -> Iterator[Entry]:
    """Donne un à un les buckets du serveur ou, d'un bucket, ce qui est juste sous un préfixe.

    ``start`` est le début des noms à garder.
    """
    if bucket is None:
        for found in client.list_buckets():
            if found.name.startswith(start):
                yield Entry(found.name, found.name)
        return
    for item in client.list_objects(bucket_name=bucket, prefix=prefix + start):
        key = item.object_name or ""
        # Un objet peut s'appeler « dossier/ » ; seul un préfixe n'a pas de date.
        folder = item.last_modified is None
        yield Entry(key.removeprefix(prefix) or key, key, None if folder else item.size or 0)


class Listing:
    """Une liste que l'on demande page par page ; ce qui a été lu de ``source`` est gardé."""

    def __init__(self, source: Iterator[Entry]) -> None:
        self._source = source
        self._read: list[Entry] = []
        self._complete = False

    def page(self, number: int) -> list[Entry]:
        """Renvoie une page, la première étant 0 ; les dossiers y viennent avant les objets."""
        end = (number + 1) * PAGE
        # Une ligne de plus que la page : elle dit s'il y en a une autre.
        while len(self._read) <= end and not self._complete:
            lot = list(islice(self._source, _LOT))
            self._complete = len(lot) < _LOT
            self._read += sorted(lot, key=lambda entry: (entry.size is not None, entry.key))
        return self._read[end - PAGE : end]

    def span(self, number: int) -> str:
        """Renvoie, en français, ce que cette page montre de la liste."""
        count, first = len(self.page(number)), number * PAGE
        if not count:
            return "aucun élément"
        more = "" if self._complete else " ou plus"
        return f"éléments {first + 1} à {first + count} sur {len(self._read)}{more}"


class _View:
    """Le widget : le chemin, la liste à gauche, l'objet choisi à droite.

    La liste est faite de boutons : dans une liste déroulante, JupyterLab prend les flèches et les
    lettres pour ses propres raccourcis.
    """

    def __init__(self, client: Minio, bucket: str | None) -> None:
        self._client = client
        self._bucket, self._prefix = bucket, ""
        self._listing = Listing(iter(()))
        self._shown: list[Entry] = []
        self._rank, self._moved = 0, 0.0
        self._path, self._rows, self._error = w.HBox(layout=WRAP), w.VBox(), w.HTML()
        self._start = w.Text(
            placeholder="Début du nom, puis Entrée",
            description="Chercher",
            continuous_update=False,
            layout={"width": "280px"},
            style=WHOLE_LABEL,
        )
        self._refresh = button("Actualiser", "refresh", self._list)
        self._pager = Pager(("Précédente", "Suivante"), self._refresh, self._show)
        wide = {"width": "100%", "min_height": "28px", "margin": "1px 0"}
        self._lines = [
            button("", "", partial(self._open, rank), layout=wide).add_class("kit-row")
            for rank in range(PAGE)
        ]
        self._details = Details(client, self._error, self._close)
        tools = w.HBox([self._start, self._refresh], layout=WRAP)
        pages = w.HBox(self._pager.parts, layout=WRAP)
        listed = w.VBox([pages, self._rows], layout={"flex": "1 1 400px", "max_width": "480px"})
        panes = w.HBox([listed, self._details.box], layout=WRAP)
        self.box = w.VBox([self._path, tools, self._error, panes])
        self._start.observe(lambda _: self._list(), "value")
        self._go(bucket, "")

    def _go(self, bucket: str | None, prefix: str) -> None:
        """Ouvre un bucket ou un dossier, à sa première page."""
        self._bucket, self._prefix = bucket, prefix
        steps: list[tuple[str, str | None, str]] = [("Buckets", None, "")]
        steps += [(bucket, bucket, "")] if bucket else []
        for found in re.finditer(r"[^/]*/", prefix):
            steps.append((_on_one_line(found[0]), bucket, prefix[: found.end()]))
        self._path.children = [
            button(name, "", partial(self._visit, where, inside)) for name, where, inside in steps
        ]
        if self._start.value:
            self._start.value = ""  # ce qui relit la liste
        else:
            self._list()

    def _visit(self, bucket: str | None, prefix: str) -> None:
        """Ouvre un endroit et y place le focus : le bouton qui a servi n'est plus là."""
        self._go(bucket, prefix)
        (self._lines[0] if self._shown else self._refresh).focus()

    def _list(self) -> None:
        """Relit la liste de l'endroit ouvert."""
        found = entries(self._client, self._bucket, self._prefix, self._start.value)
        self._listing, self._pager.number = Listing(found), 0
        self._show()

    def _show(self) -> None:
        """Montre la page courante."""
        self._details.hide()
        self._shown, span, after, number = [], "", False, self._pager.number
        with explained(self._error):
            self._shown = self._listing.page(number)
            after = bool(self._listing.page(number + 1))
            span = self._listing.span(number).capitalize()
        # Après une erreur, la suite de la liste est perdue : « Actualiser » la relit.
        self._pager.tell(span, before=bool(self._shown and number), after=after)
        for line, entry in zip(self._lines, self._shown, strict=False):
            with line.hold_sync():
                line.description = f"{entry.kind:>10}  {_on_one_line(entry.name)}"
                line.tooltip = f"{entry.key} ({entry.kind})"
                line.icon = "file-o" if entry.size is not None else "folder"
        self._rows.children = self._lines[: len(self._shown)]

    def _open(self, rank: int) -> None:
        """Ouvre la ligne choisie : un bucket, un dossier, ou les détails d'un objet."""
        # Le second clic d'un double-clic tombe déjà sur la liste suivante.
        again = rank == self._rank and time.monotonic() - self._moved < _DOUBLE_CLICK
        if again or rank >= len(self._shown):
            return
        self._rank, entry = rank, self._shown[rank]
        if self._bucket is None:
            self._visit(entry.key, "")
        elif entry.size is None:
            self._visit(self._bucket, entry.key)
        else:
            self._details.show(self._bucket, entry.key)
            return
        self._moved = time.monotonic()

    def _close(self) -> None:
        """Ferme le volet de l'objet et rend le focus à la ligne qui l'a ouvert."""
        self._details.hide()
        self._lines[self._rank].focus()


def _on_one_line(name: str) -> str:
    """Renvoie un nom sans les caractères qui le couperaient ou le retourneraient."""
    return "".join(letter if letter.isprintable() else "·" for letter in name)
