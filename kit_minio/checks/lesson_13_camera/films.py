"""Leçon 13, exercices 2 et 3 : les images où quelque chose bouge, et leur enregistrement."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from helpers.exercises.model import Context, Exercise, Review, Todo
from helpers.topics.camera import key_of

if TYPE_CHECKING:
    import random

    import numpy as np


# --- 2. Détecter --------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _FRAMES, _RATE = 96, 64, 30, 5
_BLINKING = (0, 0, 16, 16)  # gauche, haut, droite, bas


def _film(rng: random.Random) -> tuple[list[np.ndarray], list[int]]:
    """Renvoie des images en gris, et les rangs de celles qui diffèrent de la précédente.

    Le jour se lève (l'ensemble s'éclaircit peu à peu), un voyant clignote dans le coin.
    """
    import numpy as np

    moving: list[int] = []
    for low, high in ((3, 6), (16, 19)):
        start = rng.randint(low, high)
        moving += range(start, start + rng.randint(3, 7))
    texture = np.array([rng.randint(0, 10) for _ in range(_WIDTH * _HEIGHT)])
    x, y, images = 18, rng.randint(20, 45), []
    for rank in range(_FRAMES):
        x += 4 if rank in moving else 0
        # Une image sur deux est un peu plus sombre : des octets soustraits y déborderaient.
        image = texture.reshape(_HEIGHT, _WIDTH) + 40 + 2 * rank - 5 * (rank % 2)
        image[y : y + 14, x : x + 14] = 230
        image[3:13, 3:13] = 255 * (rank % 2)
        images.append(image.astype("uint8"))
    return images, moving


def _movie(images: list[np.ndarray]) -> bytes:
    """Renvoie une vidéo MP4 de ces images."""
    import av

    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as movie:
        stream = movie.add_stream("libx264", rate=_RATE)
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        stream.options = {"crf": "12", "preset": "ultrafast", "threads": "1"}
        for image in images:
            movie.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="gray")))
        movie.mux(stream.encode())
    return data.getvalue()


def _prepare_motion(context: Context) -> None:
    images, _ = _film(context.random())
    context.make_bucket("nuit")
    context.put("nuit", "nuit.mp4", _movie(images), content_type="video/mp4")


def _verify_motion(context: Context) -> None:
    _, expected = _film(context.random())
    answer = context.answer
    whole = isinstance(answer, list) and all(type(rank) is int for rank in answer)
    if not whole:
        raise Review("La réponse doit être une liste de nombres entiers.", found=answer)
    if sorted(answer) == expected:
        return
    if len(set(answer)) >= _FRAMES - 2:
        raise Review(
            "Presque toutes les images sont là : le voyant, lui, clignote sans cesse.",
            found=f"{len(answer)} images",
        )
    if sorted(rank + 1 for rank in answer) == expected:
        raise Review(
            "Les numéros sont décalés d'une image : la première a le numéro 0, et le mouvement "
            "se voit sur la seconde image de chaque couple.",
            found=answer,
            points=2,
        )
    if set(answer) >= set(range(1, _FRAMES, 2)):
        raise Review(
            "Une image sur deux y est : elle est un peu plus sombre que la précédente, et des "
            "octets débordent quand on les soustrait.",
            found=answer,
            points=1,
        )
    if set(answer) > set(expected):
        raise Review(
            "Des images immobiles sont données : le jour qui se lève n'est pas un mouvement.",
            found=answer,
            points=1,
        )
    raise Review("Ce ne sont pas les images où quelque chose bouge.", found=answer)


# --- 3. Enregistrer -----------------------------------------------------------------------------


def _watch(context: Context) -> tuple[datetime, list[np.ndarray], dict[str, int]]:
    """Renvoie l'heure de départ, les images, et le rang de l'image que chaque clé doit porter."""
    rng = context.random()
    start = datetime(
        2025, rng.randint(1, 12), rng.randint(2, 27), rng.randint(2, 20), rng.randint(0, 59),
        tzinfo=timezone(timedelta(hours=rng.randint(1, 2))),
    )  # fmt: skip
    images, moving = _film(rng)
    keys = {key_of(start + timedelta(seconds=rank / _RATE)): rank for rank in moving}
    return start, images, keys


def _prepare_shots(context: Context) -> None:
    start, images, _ = _watch(context)
    context.make_bucket("jardin")
    context.put("jardin", "jardin.mp4", _movie(images), content_type="video/mp4")
    context.put("jardin", "depart.txt", start.isoformat().encode(), content_type="text/plain")


def _verify_shots(context: Context) -> None:
    start, images, expected = _watch(context)
    found = [key for key in context.keys("jardin") if key not in ("jardin.mp4", "depart.txt")]
    if not found:
        raise Todo
    if found != sorted(expected):
        raise _wrong_keys(found, start, expected)
    for key, rank in expected.items():
        _verify_shot(context, key, images[rank])


def _wrong_keys(found: list[str], start: datetime, expected: dict[str, int]) -> Review:
    local = {
        key_of((start + timedelta(seconds=rank / _RATE)).replace(tzinfo=UTC))
        for rank in expected.values()
    }
    if set(found) == local:
        return Review(
            "Ces clés donnent l'heure de la montre, pas le temps universel.",
            found=found[0],
            expected=min(expected),
            points=1,
        )
    if set(found) > set(expected):
        return Review(
            "Il y a des images de trop : quelque chose bouge sans cesse, ou le seuil est trop bas.",
            found=f"{len(found)} objets",
            expected=f"{len(expected)} objets",
            points=0.5,
        )
    if set(found) < set(expected):
        return Review(
            "Il manque des images : toutes celles où quelque chose bouge sont demandées.",
            found=f"{len(found)} objets",
            expected=f"{len(expected)} objets",
            points=1,
        )
    return Review(
        "Les clés ne sont pas celles des images où quelque chose bouge.",
        found=found[0],
        expected=min(expected),
    )


def _verify_shot(context: Context, key: str, image: np.ndarray) -> None:
    import numpy as np
    from PIL import Image

    stat = context.client.stat_object(bucket_name=context.bucket("jardin"), object_name=key)
    if (stat.size or 0) > 1024 * 1024:
        raise Review("Un objet est bien trop lourd pour une image.", found=key)
    try:
        picture = Image.open(io.BytesIO(context.read("jardin", key)), formats=("JPEG",))
        same = picture.size == (_WIDTH, _HEIGHT)
        # La taille est connue avant de décoder : une image démesurée ne l'est jamais.
        gap = abs(np.asarray(picture.convert("L"), "int16") - image).mean() if same else 255
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Review("Un objet n'est pas une image JPEG entière.", found=key) from None
    if gap > 12:
        raise Review("Un objet ne porte pas l'image de son instant.", found=key, points=1)
    if stat.content_type != "image/jpeg":
        raise Review(
            "Le type de contenu d'une image n'est pas le bon.",
            found=stat.content_type,
            expected="image/jpeg",
            points=2,
        )
    if (stat.metadata or {}).get("x-amz-meta-camera") != "jardin":
        raise Review(
            "Une image n'a pas la métadonnée « camera » demandée.",
            found=key,
            expected="jardin",
            points=2,
        )


EXERCISES = (
    Exercise(
        "motion",
        "Ce qui bouge dans la nuit",
        points=3,
        hints=(
            "Comparez chaque image à la précédente, et non à la première : le jour se lève.",
            'to_ndarray(format="gray") donne des octets ; passez l\'une des images en int16 '
            "avant de soustraire.",
            "Mettez à zéro (ou à faux) la zone du voyant, puis comptez la part des pixels "
            "changés de plus de 25 : plus de 1 %, l'image bouge.",
        ),
        verify=_verify_motion,
        prepare=_prepare_motion,
        answers=True,
    ),
    Exercise(
        "shots",
        "Enregistrer le jardin",
        points=3,
        hints=(
            "record() fait presque tout ; ses réglages sont un objet Settings.",
            "Settings(bucket=…, camera=…, threshold=…, ignore=…, every=0) : avec every=0, "
            "aucune image n'est sautée.",
            "Le départ est datetime.fromisoformat(…) du texte de depart.txt.",
        ),
        verify=_verify_shots,
        prepare=_prepare_shots,
    ),
)
