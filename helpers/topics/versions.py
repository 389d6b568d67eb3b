"""Les versions d'un objet, en tableau : laquelle est courante, laquelle est ancienne."""

from collections.abc import Iterable
from typing import Any

from helpers.components import Table
from helpers.french import size


def show_versions(objects: Iterable[Any]) -> Table:
    """Montre les versions de chaque clé, de la plus récente à la plus ancienne, sans identifiants.

    La version 1 est la plus ancienne ; ``null`` désigne celle d'un bucket qui n'en gardait pas.

    Args:
        objects: ce que renvoie ``client.list_objects(..., include_version=True)``.
    """
    by_key: dict[str, list[Any]] = {}
    for item in objects:
        by_key.setdefault(item.object_name, []).append(item)
    rows = []
    for key, found in sorted(by_key.items()):
        # minio-py donne les marqueurs à la fin ; à la même seconde, l'ordre reçu est le bon.
        found.sort(key=lambda item: item.last_modified, reverse=True)
        found.sort(key=lambda item: str(item.is_latest).lower() != "true")
        for rank, item in enumerate(found):
            octets = "–" if item.is_delete_marker else size(item.size)
            rows.append([key, str(len(found) - rank), octets, _version_state(item)])
    right = frozenset({"Version", "Taille"})
    return Table(["Clé", "Version", "Taille", "État"], rows, "Aucune version.", right)


def _version_state(item: Any) -> str:
    # minio-py laisse « true » et « false » en texte.
    current = str(item.is_latest).lower() == "true"
    if item.is_delete_marker:
        state = "marqueur de suppression" + (", courant" if current else "")
    else:
        state = "courante" if current else "ancienne"
    return f"{state} (null)" if item.version_id == "null" else state
