"""Un envoi interrompu : le terminer, supprimer celui que personne ne reprendra."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from helpers.french import count_of
from kit_minio.checks.expectations import bucket_lost, expect_object, stat_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.steps import in_steps

_MIB = 1024**2
_FILM, _DRAFT, _TEAM = "film.bin", "brouillon.bin", "equipe/montage.bin"
_MISSING = "parties/manquante.bin"


def _parts(context: Context) -> tuple[list[tuple[int, int]], int]:
    """Renvoie les parties du film, et le rang de celle qui manque : jamais la dernière.

    Une partie est un octet et le nombre de fois où il y est : le film tiendrait trop de place.
    """
    rng = context.random()
    marks = rng.sample(range(256), 4)
    missing = rng.choice((0, 1, 2))
    sizes = (5 * _MIB, 5 * _MIB, 5 * _MIB, rng.randint(100, 999))
    return list(zip(marks, sizes, strict=True)), missing


def _bytes(*parts: tuple[int, int]) -> bytes:
    return b"".join(bytes([mark]) * size for mark, size in parts)


def _is_made_of(found: bytes, *parts: tuple[int, int]) -> bool:
    """Dit si des octets sont ceux de ces parties, l'une après l'autre."""
    start = 0
    for mark, size in parts:
        if found.count(mark, start, start + size) != size:
            return False
        start += size
    return start == len(found)


def _prepare(context: Context) -> None:
    parts, missing = _parts(context)
    bucket = context.make_bucket("films")
    # MinIO rend à un bucket neuf les envois inachevés de celui qui portait son nom.
    for upload in context.client._list_multipart_uploads(bucket).uploads:
        context.client._abort_multipart_upload(bucket, upload.object_name, upload.upload_id or "")
    present = ((rank, _bytes(part)) for rank, part in enumerate(parts, 1) if rank != missing + 1)
    for key, sent in ((_FILM, present), (_DRAFT, [(1, b"essai")]), (_TEAM, [(1, b"montage")])):
        _begin(context, bucket, key, sent)
    context.put("films", _MISSING, _bytes(parts[missing]), content_type="video/mp4")


def _begin(context: Context, bucket: str, key: str, parts: Iterable[tuple[int, bytes]]) -> None:
    """Ouvre un envoi et envoie des parties, par leur numéro, sans le terminer."""
    # minio-py n'ouvre pas d'envoi autrement.
    upload = context.client._create_multipart_upload(bucket, key, {"Content-Type": "video/mp4"})
    for number, data in parts:
        context.client._upload_part(bucket, key, data, None, upload, number)


def _unfinished(context: Context) -> list[str]:
    """Renvoie les clés des envois qui ne sont pas terminés."""
    found = context.client._list_multipart_uploads(context.bucket("films"))
    return [upload.object_name for upload in found.uploads]


def _verify(context: Context) -> None:
    if not context.client.bucket_exists(bucket_name=context.bucket("films")):
        raise bucket_lost(context, "films")
    waiting = _unfinished(context)
    if _TEAM not in waiting:
        raise Review(
            f"L'envoi de « {_TEAM} » n'est plus là : c'est celui d'une équipe au travail, et "
            f"l'énoncé demande de n'y pas toucher. tp.{context.name}.reset() le remet."
        )
    in_steps(
        (2, partial(_expect_film, context, waiting)), (1, partial(_expect_gone, context, waiting))
    )


def _expect_film(context: Context, waiting: list[str]) -> None:
    parts, missing = _parts(context)
    if stat_of(context, "films", _FILM) is None:
        if _FILM in waiting:
            raise Todo(f"L'envoi de « {_FILM} » n'est pas terminé.")
        raise Review(
            f"L'envoi de « {_FILM} » a été supprimé avec ses parties, et l'objet n'existe pas. "
            f"tp.{context.name}.reset() le remet."
        )
    found = context.read("films", _FILM)
    size = sum(size for _, size in parts)
    if _is_made_of(found, parts[missing]):
        raise Review(
            f"« {_FILM} » ne contient que la partie qui manquait : elle a été déposée seule, au "
            "lieu de rejoindre l'envoi en cours.",
            found=count_of(len(found), "octet", "octets"),
            expected=f"{size} octets",
        )
    if _is_made_of(found, *parts[:missing], *parts[missing + 1 :]):
        raise Review(
            f"L'envoi de « {_FILM} » est terminé sans la partie {missing + 1}.",
            found=count_of(len(found), "octet", "octets"),
            expected=f"{size} octets",
        )
    for rank in range(len(parts)):
        mixed = [parts[missing] if each == rank else part for each, part in enumerate(parts)]
        if rank != missing and _is_made_of(found, *mixed[:missing], *mixed[missing + 1 :]):
            raise Review(
                f"La partie qui manquait est envoyée sous le numéro {rank + 1}, où elle a remplacé "
                "une autre partie.",
                found=f"numéro {rank + 1}",
                expected="le numéro que list_parts ne donne pas",
            )
    if not _is_made_of(found, *parts):
        if len(found) == size:
            raise Review(f"Les parties de « {_FILM} » ne sont pas dans l'ordre, ou pas les bonnes.")
        expect_object(context, "films", _FILM, data=_bytes(*parts))
    if _FILM in waiting:
        raise Review(
            f"« {_FILM} » est juste, mais un envoi de cette clé reste inachevé : ses parties "
            "occupent encore le disque.",
            points=1.5,
        )


def _expect_gone(context: Context, waiting: list[str]) -> None:
    if stat_of(context, "films", _DRAFT) is not None:
        raise Review(
            f"« {_DRAFT} » est devenu un objet : son envoi a été terminé au lieu d'être supprimé."
        )
    if _DRAFT in waiting:
        raise Todo(f"L'envoi de « {_DRAFT} » est encore là.")


EXERCISES = (
    Exercise(
        "repair",
        "Reprendre un envoi",
        points=3,
        hints=(
            "list_multipart_uploads donne les envois inachevés, et list_parts leurs parties, dont "
            "les numéros disent laquelle manque.",
            "upload_part(Bucket=…, Key=…, UploadId=…, PartNumber=…, Body=…) envoie la partie qui "
            "manque à l'envoi qui existe déjà.",
            "complete_multipart_upload veut toutes les parties, par numéro croissant, avec leur "
            "ETag ; abort_multipart_upload supprime l'envoi du brouillon.",
        ),
        verify=_verify,
        prepare=_prepare,
        traps={"la partie qui manque n'est pas la dernière": lambda c: _parts(c)[1] < 3},
    ),
)
