"""Les exercices de la leçon 13 : nommer, détecter, enregistrer, régler, laisser expirer.

PyAV, PyYAML et Pillow ne sont chargés qu'à l'usage : ce module est importé même là où ils ne sont
pas installés.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from helpers.errors import SettingsError
from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from helpers.topics.camera import Settings, key_of, parse_settings

if TYPE_CHECKING:
    import random

    import numpy as np


# --- 1. Nommer ----------------------------------------------------------------------------------


def _moments(context: Context) -> list[datetime]:
    """Renvoie des instants de plusieurs fuseaux, dont un qui change de jour en temps universel."""
    rng = context.random()
    found = []
    for hour in (0, 23, *rng.sample(range(1, 23), 4)):
        # À 0 h, un fuseau à l'est ; à 23 h, un fuseau à l'ouest : le jour n'y est pas le nôtre.
        shift = rng.randint(1, 5) * (-1 if hour == 23 else 1)
        moment = datetime(
            2025, rng.randint(1, 12), rng.randint(2, 27), hour, rng.randint(0, 59),
            rng.randint(0, 59), rng.randint(1, 99) * 1000, timezone(timedelta(hours=shift)),
        )  # fmt: skip
        found.append(moment)
    rng.shuffle(found)
    return found


def _prepare_keys(context: Context) -> None:
    context.make_bucket("horloge")
    lines = "\n".join(moment.isoformat(timespec="milliseconds") for moment in _moments(context))
    context.put("horloge", "instants.txt", lines.encode(), content_type="text/plain")


def _verify_keys(context: Context) -> None:
    moments, answer = _moments(context), context.answer
    expected = [key_of(moment) for moment in moments]
    if not isinstance(answer, list) or not all(isinstance(key, str) for key in answer):
        raise Review("La réponse doit être une liste de clés.", found=answer)
    if answer == expected:
        return
    if len(answer) != len(expected):
        raise Review(
            "Il faut une clé par instant.",
            found=f"{len(answer)} clés",
            expected=f"{len(expected)} clés",
        )
    if sorted(answer) == sorted(expected):
        raise Review("Les clés sont justes, mais pas dans l'ordre du fichier.", points=1)
    if answer == [key_of(moment.replace(tzinfo=UTC)) for moment in moments]:
        raise Review(
            "Ces clés donnent l'heure de la montre, pas le temps universel.",
            found=answer[0],
            points=1,
        )
    wrong = next(rank for rank, key in enumerate(answer) if key != expected[rank])
    if len(answer[wrong]) != len(expected[wrong]):
        raise Review(
            "Une clé n'a pas la bonne largeur : chaque nombre a la sienne, les millisecondes "
            "comprises.",
            found=answer[wrong],
            expected="camera/AAAA/MM/JJ/HHMMSS-mmm.jpg",
        )
    raise Review("Une clé n'est pas celle de son instant.", found=answer[wrong])


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


# --- 4. Régler ----------------------------------------------------------------------------------


def _yaml(context: Context) -> tuple[str, Settings, str]:
    """Renvoie un fichier de réglages fautif, ce qu'il devrait donner, et le secret qu'il montre."""
    rng = context.random()
    secret = rng.randbytes(12).hex()
    settings = Settings(
        bucket="images-du-quai",
        camera=rng.choice(["Quai nord", "Quai sud", "Jetée"]),
        threshold=rng.randint(2, 30) / 10,
        every=rng.randint(1, 9) / 2,
        keep_days=rng.randint(8, 90),
    )
    text = f"""\
# Caméra du quai
bucket: {settings.bucket}
camera: {settings.camera}
treshold: {settings.threshold}
every: {settings.every}
keep_days: {settings.keep_days} jours
access_key: quai-{rng.randint(100, 999)}
secret_key: {secret}
"""
    return text, settings, secret


def _prepare_settings(context: Context) -> None:
    context.make_bucket("reglages")
    text, _, _ = _yaml(context)
    context.put("reglages", "quai.yaml", text.encode(), content_type="application/yaml")


def _verify_settings(context: Context) -> None:
    if "corrige.yaml" not in context.keys("reglages"):
        raise Todo
    _, expected, secret = _yaml(context)
    stat = context.client.stat_object(
        bucket_name=context.bucket("reglages"), object_name="corrige.yaml"
    )
    if (stat.size or 0) > 2048:  # des alias YAML peuvent se multiplier
        raise Review("Le fichier corrigé est bien trop long.", found=f"{stat.size} octets")
    text = context.read("reglages", "corrige.yaml").decode("utf-8", errors="replace")
    if secret in text:
        raise Review("La clé secrète est encore dans le fichier.", found="corrige.yaml")
    try:
        found = parse_settings(text, "corrige.yaml")
    except SettingsError as error:
        raise Review(error.fact) from None
    if found != expected:
        wrong = next(
            name for name in vars(expected) if getattr(found, name) != getattr(expected, name)
        )
        raise Review(
            f"« {wrong} » n'a plus la valeur du fichier d'origine.",
            found=getattr(found, wrong),
            points=0.5,
        )


# --- 5. Laisser expirer -------------------------------------------------------------------------


def _lifetimes(context: Context) -> tuple[int, int]:
    """Renvoie la durée demandée pour les images, et celle des rapports, déjà réglée."""
    rng = context.random()
    return rng.randint(5, 40), rng.randint(200, 400)


def _prepare_expire(context: Context) -> None:
    days, kept = _lifetimes(context)
    bucket = context.make_bucket("album")
    rule = Rule(
        status=ENABLED,
        rule_id="rapports",
        rule_filter=Filter(prefix="rapports/"),
        expiration=Expiration(days=kept),
    )
    context.client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([rule]))
    context.put("album", "consigne.txt", str(days).encode(), content_type="text/plain")


def _verify_expire(context: Context) -> None:
    days, kept = _lifetimes(context)
    config = context.client.get_bucket_lifecycle(bucket_name=context.bucket("album"))
    found: dict[str, Any] = {}
    for rule in config.rules if config else ():
        prefix = (rule.rule_filter.prefix if rule.rule_filter else "") or ""
        if rule.status == ENABLED and rule.expiration:
            found[prefix] = rule.expiration.days
    if found == {"rapports/": kept}:
        raise Todo
    if found == {"camera/": days, "rapports/": kept}:
        return
    if "rapports/" not in found:
        raise Review(
            "La règle des rapports a disparu : enregistrer des règles remplace toutes les autres.",
            found=", ".join(found) or "aucune règle",
            expected="camera/, rapports/",
            points=1 if found.get("camera/") == days else 0,
        )
    if "" in found or "camera" in found:
        raise Review(
            "Une règle vise plus que les images : regardez son préfixe.",
            found=", ".join(prefix or "tout le bucket" for prefix in found),
            expected="camera/, rapports/",
        )
    if found["rapports/"] != kept:
        raise Review(
            "La durée de vie des rapports a changé.",
            found=f"{found['rapports/']} jours",
            expected=f"{kept} jours",
        )
    if found.get("camera/") != days:
        raise Review(
            "Les images n'ont pas la durée de vie demandée.",
            found=f"{found.get('camera/', 'aucune')}",
            expected=f"{days} jours",
            points=1 if "camera/" in found else 0,
        )
    raise Review("Il y a une règle de trop.", found=", ".join(found), points=1)


SERIES = Series(
    "13",
    "projet-video",
    (
        Exercise(
            "keys",
            "La clé de chaque image",
            points=2,
            hints=(
                "datetime.fromisoformat() lit un instant et son fuseau.",
                "astimezone(UTC) le convertit ; le jour peut changer.",
                "strftime écrit « %Y/%m/%d/%H%M%S » ; les millisecondes sont microsecond // 1000, "
                "sur trois chiffres.",
            ),
            verify=_verify_keys,
            prepare=_prepare_keys,
            answers=True,
        ),
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
        Exercise(
            "settings",
            "Un fichier de réglages à corriger",
            points=2,
            hints=(
                "parse_settings() ou read_settings() dit une faute à la fois : recommencez "
                "jusqu'à ce qu'il n'y en ait plus.",
                "Deux lignes sont à retirer, un nom est mal écrit, et une durée est un nombre.",
                "Gardez les autres valeurs telles quelles, et déposez le texte corrigé sous "
                "« corrige.yaml ».",
            ),
            verify=_verify_settings,
            prepare=_prepare_settings,
        ),
        Exercise(
            "expire",
            "Laisser expirer les images",
            points=2,
            hints=(
                "Enregistrer des règles remplace toutes celles du bucket.",
                "get_bucket_lifecycle() donne la règle des rapports, et sa durée.",
                "set_lifetimes(client, bucket, {…}) prend tous les préfixes à la fois : celui des "
                "images et celui des rapports.",
            ),
            verify=_verify_expire,
            prepare=_prepare_expire,
        ),
    ),
)
