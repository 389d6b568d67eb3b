"""Une caméra : ses réglages, les images où quelque chose bouge, leur rangement par jour.

    settings = read_settings(Path("quai.yaml"))
    record(client, sample("maree.mp4"), start, settings)

La caméra est une vidéo, lue image par image. L'adresse et les clés du store n'entrent pas dans les
réglages : ce sont celles de ``connect()``, donc de l'environnement.

PyAV et PyYAML, du groupe ``full``, ne sont chargés qu'à l'usage.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from minio import Minio

from helpers.errors import ContentError, SettingsError
from helpers.topics.lifecycle import set_lifetimes

if TYPE_CHECKING:
    import numpy as np
    from av import VideoFrame

_MAX_SETTINGS = 64 * 1024  # octets
_MAX_NESTED = 20  # listes et dictionnaires entre crochets et accolades
_KEY = re.compile(r"(\d{4}/\d{2}/\d{2})/(\d{2})(\d{2})(\d{2})-(\d{3})\.jpg")


@dataclass(frozen=True)
class Settings:
    """Les réglages d'une caméra ; « Settings?? », dans une cellule, dit ce qu'est chacun."""

    bucket: str  # où ranger les images
    camera: str = "camera"  # son nom, gardé dans les métadonnées
    prefix: str = "camera/"  # le début de toutes les clés, barre finale comprise
    threshold: float = 0.5  # la part des pixels, en %, à partir de laquelle l'image bouge
    contrast: int = 25  # l'écart, en niveaux de gris, à partir duquel un pixel a changé
    ignore: tuple[int, ...] = ()  # la zone à ne pas regarder : gauche, haut, droite, bas, en pixels
    every: float = 0.2  # secondes entre deux images gardées
    quality: int = 80  # du JPEG
    keep_days: int = 30  # jours où l'on garde les images


def _number(low: float, high: float, kind: type = int) -> Callable[[Any], bool]:
    kinds = (int, float) if kind is float else int
    return lambda value: (
        isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _zone(value: Any) -> bool:
    if not isinstance(value, list) or not all(map(_number(0, 100_000), value)):
        return False
    return not value or (len(value) == 4 and value[0] < value[2] and value[1] < value[3])


# Pour chaque réglage : ce qu'il doit être, et comment le dire.
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "bucket": (_text, "un nom de bucket"),
    "camera": (_text, "un texte"),
    "prefix": (lambda value: _text(value) and value.endswith("/"), "un texte qui finit par « / »"),
    "threshold": (_number(0, 100, float), "un pourcentage, de 0 à 100"),
    "contrast": (_number(1, 255), "un nombre entier, de 1 à 255"),
    "ignore": (_zone, "quatre nombres entiers : [gauche, haut, droite, bas]"),
    "every": (_number(0, 86_400, float), "un nombre de secondes, de 0 à 86400"),
    "quality": (_number(1, 95), "un nombre entier, de 1 à 95"),
    "keep_days": (_number(1, 36_500), "un nombre entier de jours, de 1 à 36500"),
}
_SECRET = re.compile(r"secret|token|jeton|passw|passe|access|endpoint|(^|_)(key|cle)($|_)", re.I)


def read_settings(path: Path | str) -> Settings:
    """Lit les réglages d'une caméra dans un fichier YAML.

    Raises:
        SettingsError: il ne se lit pas, il contient un réglage inconnu ou un identifiant, ou une
            valeur ne convient pas.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig") as file:
            return parse_settings(file.read(_MAX_SETTINGS), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError.of("camera.file", path=path, cause=type(error).__name__) from error


def parse_settings(text: str, name: str) -> Settings:
    """Renvoie les réglages d'un texte YAML ; ``name``, celui de son fichier, sert aux messages.

    Raises:
        SettingsError: comme ``read_settings``.
    """
    import yaml

    try:
        # Lire deux mille crochets emboîtés prend des secondes.
        if text.count("[") + text.count("{") > _MAX_NESTED:
            raise RecursionError
        # Des renvois emboîtés feraient d'une ligne un milliard de valeurs.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise SettingsError.of("camera.alias", file=name)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", ligne {mark.line + 1}" if mark else ""
        raise SettingsError.of("camera.yaml", file=name, where=where) from error
    if not isinstance(found, dict):
        raise SettingsError.of("camera.empty", file=name)
    for one in found:
        _check_name(str(one), name)
    if "bucket" not in found:
        raise SettingsError.of("camera.bucket", file=name)
    for one, value in found.items():
        valid, wanted = _RULES[one]
        if not valid(value):
            value = f"{value!r:.60}"
            raise SettingsError.of("camera.value", file=name, name=one, value=value, wanted=wanted)
    settings: dict[str, Any] = found
    return Settings(**settings | {"ignore": tuple(found.get("ignore", ()))})


def _check_name(name: str, file: str) -> None:
    if name in _RULES:
        return
    if _SECRET.search(name):
        raise SettingsError.of("camera.secret", file=file, name=name)
    near = get_close_matches(name, _RULES, n=1)
    hint = f"Vouliez-vous écrire « {near[0]} » ? " if near else ""
    names = ", ".join(_RULES)
    raise SettingsError.of("camera.name", file=file, name=name, hint=hint, names=names)


# --- Les images ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shot:
    """Une image gardée."""

    moment: datetime  # quand elle a été prise, en temps universel
    motion: float  # la part des pixels qui ont changé, en %
    jpeg: bytes


def frames(video: Path) -> Iterator[VideoFrame]:
    """Donne une à une les images d'une vidéo.

    Raises:
        ContentError: ce n'est pas une vidéo, ou elle est abîmée ou incomplète.
    """
    import av

    try:
        with av.open(str(video)) as movie:
            stream = movie.streams.video[0]
            announced, count = stream.frames, 0
            for frame in movie.decode(stream):
                if frame.is_corrupt:
                    raise _damaged(video, count)
                count += 1
                yield frame
    except (av.FFmpegError, IndexError) as error:
        raise _damaged(video, 0) from error
    if count < announced:
        raise _damaged(video, count)


def _damaged(video: Path, count: int) -> ContentError:
    where = f" après l'image {count}" if count else ""
    return ContentError.of("camera.video", name=video.name, where=where)


def motion(before: np.ndarray, after: np.ndarray, settings: Settings) -> float:
    """Renvoie la part des pixels qui ont changé entre deux images, en %.

    Args:
        before: la première image, en niveaux de gris.
        after: la seconde.
        settings: le contraste, et la zone à ne pas regarder.
    """
    # Des octets déborderaient : 3 - 5 y vaut 254.
    changed = abs(after.astype("int16") - before) > settings.contrast
    if settings.ignore:
        left, top, right, bottom = settings.ignore
        changed[top:bottom, left:right] = False
    return 100 * float(changed.mean())


def watch(video: Path, start: datetime, settings: Settings) -> Iterator[Shot]:
    """Donne les images où quelque chose bouge, au plus une toutes les ``every`` secondes.

    Args:
        video: le fichier.
        start: l'heure de la première image, avec son fuseau.
        settings: les réglages de la caméra.

    Raises:
        ContentError: la vidéo est abîmée.
        SettingsError: ``start`` n'a pas de fuseau.
    """
    if start.tzinfo is None:
        raise SettingsError.of("camera.timezone", start=f"{start:%d/%m/%Y %H:%M}")
    before, last = None, None
    for frame in frames(video):
        after = frame.to_ndarray(format="gray")
        moment = start.astimezone(UTC) + timedelta(seconds=frame.time)
        share = 0.0 if before is None else motion(before, after, settings)
        before = after
        soon = last is not None and moment - last < timedelta(seconds=settings.every)
        if share >= settings.threshold and share and not soon:
            last = moment
            data = io.BytesIO()
            frame.to_image().save(data, "JPEG", quality=settings.quality)
            yield Shot(moment, share, data.getvalue())


# --- Le rangement -------------------------------------------------------------------------------


def key_of(moment: datetime, prefix: str = "camera/") -> str:
    """Renvoie la clé d'une image : ``camera/AAAA/MM/JJ/HHMMSS-mmm.jpg``, en temps universel.

    ``moment`` dit quand elle a été prise, avec son fuseau.
    """
    universal = moment.astimezone(UTC)
    return f"{prefix}{universal:%Y/%m/%d/%H%M%S}-{universal.microsecond // 1000:03}.jpg"


def moment_of(key: str) -> datetime | None:
    """Renvoie quand une image a été prise, d'après sa clé ; ``None`` si la clé ne le dit pas."""
    found = _KEY.search(key)
    if found is None or found.end() != len(key):
        return None
    try:
        moment = datetime.strptime("/".join(found.groups()), "%Y/%m/%d/%H/%M/%S/%f")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC)


def prepare(client: Minio, settings: Settings) -> None:
    """Crée le bucket d'une caméra s'il manque, et donne à ses images leur durée de vie.

    Les autres règles de durée de vie du bucket sont remplacées.
    """
    if not client.bucket_exists(bucket_name=settings.bucket):
        client.make_bucket(bucket_name=settings.bucket)
    set_lifetimes(client, settings.bucket, {settings.prefix: settings.keep_days})


def record(client: Minio, video: Path, start: datetime, settings: Settings) -> list[str]:
    """Dépose les images d'une vidéo où quelque chose bouge ; renvoie leurs clés.

    Une vidéo abîmée ne dépose rien ; un nouvel essai remplace les mêmes clés. ``video``, ``start``
    et les erreurs sont ceux de ``watch``.
    """
    # Jusqu'au bout avant le premier dépôt : on ne sait qu'à la fin si la vidéo est entière.
    shots = list(watch(video, start, settings))
    keys = []
    for shot in shots:
        keys.append(key_of(shot.moment, settings.prefix))
        client.put_object(
            bucket_name=settings.bucket,
            object_name=keys[-1],
            data=io.BytesIO(shot.jpeg),
            length=len(shot.jpeg),
            content_type="image/jpeg",
            metadata={
                "camera": quote(settings.camera),
                "moment": shot.moment.isoformat(timespec="milliseconds"),
                "mouvement": f"{shot.motion:.1f}",
            },
        )
    return keys


def days(client: Minio, bucket: str, prefix: str = "camera/") -> list[str]:
    """Renvoie les jours qui ont des images, ``AAAA/MM/JJ``, du plus ancien au plus récent.

    Seuls les préfixes sont listés : le nombre d'images n'y change rien.
    """
    found = [prefix]
    for _ in ("année", "mois", "jour"):
        found = [
            item.object_name
            for folder in found
            for item in client.list_objects(bucket_name=bucket, prefix=folder)
            if item.is_dir
        ]
    return sorted(folder.removeprefix(prefix).rstrip("/") for folder in found)


def shots_of(client: Minio, bucket: str, day: str, prefix: str = "camera/") -> list[str]:
    """Renvoie les clés des images d'un jour, ``AAAA/MM/JJ``, dans l'ordre."""
    found = client.list_objects(bucket_name=bucket, prefix=f"{prefix}{day}/", recursive=True)
    return sorted(item.object_name for item in found if moment_of(item.object_name or ""))
