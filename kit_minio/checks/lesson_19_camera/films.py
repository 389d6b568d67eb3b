"""Leçon 19, exercices 4 et 5 : les images où quelque chose bouge, et leur enregistrement."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from helpers.display import user_metadata
from helpers.french import count_of
from helpers.topics.camera import key_of
from kit_minio.checks.answers import Known, about, expect_answer, expect_same_text
from kit_minio.checks.comparison import same
from kit_minio.checks.expectations import expect_intact, mime_of, stat_of
from kit_minio.checks.lesson_19_camera.shots import Shot, read_shots
from kit_minio.checks.making import made
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.steps import keeping

if TYPE_CHECKING:
    import random

    import numpy as np


# --- 4. Détecter --------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _FRAMES, _RATE = 96, 64, 30, 10
_BLINKING = (0, 0, 16, 16)  # gauche, haut, droite, bas
_SPECK, _SPECK_AT = (40, 60, 53, 63), 14  # une poussière, le temps d'une image : moins de 1 %
_STILL = (
    "Des images immobiles sont données : comparez chaque image à la précédente ; le jour qui se "
    "lève n'est pas un mouvement."
)


def _film(rng: random.Random) -> tuple[list[np.ndarray], list[int]]:
    """Renvoie des images en gris, et les rangs de celles qui diffèrent de la précédente.

    Le jour se lève (l'ensemble s'éclaircit peu à peu), un voyant clignote dans le coin. Le second
    passage est à sa hauteur, plus à droite ; une poussière n'est pas un mouvement.
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
        row = 1 if rank >= start else y
        image[row : row + 14, x : x + 14] = 230
        image[3:13, 3:13] = 255 * (rank % 2)
        images.append(image.astype("uint8"))
    left, top, right, bottom = _SPECK
    images[_SPECK_AT][top:bottom, left:right] = 230
    return images, moving


def _movie(images: list[bytes], height: int, width: int, rate: int) -> bytes:
    """Renvoie une vidéo MP4 de ces images, un octet par pixel."""
    import av
    import numpy as np

    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as movie:
        stream = movie.add_stream("libx264", rate=rate)
        stream.height, stream.width = height, width
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "12", "preset": "ultrafast", "threads": "1"}
        for image in images:
            pixels = np.frombuffer(image, "uint8").reshape(height, width)
            movie.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="gray")))
        movie.mux(stream.encode())
    return data.getvalue()


def _encoded(context: Context, images: list[np.ndarray]) -> bytes:
    return made(context, _movie, [each.tobytes() for each in images], _HEIGHT, _WIDTH, _RATE)


def _prepare_motion(context: Context) -> None:
    images, _ = _film(context.random())
    context.make_bucket("nuit")
    film = _encoded(context, images)
    context.put("nuit", "nuit.mp4", film, content_type="video/mp4")


def _mistaken_ranks(expected: list[int]) -> list[Known]:
    every = list(range(1, _FRAMES))
    blinking = (
        "Presque toutes les images sont là : le voyant, lui, clignote sans cesse, et le jour qui "
        "se lève change un peu chaque pixel."
    )
    shifted = (
        "Les numéros sont décalés d'une image : la première a le numéro 0, et c'est la seconde "
        "image de chaque couple qui compte."
    )
    return [
        Known(every, blinking),
        Known([0, *every], blinking),
        Known([rank - 1 for rank in expected], shifted, 2),
        Known([rank + 1 for rank in expected], shifted, 2),
        Known([rank for rank in every if rank not in expected],
              "Ce sont les images où rien ne bouge."),
        Known(list(range(expected[0], _FRAMES)), _STILL, 1),
        Known([*expected, _SPECK_AT, _SPECK_AT + 1],
              "Une poussière est comptée, de moins de 1 % des pixels : ici, le seuil est 1 %.", 2),
        Known(_thinned(expected), "Il manque des images : toutes celles où quelque chose bouge "
              "sont demandées, même rapprochées.", 1),
    ]  # fmt: skip


def _thinned(ranks: list[int]) -> list[int]:
    """Renvoie les rangs que garde une caméra qui attend deux images entre deux prises."""
    kept: list[int] = []
    for rank in ranks:
        if not kept or rank - kept[-1] >= 2:
            kept.append(rank)
    return kept


def _verify_motion(context: Context) -> None:
    _, expected = _film(context.random())
    expect_intact(context, "nuit", {})
    answer = context.answer
    if isinstance(answer, list) and any(isinstance(rank, bool) for rank in answer):
        raise Review("Ce sont des vrai et faux : donnez les numéros des images.", found=answer)
    known = _mistaken_ranks(expected)
    values = answer if isinstance(answer, list) else []
    ranks = {rank for rank in values if isinstance(rank, (int, float))}
    if ranks > set(expected) and not any(same(answer, one.answer, ordered=False) for one in known):
        odd = ranks >= set(range(1, _FRAMES, 2))
        message = (
            "Une image sur deux y est : elle est un peu plus sombre que la précédente, et des "
            "octets débordent quand on les soustrait."
            if odd
            else _STILL
        )
        raise Review(message, found=answer, points=1)
    if any(isinstance(rank, float) and not rank.is_integer() for rank in values):
        raise Review("Les numéros des images sont des entiers, et non des durées.", found=answer)
    if ranks and ranks < set(expected) and ranks != set(_thinned(expected)):
        raise Review(
            "Il manque des images : toutes celles d'un mouvement sont demandées, de la première à "
            "la dernière.",
            found=answer,
            points=1,
        )
    expect_answer(context, expected, ordered=False, known=known)


# --- 5. Enregistrer -----------------------------------------------------------------------------


def _watch(context: Context) -> tuple[datetime, list[np.ndarray], dict[str, int]]:
    """Renvoie l'heure de départ, les images, et le rang de l'image que chaque clé doit porter."""
    rng = context.random()
    start = datetime(
        2025, rng.randint(1, 12), rng.randint(2, 27), 0, rng.randint(1, 50),
        tzinfo=timezone(timedelta(hours=rng.randint(1, 2))),
    )  # fmt: skip
    images, moving = _film(rng)
    keys = {key_of(start + timedelta(seconds=rank / _RATE)): rank for rank in moving}
    return start, images, keys


def _prepare_shots(context: Context) -> None:
    start, images, _ = _watch(context)
    context.make_bucket("jardin")
    film = _encoded(context, images)
    context.put("jardin", "jardin.mp4", film, content_type="video/mp4")
    context.put("jardin", "depart.txt", start.isoformat().encode(), content_type="text/plain")


def _verify_shots(context: Context) -> None:
    start, images, expected = _watch(context)
    text = start.isoformat().encode()
    given = ("jardin.mp4", "depart.txt")
    expect_intact(context, "jardin", {"depart.txt": text})
    found = [key for key in context.keys("jardin") if key not in given]
    if not found:
        raise Todo("Aucune image n'est dans le bucket « jardin ».")
    if found != sorted(expected):
        raise _wrong_keys(context, found, start, expected)
    shots = read_shots(context, "jardin", list(expected))
    for key, rank in expected.items():
        _verify_shot(context, key, shots[key], images[rank])


def _keys_of(start: datetime, ranks: Iterable[int]) -> set[str]:
    return {key_of(start + timedelta(seconds=rank / _RATE)) for rank in ranks}


def _wrong_keys(
    context: Context, found: list[str], start: datetime, expected: dict[str, int]
) -> Review:
    """Dit en quoi des clés, qui ne sont pas celles attendues, sont fausses."""
    keys, wanted, ranks = set(found), set(expected), list(expected.values())
    first = min(expected)
    past = f"Si c'est d'un essai précédent, tp.{context.name}.reset() l'efface."
    if keys == _keys_of(start.replace(tzinfo=UTC), ranks):
        message = "Ces clés donnent l'heure de la montre, pas le temps universel."
        return Review(f"{message} {past}", found=found[0], expected=first, points=1)
    if keys < wanted:
        message = "Il manque des images : toutes celles où quelque chose bouge sont demandées"
        if keys == _keys_of(start, _thinned(ranks)):
            message += ", même rapprochées : every vaut 0,2 s si vous n'en dites rien"
        return Review(
            f"{message}.",
            found=count_of(len(found), "objet", "objets"),
            expected=count_of(len(expected), "objet", "objets"),
            points=1,
        )
    if keys > wanted:
        strange = sorted(keys - wanted)
        message = "Un objet de trop est dans le bucket."
        if keys - wanted <= _keys_of(start, range(_FRAMES)):
            message = (
                "Il y a des images de trop : quelque chose bouge sans cesse, ou le seuil est trop "
                "bas."
            )
        return Review(f"{message} {past}", found=strange[0], points=0.5)
    if keys == _keys_of(start, (rank - 1 for rank in ranks)):
        message = "Ces images sont celles d'avant : c'est la seconde image du couple qui compte."
        return Review(f"{message} {past}", found=found[0], expected=first)
    message = "Les clés ne sont pas celles des images où quelque chose bouge."
    return Review(f"{message} {past}", found=found[0], expected=first)


def _verify_shot(context: Context, key: str, shot: Shot | None, image: np.ndarray) -> None:
    import numpy as np

    stat = stat_of(context, "jardin", key)
    if shot is None:
        raise Review("Un objet n'est pas une image JPEG entière.", found=key, points=1)
    if (shot.width, shot.height) != (_WIDTH, _HEIGHT):
        raise Review(
            "Une image n'a pas la taille de celles de la vidéo.",
            found=f"{shot.width} x {shot.height}",
            expected=f"{_WIDTH} x {_HEIGHT}",
            points=1,
        )
    pixels = np.frombuffer(shot.gray, "uint8").reshape(_HEIGHT, _WIDTH)
    gaps = abs(pixels.astype("int16") - image).reshape(_HEIGHT // 16, 16, _WIDTH // 16, 16)
    # Par carrés de 16 pixels aussi : une zone effacée ne se perd pas dans la moyenne.
    if gaps.mean() > 12 or gaps.mean(axis=(1, 3)).max() > 40:
        raise Review("Un objet ne porte pas l'image de son instant.", found=key, points=1)
    with keeping(2), about(f"« {key} »"):
        expect_same_text(
            user_metadata(stat).get("camera", ""), "jardin", "la métadonnée « camera »"
        )
        # Certains serveurs devinent le type d'après la clé, d'autres non : seul un faux se refuse.
        if mime_of(context, "jardin", key) not in ("image/jpeg", "application/octet-stream"):
            raise Review("Le type de contenu dit autre chose que du JPEG.", found=stat.content_type)


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
        traps={
            "les mauvaises listes diffèrent toutes de la bonne": lambda context: (
                not any(
                    same(wrong.answer, _film(context.random())[1], ordered=False)
                    for wrong in _mistaken_ranks(_film(context.random())[1])
                )
            ),
        },
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
        traps={
            "un mouvement de moins de 1 %": lambda context: (
                not ({_SPECK_AT, _SPECK_AT + 1} & set(_watch(context)[2].values()))
            ),
            "des images rapprochées": lambda context: (
                _thinned(list(_watch(context)[2].values())) != list(_watch(context)[2].values())
            ),
            "le départ n'est pas en temps universel": lambda context: (
                _watch(context)[0].utcoffset() != timedelta(0)
            ),
            "le jour change en temps universel": lambda context: (
                _watch(context)[0].day != _watch(context)[0].astimezone(UTC).day
            ),
        },
    ),
)
