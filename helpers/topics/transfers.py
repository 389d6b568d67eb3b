"""Déposer et télécharger beaucoup d'objets à la fois : ``upload_many``, ``download_many``.

Des fils Python distribuent le travail ; obstore, écrit en Rust, fait les requêtes hors du verrou de
l'interpréteur. Un échec n'arrête pas les autres : le bilan dit ce qui est fait, ce qui ne l'est pas
et pourquoi ; ``report.retry()`` reprend les échecs, et eux seuls.
"""

from __future__ import annotations

import errno
import html
import os
import re
import secrets
import ssl
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Any

import certifi
from minio.error import S3Error

from helpers.display import Table
from helpers.errors import ContentError, Explanation, KitError, ServerError, SettingsError, explain
from helpers.french import size
from helpers.progress import batch_bar

if TYPE_CHECKING:
    import miniopy_async
    from minio import Minio
    from obstore import GetResult
    from obstore.store import S3Store

_PART = 8 * 1024**2  # octets d'une partie d'un envoi multipart
_PARTS_AT_ONCE = 2  # par fichier ; avec huit fichiers, 128 Mio de mémoire
_MAX_PARTS = 10_000  # d'un objet, la limite de S3
_BLOCK = 256 * 1024  # octets écrits à la fois sur le disque
_LONGEST_KEY = 1024  # octets
_LOOK_SECONDS = 0.5  # entre deux regards sur une interruption


@dataclass(frozen=True)
class TransferReport:
    """Le bilan d'un lot.

    Attributes:
        verb: ce qui est arrivé aux objets, au masculin pluriel : « déposés ».
        done: les clés des objets transférés, triées.
        failed: pour chaque clé qui ne l'a pas été, pourquoi ; triées aussi.
        octets: le total transféré, en octets.
    """

    verb: str
    done: list[str]
    failed: dict[str, Explanation]
    octets: int
    again: Callable[[list[str]], TransferReport]

    def retry(self) -> TransferReport:
        """Reprend les échecs, et eux seuls ; renvoie un nouveau bilan."""
        return self.again(list(self.failed))

    @property
    def sentence(self) -> str:
        """Le bilan en une phrase."""
        return (
            f"Objets {self.verb} : {len(self.done)} ({size(self.octets)}). "
            f"Échecs : {len(self.failed) or 'aucun'}."
        )

    def _table(self) -> Table:
        rows = [[key, why.fact, why.remedy] for key, why in self.failed.items()]
        return Table(["Clé", "Pourquoi", "Que faire"], rows)

    def __repr__(self) -> str:
        lines = [f"{key} : {why}" for key, why in self.failed.items()]
        return "\n".join([self.sentence, *lines])

    def _repr_html_(self) -> str:
        table = self._table()._repr_html_() if self.failed else ""
        return f"<p>{html.escape(self.sentence)}</p>{table}"


def upload_many(
    client: Minio,
    bucket: str,
    files: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]],
    *,
    prefix: str = "",
    concurrency: int = 8,
    retries: int = 3,
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
        retries: le nombre de reprises d'une requête que le réseau ou le serveur fait échouer.

    Raises:
        ContentError: le dossier n'existe pas.
        S3Error: le bucket n'existe pas.
        SettingsError: obstore n'est pas installé.
    """
    paths = files if isinstance(files, Mapping) else _files(files)
    plan = {prefix + key: Path(path) for key, path in paths.items()}
    store = obstore_store(client, bucket, retries=retries)
    _require_bucket(client, bucket)

    def upload(key: str, stop: Event) -> int:
        import obstore

        _check_key(key)
        with plan[key].open("rb") as file:  # obstore le rouvrira, mais dit mal ce qui l'en empêche
            octets = os.fstat(file.fileno()).st_size
        obstore.put(
            store,
            key,
            plan[key],
            attributes={"Content-Type": _content_type(plan[key].name)},
            chunk_size=max(_PART, -(-octets // _MAX_PARTS)),
            max_concurrency=_PARTS_AT_ONCE,
        )
        return octets

    return _run("déposés", list(plan), upload, concurrency)


def download_many(
    client: Minio,
    bucket: str,
    folder: str | os.PathLike[str],
    *,
    keys: Iterable[str] | None = None,
    prefix: str = "",
    concurrency: int = 8,
    retries: int = 3,
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
        retries: le nombre de reprises d'une requête que le réseau ou le serveur fait échouer.

    Raises:
        ContentError: le dossier ne peut pas être créé.
        S3Error: le bucket n'existe pas, ou ne peut pas être listé.
        SettingsError: obstore n'est pas installé.
    """
    store = obstore_store(client, bucket, retries=retries)
    if keys is None:
        found = client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)
        keys = [item.object_name or "" for item in found]
    else:
        keys = list(dict.fromkeys(keys))
        _require_bucket(client, bucket)
    place = _folder(folder)
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

    return _run("téléchargés", keys, download, concurrency)


# --- Un lot -------------------------------------------------------------------------------------


def _run(
    verb: str, keys: list[str], transfer: Callable[[str, Event], int], concurrency: int
) -> TransferReport:
    """Transfère chaque clé dans un fil, et renvoie le bilan.

    Args:
        verb: pour le bilan.
        keys: les clés.
        transfer: transfère une clé, et renvoie ses octets ; abandonne quand l'événement survient.
        concurrency: le nombre de fils.
    """
    done: dict[str, int] = {}
    failed: dict[str, Explanation] = {}
    stop, silent = Event(), Event()

    def attempt(key: str) -> int:
        if silent.is_set():
            raise ServerError(
                "Le serveur S3 ne répond plus : ce transfert n'a pas été tenté.",
                "Relancez connect(), puis report.retry() sur ce bilan.",
            )
        return transfer(key, stop)

    def successes(pending: dict[Future[int], str]) -> Iterator[str]:
        finished: SimpleQueue[Future[int]] = SimpleQueue()
        for future in pending:
            future.add_done_callback(finished.put)
        for _ in pending:
            future = _next(finished)
            key = pending[future]
            try:
                done[key] = future.result()
            except Exception as error:  # noqa: BLE001 - chaque échec est rendu, avec sa cause
                failed[key] = _why(error)
                if _unreachable(error):
                    silent.set()
            else:
                yield key

    pool = ThreadPoolExecutor(max_workers=max(1, concurrency))
    try:
        pending = {pool.submit(attempt, key): key for key in keys}
        for _ in batch_bar(successes(pending), f"Objets {verb}", total=len(keys)):
            pass
    finally:
        stop.set()  # un notebook interrompu n'attend pas la fin d'un film
        pool.shutdown(cancel_futures=True)

    def again(chosen: list[str]) -> TransferReport:
        return _run(verb, chosen, transfer, concurrency)

    return TransferReport(
        verb, sorted(done), dict(sorted(failed.items())), sum(done.values()), again
    )


def _next(finished: SimpleQueue[Future[int]]) -> Future[int]:
    """Attend le prochain transfert fini.

    Par petites attentes : une interruption qui survient juste avant ne mettrait pas fin à une
    longue, ni aucune sous Windows.
    """
    while True:
        with suppress(Empty):
            return finished.get(timeout=_LOOK_SECONDS)


# --- Vers le store ------------------------------------------------------------------------------


def _files(folder: str | os.PathLike[str]) -> dict[str, Path]:
    """Renvoie les fichiers d'un dossier et de ses sous-dossiers, par chemin relatif."""
    if not isinstance(folder, (str, os.PathLike)):
        raise ContentError(
            f"upload_many() attend un dossier ou un dictionnaire, pas {type(folder).__name__}.",
            "Donnez la clé de chaque fichier : {chemin.name: chemin for chemin in chemins}.",
        )
    root = Path(folder)
    if not root.is_dir():
        kind = "est un fichier, pas un dossier" if root.exists() else "n'existe pas"
        raise ContentError(
            f"« {folder} » {kind} ; dossier courant : {Path.cwd()}.",
            "Vérifiez ce chemin, ou donnez les fichiers un à un : {clé: chemin}.",
        )
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path for path in found}


def _content_type(name: str) -> str:
    from helpers.widgets.parts import guess_type

    return guess_type(name)


def _check_key(key: str) -> None:
    """Refuse une clé qu'un serveur changerait ou refuserait : l'objet serait ailleurs."""
    parts = key.split("/")
    if {"", ".", ".."} & set(parts) or any(unicodedata.category(c) in ("Cc", "Cs") for c in key):
        raise ContentError(
            "Cette clé n'est pas la même pour tous les serveurs : elle contient un morceau vide, "
            "« . » ou « .. » entre deux « / », ou un caractère qui ne s'écrit pas.",
            "Déposez ce fichier sous une autre clé.",
        )
    if len(key.encode()) > _LONGEST_KEY:
        raise _s3_error("KeyTooLongError")


def _require_bucket(client: Minio, bucket: str) -> None:
    try:
        exists = client.bucket_exists(bucket_name=bucket)
    except S3Error:
        return  # une clé limitée n'a pas toujours le droit de le demander
    if not exists:
        raise _s3_error("NoSuchBucket")


# --- Vers le disque -----------------------------------------------------------------------------

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\..*)?", re.I)
_DRIVE = re.compile(r"[a-z]:", re.I)
_FORBIDDEN = '<>:"|?*' if os.name == "nt" else ""


def local_names(
    keys: Iterable[str], prefix: str = ""
) -> tuple[dict[str, Path], dict[str, ContentError]]:
    """Renvoie un chemin relatif sûr pour chaque clé, puis les clés refusées et pourquoi.

    Les règles sont celles des trois systèmes à la fois : un dossier téléchargé sous Linux s'ouvre
    aussi sous Windows. De deux clés qui s'y confondraient, la première est gardée.

    Args:
        keys: des clés, en qui l'on n'a pas confiance.
        prefix: ce qui précède son dernier « / » est retiré.
    """
    start = prefix[: prefix.rfind("/") + 1]
    names: dict[str, Path] = {}
    refused: dict[str, ContentError] = {}
    files: dict[str, str] = {}  # pour chaque fichier, et chaque dossier, la clé qui l'occupe
    folders: dict[str, str] = {}
    for key in sorted(keys):
        name = key.removeprefix(start)
        folded = unicodedata.normalize("NFC", name).casefold()
        parents = [folded[: found.start()] for found in re.finditer("/", folded)]
        taken = files.get(folded) or folders.get(folded)
        taken = taken or next((files[parent] for parent in parents if parent in files), None)
        problem = _problem(name)
        if problem is None and taken is not None:
            problem = f"son fichier se confondrait avec celui de « {taken} »"
        if problem is not None:
            refused[key] = ContentError(
                f"Cette clé ne devient pas un fichier sans danger : {problem}.",
                "Téléchargez l'objet seul, avec fget_object(), sous un nom que vous choisissez.",
            )
            continue
        names[key] = Path(*name.split("/"))
        files[folded] = key
        folders.update(dict.fromkeys(parents, key))
    return names, refused


def _problem(name: str) -> str | None:
    """Dit pourquoi un nom n'est pas celui d'un fichier, ou ``None`` s'il l'est partout."""
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return "un morceau est vide, « . » ou « .. » entre deux « / »"
        if "\\" in part:
            return "« \\ » sépare des dossiers sous Windows"
        if _DRIVE.match(part):
            return f"« {part[:2]} » désigne un disque sous Windows"
        if _RESERVED.fullmatch(part):
            return f"« {part} » est un nom réservé par Windows"
        if part[-1] in ". ":
            return "Windows retire un point ou une espace en fin de nom"
        bad = [c for c in part if unicodedata.category(c) in ("Cc", "Cs") or c in _FORBIDDEN]
        if bad:
            return f"le caractère {bad[0]!a} n'est pas permis"
    return None


def _folder(folder: str | os.PathLike[str]) -> Path:
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = _why(error)
        fact = f"Le dossier « {folder} » ne peut pas être créé. {why.fact}"
        raise ContentError(fact, why.remedy) from None
    return place.resolve()


def _open_parent(target: Path, place: Path) -> Path:
    """Crée le dossier d'un fichier, et le renvoie ; refuse celui qu'un lien mène ailleurs."""
    if not target.parent.resolve().is_relative_to(place):
        raise ContentError(
            "Un lien, dans le dossier d'arrivée, mène ailleurs : rien n'y a été écrit.",
            "Retirez ce lien, ou choisissez un dossier neuf.",
        )
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
                    raise InterruptedError
                octets += file.write(block)
        if octets != response.meta["size"]:
            raise ConnectionError(f"{octets} octets reçus sur {response.meta['size']}")
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return octets


# --- Les clients --------------------------------------------------------------------------------


def obstore_store(client: Minio, bucket: str, *, retries: int = 3) -> S3Store:
    """Renvoie un bucket vu par obstore : l'adresse, la région et les identifiants du client.

        store = obstore_store(client, bucket)
        obstore.get(store, "photos/port.jpg").bytes()

    Args:
        client: le client de ``connect()``.
        bucket: le bucket.
        retries: le nombre de reprises d'une requête que le réseau ou le serveur fait échouer.

    Raises:
        SettingsError: obstore n'est pas installé.
    """
    try:
        from obstore.store import S3Store
    except ModuleNotFoundError:
        raise SettingsError(
            "obstore, qui fait les transferts en nombre, n'est pas installé.",
            "Exécutez « from helpers import ensure_extras », ensure_extras(), puis recommencez.",
        ) from None
    base, provider = client._base_url, client._provider
    name = base.host.rpartition(":")[0] or base.host  # sans le port

    def credentials() -> dict[str, Any]:
        # Périmés d'emblée : obstore les redemande souvent, et un jeton renouvelé sert aussitôt.
        found = provider.retrieve()
        return {
            "access_key_id": found.access_key,
            "secret_access_key": found.secret_key,
            "token": found.session_token,
            "expires_at": datetime.now(UTC),
        }

    return S3Store(
        bucket,
        endpoint=f"{'https' if base.is_https else 'http'}://{base.host}",
        region=base.region or "us-east-1",
        virtual_hosted_style_request=False,
        # TLS, ou la machine elle-même, protège déjà les octets : leur SHA-256 coûterait un tiers.
        unsigned_payload=base.is_https or name in ("127.0.0.1", "localhost"),
        client_options={
            "allow_http": not base.is_https,
            "connect_timeout": "5s",
            "read_timeout": "60s",
            "timeout": "1day",  # d'une requête entière : 30 s par défaut, trop peu pour un film
            # Comme minio : les mandataires (proxys) de l'environnement ne servent pas.
            "proxy_url": f"http://{base.host}",
            "proxy_excludes": name,
        },
        retry_config={
            "max_retries": retries,
            "retry_timeout": timedelta(minutes=10),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=2),
                "base": 2,
            },
        },
        **({"credential_provider": credentials} if provider else {"skip_signature": True}),
    )


def async_client(client: Minio, *, connections: int = 64) -> miniopy_async.Minio:
    """Renvoie un client asynchrone du même serveur, à fermer : ``async with async_client(…)``.

    À appeler là où tourne une boucle asyncio : dans une coroutine ou une cellule.

    Args:
        client: le client de ``connect()``.
        connections: le nombre de connexions ouvertes au plus.

    Raises:
        SettingsError: miniopy-async n'est pas installé.
    """
    try:
        import miniopy_async
        from aiohttp import ClientSession, ClientTimeout, TCPConnector
    except ModuleNotFoundError:
        raise SettingsError(
            "miniopy-async, le client asynchrone, n'est pas installé.",
            "Exécutez « from helpers import ensure_extras », ensure_extras(), puis recommencez.",
        ) from None
    base = client._base_url
    found = client._provider.retrieve()
    trust = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
    return miniopy_async.Minio(
        endpoint=base.host,
        access_key=found.access_key,
        secret_key=found.secret_key,
        session_token=found.session_token,
        secure=base.is_https,
        region=base.region,
        session=ClientSession(
            connector=TCPConnector(limit=connections, ssl=trust),
            timeout=ClientTimeout(sock_connect=5, sock_read=30),
        ),
    )


# --- Pourquoi -----------------------------------------------------------------------------------

_FILE_FACTS = (
    (FileNotFoundError, "Ce fichier n'existe pas, ou plus.", "Vérifiez son chemin, puis reprenez."),
    (
        PermissionError,
        "Ce fichier est interdit à votre compte, ou un autre programme le tient ouvert.",
        "Fermez ce programme ou changez les droits du fichier, puis reprenez.",
    ),
    (
        (FileExistsError, NotADirectoryError, IsADirectoryError),
        "Un fichier est là où il faudrait un dossier, ou l'inverse.",
        "Déplacez-le, ou choisissez un autre dossier, puis reprenez.",
    ),
    (InterruptedError, "Ce transfert a été interrompu.", "Reprenez-le avec report.retry()."),
)
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


def _why(error: Exception) -> Explanation:
    """Renvoie, en français, la cause d'un échec et ce qu'il faut faire."""
    if isinstance(error, KitError):
        return Explanation(error.fact, error.remedy)
    text = str(error)
    if code := re.search(r"<Code>(\w+)</Code>", text):
        known = explain(_s3_error(code[1], text))
        return known or Explanation(f"Le serveur refuse : {code[1]}.", "Reprenez un peu plus tard.")
    if _from_network(error):
        return _known(ConnectionRefusedError())
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return _known(OSError(errno.ENOSPC, ""))
    for kind, fact, remedy in _FILE_FACTS:
        if isinstance(error, kind):
            return Explanation(fact, remedy)
    known = explain(error)
    first = f"{type(error).__name__} : {text.partition(chr(10))[0][:200]}"
    return known or Explanation(f"Cause inattendue : {first}", "Reprenez avec report.retry().")


def _known(error: Exception) -> Explanation:
    explanation = explain(error)
    assert explanation is not None  # noqa: S101 - une erreur que le kit explique
    return explanation


def _s3_error(code: str, message: str = "") -> S3Error:
    return S3Error(
        response=None, code=code, message=message, resource=None, request_id=None, host_id=None
    )


def _from_network(error: Exception) -> bool:
    # obstore n'a pas d'exception à part pour le réseau : son texte seul le dit.
    return isinstance(error, ConnectionError) or "HTTP error" in str(error)


def _unreachable(error: Exception) -> bool:
    return "tcp connect error" in str(error)
