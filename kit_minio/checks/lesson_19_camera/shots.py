"""Lire des images que l'on n'a pas faites."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from kit_minio.checks.decoding import NotRead, decode
from kit_minio.checks.expectations import stat_of
from kit_minio.checks.model import Context, Review

_MAX_FILE = 128 * 1024  # octets ; une image de l'exercice en a deux mille
_PROGRAM = """
from PIL import Image

def read(data):
    picture = Image.open(io.BytesIO(data), formats=("JPEG",))
    width, height = picture.size
    # La taille est connue avant de décoder : une image démesurée ne l'est jamais.
    gray = picture.convert("L").tobytes() if width * height < 100_000 else b""
    return {"width": width, "height": height, "gray": base64.b64encode(gray).decode()}
"""


@dataclass(frozen=True)
class Shot:
    """Une image.

    Attributes:
        width: sa largeur, en pixels.
        height: sa hauteur.
        gray: ses niveaux de gris, un octet par pixel ; vide si elle est trop grande.
    """

    width: int
    height: int
    gray: bytes


def read_shots(context: Context, name: str, keys: list[str]) -> dict[str, Shot | None]:
    """Renvoie les images que portent ces clés, ``None`` si ce n'est pas du JPEG entier.

    Raises:
        Review: l'une est démesurée, ou leur lecture ne finit pas.
    """
    for key in keys:
        stat = stat_of(context, name, key)
        if stat and (stat.size or 0) > _MAX_FILE:
            raise Review("Un objet est bien trop lourd pour une image.", found=key)
    files = {key: context.read(name, key) for key in keys}
    try:
        found = decode(context.run, _PROGRAM, files)
    except NotRead:
        raise Review("Vos images ne sont pas lisibles.", found=keys[0]) from None
    return {key: _shot(one) for key, one in found.items()}


def _shot(found: dict[str, Any]) -> Shot | None:
    if "error" in found:
        return None
    shot = Shot(int(found["width"]), int(found["height"]), base64.b64decode(found["gray"]))
    if shot.gray and len(shot.gray) != shot.width * shot.height:
        return None
    return shot
