"""Exercice 7 : recevoir un gros fichier sans le tenir en mémoire."""

from __future__ import annotations

import hashlib
import io
import secrets
from typing import Any

from helpers.french import count_of
from kit_minio.checks.exchanges import SECONDS
from kit_minio.checks.expectations import expect_intact, expect_object, stat_of
from kit_minio.checks.lesson_06_api.deposits import expect_key
from kit_minio.checks.memory import Peak
from kit_minio.checks.model import Context, Review
from kit_minio.checks.novelty import expect_new_keys
from kit_minio.checks.routes import done, expect_status, fields, judging
from kit_minio.checks.steps import keeping

SIZE = 200  # Mo, le gros envoi
MEMORY = 150  # Mo, ce que cet envoi a le droit de prendre
_PARTS = 2  # grandes parties qui s'y ajoutent, si l'étudiant en choisit
_MEGA = 1_000_000
_SECONDS = 60  # durée du gros envoi


class Film(io.RawIOBase):
    """Un fichier que l'on n'écrit nulle part : ses octets sont faits à mesure qu'on les lit.

    Args:
        megabytes: sa taille, en Mo.
    """

    def __init__(self, megabytes: int) -> None:
        self.size = megabytes * _MEGA
        self._block = secrets.token_bytes(_MEGA - 8)
        self._position = 0
        self._last = 0, self.piece(0)
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """L'empreinte SHA-256 de ce qui a été lu."""
        return self._digest.hexdigest()

    def piece(self, number: int) -> bytes:
        """Renvoie un Mo du fichier."""
        return number.to_bytes(8) + self._block

    def readable(self) -> bool:
        """Dit que ce fichier se lit."""
        return True

    def seekable(self) -> bool:
        """Dit que l'on s'y déplace : httpx cherche ainsi sa taille."""
        return True

    def tell(self) -> int:
        """Renvoie la position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Se déplace, et renvoie la position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = start + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Renvoie les octets qui suivent, dans un même Mo."""
        number, start = divmod(self._position, _MEGA)
        if self._position >= self.size:
            return b""
        if number != self._last[0]:  # httpx lit par 64 Kio
            self._last = number, self.piece(number)
        data = self._last[1][start : start + size]
        self._position += len(data)
        self._digest.update(data)
        return data


def prepare_large(context: Context) -> None:
    """Crée le bucket où l'API dépose."""
    context.make_bucket("videos")


def verify_large(context: Context) -> None:
    """Envoie trois petits fichiers, où la plupart des fautes se voient déjà, puis un gros."""
    expect_intact(context, "videos", {})
    with judging(context, "POST /videos"):
        keys = [_send(context, Film(1)) for _ in range(3)]
        with keeping(2):
            expect_new_keys(keys)
        for key in keys:
            _remove(context, key)
        with keeping(1), Peak(context.process) as peak:
            key = _send(context, film := Film(SIZE))
        parts = _parts(stat_of(context, "videos", key))
        _remove(context, key)
        allowed = MEMORY + (_PARTS * SIZE // parts if parts > 1 else 0)
        if peak.megabytes >= allowed:
            raise Review(
                "L'objet et la réponse sont justes, mais la route tient le fichier en mémoire.",
                found=f"{peak.megabytes} Mo de plus pendant l'envoi de {film.size // _MEGA} Mo",
                expected=f"moins de {MEMORY} Mo",
                points=1,
            )


def _send(context: Context, film: Film) -> str:
    """Envoie un fichier ; renvoie sa clé, une fois vérifié tout ce qu'en dit l'API."""
    files: Any = {"file": ("maree.mp4", film, "video/mp4")}
    seconds = _SECONDS if film.size > _MEGA else SECONDS
    reply = done(context, "POST", "/videos", seconds=seconds, files=files)
    key, size, said = fields(reply.json(), key=str, size=int, sha256=str)
    _expect_film(context, str(key), film)
    with keeping(1):
        expect_object(context, "videos", key, content_type="video/mp4")
        for name, told, right in (
            ("size", size, film.size),
            ("sha256", said.lower(), film.digest),
        ):
            if told != right:
                raise Review(
                    f"L'objet est juste, mais le champ « {name} » ne l'est pas{_why(told)}.",
                    found=told,
                    expected=right,
                )
    with keeping(2):
        expect_status(reply, "POST", "/videos", 201)
    return str(key)


def _why(told: object) -> str:
    """Dit ce qu'est une empreinte fausse, quand cela se reconnaît."""
    if told == hashlib.sha256().hexdigest():
        return " : c'est l'empreinte d'un contenu vide, lu après la fin du flux"
    if isinstance(told, str) and len(told) < 64:
        return f" : une empreinte SHA-256 a 64 chiffres hexadécimaux, et celle-ci {len(told)}"
    return ""


def _expect_film(context: Context, key: str, film: Film) -> None:
    """S'assure que l'objet est le fichier envoyé : sa taille, son début, son milieu, sa fin."""
    expect_key(context, "videos", key)
    stat = stat_of(context, "videos", key)
    last = film.size // _MEGA - 1
    right = stat.size == film.size and all(
        _piece(context, key, number) == film.piece(number) for number in {0, last // 2, last}
    )
    if not right:
        raise Review(
            "L'objet est dans le bucket, mais vide : le flux était déjà lu (seek(0) y revient)."
            if not stat.size
            else "L'objet est dans le bucket, mais ses octets ne sont pas ceux du fichier envoyé.",
            found=count_of(stat.size or 0, "octet", "octets"),
            expected=f"{film.size} octets, ceux du fichier",
        )


def _piece(context: Context, key: str, number: int) -> bytes:
    response = context.client.get_object(
        bucket_name=context.bucket("videos"),
        object_name=key,
        offset=number * _MEGA,
        length=_MEGA,
    )
    try:
        return response.read()
    finally:
        response.close()
        response.release_conn()


def _parts(stat: Any) -> int:
    """Renvoie en combien de parties un objet a été envoyé : son ETag finit par leur nombre."""
    return int((stat.etag or "").partition("-")[2] or 1)


def _remove(context: Context, key: str) -> None:
    # C'est notre fichier ; 200 Mo par vérification rempliraient vite le disque.
    context.client.remove_object(bucket_name=context.bucket("videos"), object_name=key)
