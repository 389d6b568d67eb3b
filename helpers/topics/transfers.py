"""Déposer et télécharger beaucoup d'objets à la fois : ``upload_many``, ``download_many``.

Des fils Python distribuent le travail (``batch``) ; obstore, écrit en Rust, fait les requêtes hors
du verrou de l'interpréteur (``clients``). Une clé ne devient un fichier que si elle ne peut nuire
(``file_names``).
"""

from __future__ import annotations

import os
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from minio import Minio
from minio.error import S3Error

from helpers.errors import ContentError, ServerError, system_cause
from helpers.files import guess_type
from helpers.topics.batch import TransferReport, run_batch
from helpers.topics.clients import obstore_store
from helpers.topics.file_names import local_names

if TYPE_CHECKING:
    from obstore import GetResult

_PART = 8 * 1024**2  # octets d'une partie d'un envoi multipart
_PARTS_AT_ONCE = 2  # par fichier ; avec huit fichiers, 128 Mio de mémoire
_MAX_PARTS = 10_000  # d'un objet, la limite de S3
_BLOCK = 256 * 1024  # octets écrits à la fois sur le disque
_LONGEST_KEY = 1024  # octets


def upload_many(
    client: Minio,
    bucket: str,
    files: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]],
    *,
    prefix: str = "",
    concurrency: int = 8,
) -> TransferReport:
    """Dépose des fichiers, plusieurs à la fois, avec le type que laisse supposer leur extension.

        report = upload_many(client, bucket, "photos", prefix="2026/")
        report = report.retry()

    Args:
        client: le client de ``connect()``.
        bucket: le bucket, qui existe.
        files: un dossier, dont tous les fichiers sont déposés sous leur chemin relatif ; ou le
            fichier à déposer sous chaque clé : ``{"photos/port.jpg": "port.jpg"}``.
        prefix: le début de toutes les clés.
        concurrency: le nombre de fichiers envoyés en même temps.

    Raises:
        ContentError: le dossier n'existe pas.
        S3Error: le bucket n'existe pas.
        SettingsError: obstore n'est pas installé.
    """
    paths = files if isinstance(files, Mapping) else _files(files)
    plan = {prefix + key: Path(path) for key, path in paths.items()}
    store = obstore_store(client, bucket)
    _require_bucket(client, bucket)

    def upload(key: str, stop: Event) -> int:
        import obstore

        check_key(key)
        with plan[key].open("rb") as file:  # obstore le rouvrira, mais dit mal ce qui l'en empêche
            octets = os.fstat(file.fileno()).st_size
        obstore.put(
            store,
            key,
            plan[key],
            attributes={"Content-Type": guess_type(plan[key].name)},
            chunk_size=max(_PART, -(-octets // _MAX_PARTS)),
            max_concurrency=_PARTS_AT_ONCE,
        )
        return octets

    return run_batch("déposés", list(plan), upload, concurrency)


def download_many(
    client: Minio,
    bucket: str,
    folder: str | os.PathLike[str],
    *,
    keys: Iterable[str] | None = None,
    prefix: str = "",
    concurrency: int = 8,
) -> TransferReport:
    """Télécharge des objets dans un dossier, plusieurs à la fois, sous le nom que dit leur clé.

    Un objet est d'abord écrit à côté de sa place, puis la prend d'un coup : il n'y a jamais de
    moitié de fichier sous le bon nom. Un fichier du même nom est remplacé. Une clé qui ne peut pas
    être un nom de fichier, ici ou sur un autre système, n'est pas téléchargée : le bilan la donne.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket.
        folder: le dossier d'arrivée, créé s'il le faut.
        keys: les clés à télécharger ; sans elles, toutes celles qui commencent par ``prefix``.
        prefix: un début de clé ; ce qui précède son dernier « / » ne devient pas un dossier.
        concurrency: le nombre d'objets reçus en même temps.

    Raises:
        ContentError: le dossier ne peut pas être créé.
        S3Error: le bucket n'existe pas, ou ne peut pas être listé.
        SettingsError: obstore n'est pas installé.
    """
    store = obstore_store(client, bucket)
    if keys is None:
        found = client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)
        keys = [item.object_name or "" for item in found]
    else:
        keys = list(dict.fromkeys(keys))
        _require_bucket(client, bucket)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cause = system_cause(error)
        raise ContentError.of("transfers.arrival", folder=folder, cause=cause) from None
    place = Path(folder).resolve()
    names, refused = local_names(keys, prefix)
    ready: set[Path] = set()

    def download(key: str, stop: Event) -> int:
        import obstore

        if key in refused:
            raise refused[key]
        response = obstore.get(store, key)
        target = place / names[key]
        if target.parent not in ready:
            ready.add(_open_parent(target, place))
        return _save(response, target, stop)

    return run_batch("téléchargés", keys, download, concurrency)


def _files(folder: str | os.PathLike[str]) -> dict[str, Path]:
    """Renvoie les fichiers d'un dossier et de ses sous-dossiers, par chemin relatif."""
    if not isinstance(folder, (str, os.PathLike)):
        raise ContentError.of("transfers.kind", kind=type(folder).__name__)
    root = Path(folder)
    if not root.is_dir():
        kind = "est un fichier, pas un dossier" if root.exists() else "n'existe pas"
        raise ContentError.of("transfers.folder", folder=folder, kind=kind, here=Path.cwd())
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path for path in found}


def check_key(key: str) -> None:
    """Refuse une clé qu'un serveur changerait ou refuserait : l'objet serait ailleurs."""
    parts = key.split("/")
    odd = any(unicodedata.category(c) in ("Cc", "Cs") or c == "\\" for c in key)
    if {"", ".", ".."} & set(parts) or odd:
        raise ContentError.of("transfers.key")
    if len(key.encode()) > _LONGEST_KEY:
        raise ContentError.of("transfers.long", limit=_LONGEST_KEY)


def _require_bucket(client: Minio, bucket: str) -> None:
    try:
        next(client.list_objects(bucket_name=bucket), None)
    except S3Error as error:
        if error.code == "NoSuchBucket":  # une clé limitée n'a pas toujours le droit de lister
            raise


def _open_parent(target: Path, place: Path) -> Path:
    """Crée le dossier d'un fichier, et le renvoie ; refuse celui qu'un lien mène ailleurs."""
    if not target.parent.resolve().is_relative_to(place):
        raise ContentError.of("transfers.link")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.parent


def _save(response: GetResult, target: Path, stop: Event) -> int:
    """Écrit la réponse à côté de sa place, puis l'y met ; ne laisse rien derrière un échec."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.part")
    octets = 0
    try:
        with temporary.open("xb") as file:
            for block in response.stream(min_chunk_size=_BLOCK):
                if stop.is_set():
                    raise ServerError.of("transfers.interrupted")
                octets += file.write(block)
        if octets != response.meta["size"]:
            raise ConnectionError(f"{octets} octets reçus sur {response.meta['size']}")
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return octets
