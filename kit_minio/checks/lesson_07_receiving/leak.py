"""Reprendre un accès : des URL ont fui, les objets qu'elles donnent changent de clé."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from minio import Minio

from helpers.display import user_metadata
from kit_minio.checks.expectations import (
    bucket_lost,
    destroyed,
    expect_intact,
    expect_object,
    stat_of,
)
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_text
from kit_minio.checks.steps import keeping
from kit_minio.checks.store_requests import store_of

_ALBUM, _SAFE = "visites/", "repris/"
_PLACES = ("Cap Fréhel", "Île de Sein", "Pointe du Raz", "Port-Louis", "Saint-Guénolé", "Ouessant")
_TYPE, _RARE = "image/jpeg", "image/pjpeg"  # ce que dit l'extension, et ce qu'elle ne dit pas


class Photo(NamedTuple):
    """Une photo de départ.

    Attributes:
        key: sa clé.
        data: ses octets.
        author: la métadonnée ``auteur``.
        type: son type de contenu.
        state: ce qu'est son URL dans le journal ; rien si elle n'y est pas.
    """

    key: str
    data: bytes
    author: str
    type: str
    state: str

    @property
    def leaked(self) -> bool:
        """Vrai si une URL du journal permet encore de la lire."""
        return self.state == "valable"


def photos_of(context: Context) -> list[Photo]:
    """Renvoie les six photos, dans l'ordre du journal ; deux d'entre elles sont encore à lire."""
    rng = context.random()
    states = ["valable", "valable", "expirée", "expirée", "clé retirée", ""]
    places = rng.sample(_PLACES, 6)
    # Une clé à accents et une clé à espaces sont encodées dans l'URL.
    ascii_last = sorted(places, key=lambda place: place.isascii() and " " not in place)
    triples = list(zip(ascii_last, (_RARE, *[_TYPE] * 5), states, strict=True))
    rng.shuffle(triples)
    return [
        Photo(
            f"{_ALBUM}{place.lower()}.jpg",
            bytes.fromhex("ffd8ffe0") + rng.randbytes(rng.randint(400, 900)),
            rng.choice(("alice", "bruno", "chloe")),
            kind,
            state,
        )
        for place, kind, state in triples
    ]


def _prepare(context: Context) -> None:
    context.make_bucket("album")
    context.make_bucket("journaux")
    rng, lines = random.Random(context.seed), []  # noqa: S311 - des heures d'exercice
    for photo in photos_of(context):
        context.put(
            "album",
            photo.key,
            photo.data,
            content_type=photo.type,
            metadata={"auteur": photo.author},
        )
        if photo.state:
            time = f"{rng.randint(8, 18):02}:{rng.randint(0, 59):02}"
            lines.append(f"{time} GET {_leaked_url(context, photo)}")
    put_text(context, "journaux", "acces.txt", "\n".join(lines) + "\n")


def _leaked_url(context: Context, photo: Photo) -> str:
    client, store = context.client, store_of(context)
    if photo.state == "clé retirée":
        client = Minio(
            endpoint=store.netloc,
            access_key="ancien-stagiaire",
            secret_key="cle-retiree",  # noqa: S106 - le serveur ne la connaît pas
            secure=store.scheme == "https",
            region="us-east-1",
        )
    ago = timedelta(hours=5 if photo.state == "expirée" else 0)
    return client.presigned_get_object(
        bucket_name=context.bucket("album"),
        object_name=photo.key,
        expires=timedelta(hours=1) if ago else timedelta(days=7),
        request_date=datetime.now(UTC) - ago,
    )


def _verify(context: Context) -> None:
    photos = photos_of(context)
    present = set(context.keys("album"))
    if not present and not context.client.bucket_exists(bucket_name=context.bucket("album")):
        raise bucket_lost(context, "album")
    moved = {key for key in present if not key.startswith(_ALBUM)}
    leaked = [photo for photo in photos if photo.leaked]
    still = [photo for photo in leaked if photo.key in present]
    if len(still) == len(leaked) and present == {photo.key for photo in photos}:
        raise Todo("Deux URL du journal permettent encore de lire un objet de « album ».")
    expect_intact(context, "album", {p.key: p.data for p in photos if not p.leaked})
    copies = {photo.key: _copies_of(context, photo, moved) for photo in leaked}
    for photo in leaked:
        if photo not in still and not copies[photo.key]:
            raise destroyed(context, f"La photo « {photo.key} » n'est plus dans « album ».")
    done = sum(photo not in still for photo in leaked)
    for photo in leaked:
        _expect_a_copy(context, photo, copies[photo.key], points=0.5 * done)
    if still:
        why = " : sa copie ne l'en empêche pas" if copies[still[0].key] else ""
        raise Review(
            f"Une URL du journal permet encore de lire « {still[0].key} »{why}.",
            found=f"« {still[0].key} » existe encore",
            points=0.5 * done,
        )
    extra = sorted(moved.difference(*copies.values()))
    if extra:
        raise Review(
            f"« {extra[0]} » est de trop : son URL ne permettait plus de lire.",
            found=extra[0],
            points=1,
        )


def _copies_of(context: Context, photo: Photo, keys: set[str]) -> list[str]:
    """Renvoie les clés, hors de l'album, qui ont les octets de cette photo."""
    found = []
    for key in sorted(keys):
        stat = stat_of(context, "album", key)
        if stat and stat.size == len(photo.data) and context.read("album", key) == photo.data:
            found.append(key)
    return found


def _expect_a_copy(context: Context, photo: Photo, keys: list[str], points: float) -> None:
    """S'assure qu'une copie est fidèle ; celles d'un essai précédent ne gênent pas."""
    faults = []
    for key in keys:
        try:
            return _expect_copy(context, photo, key, points)
        except Review as fault:
            faults.append(fault)
    if faults:
        raise faults[0]


def _expect_copy(context: Context, photo: Photo, key: str, points: float) -> None:
    if not key.startswith(_SAFE):
        raise Review(
            f"La nouvelle clé de « {photo.key} » ne commence pas par « {_SAFE} ».",
            found=key,
            expected=f"{_SAFE}…",
            points=points,
        )
    found = user_metadata(stat_of(context, "album", key))
    if found != {"auteur": photo.author}:
        raise Review(
            f"La photo « {photo.key} » a changé de clé, mais pas avec ses métadonnées.",
            found=", ".join(f"{name} : {value}" for name, value in found.items()) or "aucune",
            expected=f"auteur : {photo.author}",
            points=points,
        )
    with keeping(points):
        expect_object(context, "album", key, content_type=photo.type)


EXERCISES = (
    Exercise(
        "leak",
        "Un journal trop bavard",
        points=2,
        hints=(
            "Envoyez chaque requête du journal : le statut dit si l'URL sert encore.",
            "La clé d'un objet est la fin du chemin de l'URL, encodée : urlsplit(url).path, puis "
            "unquote().",
            "copy_object() vers une clé repris/…, puis remove_object() de l'ancienne : le type et "
            "les métadonnées suivent la copie.",
        ),
        verify=_verify,
        prepare=_prepare,
        traps={
            "une clé à décoder parmi les deux": lambda context: any(
                photo.leaked and (" " in photo.key or not photo.key.isascii())
                for photo in photos_of(context)
            ),
            "un type que l'extension ne dit pas": lambda context: any(
                photo.leaked and photo.type == _RARE for photo in photos_of(context)
            ),
            "un objet que rien ne désigne": lambda context: any(
                not photo.state for photo in photos_of(context)
            ),
        },
    ),
)
