"""L'explorateur : les buckets, leurs préfixes, leurs objets, et le détail de chacun.

Rien n'est lu d'avance : une suite de lignes demande au plus une liste de mille clés, et un aperçu
le début de l'objet. Dans un bucket de dix mille objets, elle vient donc aussi vite qu'ailleurs.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import traitlets
from minio import Minio

from helpers.components import Table
from helpers.french import count_of, size
from helpers.widgets.details import opened, signed
from helpers.widgets.parts import Displayed, Live, script

PAGE = 50  # lignes qui s'ajoutent à chaque « suite »
_TEXT = 20  # lignes du texte
_LOT = 1000  # clés par requête : S3 n'en donne jamais plus


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
        """Renvoie le début de la liste, trié, sans date."""
        listing = Listing(entries(self.client, self.bucket, ""))
        place = f"Bucket « {self.bucket} »" if self.bucket else "Buckets de ce serveur"
        rows = [[entry.name, entry.kind] for entry in listing.first(_TEXT)]
        return [f"{place} : {listing.span(_TEXT)}.", Table(["Nom", "Taille"], rows, "Rien ici.")]

    def build(self) -> Any:
        """Renvoie le widget, ouvert sur le bucket du départ."""
        return _View(self.client, self.bucket)


explore = Explorer


@dataclass(frozen=True)
class Entry:
    """Une ligne de la liste : un bucket, un préfixe ou un objet."""

    name: str  # ce qui s'affiche, sans le chemin
    key: str  # le nom du bucket, le préfixe entier ou la clé entière
    sort: str  # « bucket », « préfixe » ou « objet »
    kind: str  # la taille d'un objet ; sinon, ce qu'est cette ligne


def entries(client: Minio, bucket: str | None, prefix: str, start: str = "") -> Iterator[Entry]:
    """Donne un à un les buckets du serveur ou, d'un bucket, ce qui est juste sous un préfixe.

    ``start`` est le début des noms à garder.
    """
    if bucket is None:
        for found in client.list_buckets():
            if found.name.startswith(start):
                yield Entry(found.name, found.name, "bucket", "bucket")
        return
    for item in client.list_objects(bucket_name=bucket, prefix=prefix + start):
        key = item.object_name or ""
        name = key.removeprefix(prefix) or key
        # Un objet peut s'appeler « photos/ » ; seul un préfixe n'a pas de date.
        if item.last_modified is None:
            yield Entry(name, key, "préfixe", "préfixe")
        else:
            yield Entry(name, key, "objet", size(item.size or 0))


class Listing:
    """Une liste que l'on demande peu à peu ; ce qui a été lu de ``source`` est gardé."""

    def __init__(self, source: Iterator[Entry]) -> None:
        self._source = source
        self._read: list[Entry] = []
        self._complete = False

    def first(self, count: int) -> list[Entry]:
        """Renvoie les ``count`` premières lignes ; les préfixes y viennent avant les objets."""
        # Une ligne de plus : elle dit s'il y en a d'autres.
        while len(self._read) <= count and not self._complete:
            lot = list(islice(self._source, _LOT))
            self._complete = len(lot) < _LOT
            self._read += sorted(lot, key=lambda entry: (entry.sort == "objet", entry.key))
        return self._read[:count]

    def span(self, count: int) -> str:
        """Renvoie, en français, ce que ces lignes sont de la liste."""
        if self.goes_on(count):
            more = "" if self._complete else " ou plus"
            return f"{count} premiers éléments sur {len(self._read)}{more}"
        return count_of(len(self._read), "élément", "éléments") if self._read else "aucun élément"

    def goes_on(self, count: int) -> bool:
        """Dit s'il y a d'autres lignes après celles-là."""
        self.first(count)
        return len(self._read) > count


class _View(Live):
    """Le widget : ``listing`` est la liste de l'endroit ouvert, ``details`` l'objet ouvert."""

    _esm = script("explorer")
    listing = traitlets.Dict().tag(sync=True)
    details = traitlets.Dict().tag(sync=True)
    link = traitlets.Dict().tag(sync=True)

    def __init__(self, client: Minio, bucket: str | None) -> None:
        super().__init__()
        self._client = client
        with self.explained():
            self.do_visit(bucket, "")

    def do_visit(self, bucket: str | None, prefix: str) -> None:
        self._bucket, self._prefix = bucket, prefix
        self.do_close()
        self.do_search("")

    def do_search(self, start: str) -> None:
        self._start, self._count = start, PAGE
        self._found = Listing(entries(self._client, self._bucket, self._prefix, start))
        self._show()

    def do_more(self) -> None:
        self._count += PAGE
        self._show()

    def do_open(self, key: str) -> None:
        self.do_close()
        self.details = opened(self._client, self._bucket or "", key)

    def do_close(self) -> None:
        self.details, self.link = {}, {}

    def do_sign(self) -> None:
        self.link = signed(self._client, self._bucket or "", self.details["key"])

    def _show(self) -> None:
        steps = [("Buckets", None, ""), (self._bucket, self._bucket, "")]
        for part in re.finditer(r"[^/]*/", self._prefix):
            steps.append((part[0], self._bucket, self._prefix[: part.end()]))
        here: dict[str, Any] = {
            "bucket": self._bucket,
            "prefix": self._prefix,
            "start": self._start,
        }
        here["steps"] = steps if self._bucket else steps[:1]
        read: dict[str, Any] = {"rows": [], "span": "", "more": False}
        try:
            read["rows"] = [asdict(entry) for entry in self._found.first(self._count)]
            read["span"] = f"{self._found.span(self._count).capitalize()}."
            read["more"] = self._found.goes_on(self._count)
            if self._start and not read["rows"]:
                read["span"] = f"Aucun nom ne commence par « {self._start} »."
        finally:  # la liste d'avant n'est plus celle d'ici, même si celle-ci ne se lit pas
            self.listing = here | read
