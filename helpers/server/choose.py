"""Le choix du serveur : celui qui est là, sinon la première voie praticable ; et son arrêt."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from helpers.errors import ServerError, SettingsError
from helpers.server import docker, embedded, external, native, process, state
from helpers.server.health import is_ready, remedy_for
from helpers.server.lock import only_one
from helpers.server.model import ALREADY, WAYS, NotHere, Say, Server, quiet
from helpers.server.ports import FIRST_PORT
from helpers.server.settings import (
    data_folder,
    nearly_full,
    private_folder,
    read_settings,
    refuse_bad_credentials,
)


class Way(Protocol):
    """Une façon de démarrer un serveur : un module, et deux questions.

    ``missing`` dit ce qui manque ici, ou ``None``. ``start`` démarre le serveur, d'abord sur le
    port qu'on lui donne, dit ce qui dure, et lève ``NotHere`` s'il n'y parvient pas.
    """

    @property
    def NAME(self) -> str: ...
    def missing(self) -> str | None: ...
    def start(self, first_port: int, say: Say) -> Server: ...


LOCK = "lock"  # tenu, dans le dossier de données, par qui démarre ou arrête le serveur
# Dans l'ordre où le kit les essaie.
STARTABLE: tuple[Way, ...] = (docker, native, embedded)
# Plus qu'un démarrage : Docker, qui télécharge, puis trois essais de chacune des autres voies.
LONGEST_START = 2 * docker.UP_SECONDS


def find() -> Server | None:
    """Renvoie le serveur déjà là (existant, ou démarré par le kit), ou ``None``.

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
    """
    variables = read_settings()
    if external.keep_passage(variables):
        variables = read_settings()
    forced = forced_way(variables)
    if forced in (None, external.NAME):
        existing = external.described(variables)
        if existing is not None:
            return existing
        if forced:
            raise SettingsError.of("server.endpoint")
    running = state.read()
    if running is None or (forced and running.way != forced) or not state.alive(running):
        return None
    return replace(running, why=ALREADY)


def forced_way(variables: Mapping[str, str]) -> str | None:
    """Renvoie la voie qu'impose ``KIT_SERVER``, ou ``None``.

    Raises:
        SettingsError: le kit ne connaît pas cette voie.
    """
    forced = variables.get("KIT_SERVER", "").strip().lower() or None
    if forced not in (None, *WAYS):
        raise SettingsError.of("server.way", forced=forced, ways=", ".join(WAYS))
    return forced


def ensure(say: Say = quiet) -> Server:
    """Renvoie le serveur à utiliser ; en démarre un s'il n'y en a pas.

    Args:
        say: reçoit chaque phrase d'avancement (l'annonce finale est ``Server.sentence``).

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
        ServerError: aucune voie n'a abouti ; le message dit ce qui a été essayé.
    """
    found = find()
    if found is not None and found.way == external.NAME and not is_ready(found):
        place = found.why if found.why.startswith("la classe") else found.url
        raise ServerError(f"Le serveur existant ne répond pas : {place}.", remedy_for(found))
    if found is not None:
        return found
    with _alone(say):
        # Un autre notebook a pu le démarrer pendant l'attente.
        return find() or _start(say)


def _alone(say: Say) -> AbstractContextManager[None]:
    """Laisse un seul démarrage ou arrêt se faire à la fois, tous notebooks confondus."""
    lock = private_folder(data_folder()) / LOCK
    doing = "démarre ou arrête le serveur"
    return only_one(lock, doing, seconds=LONGEST_START, say=say)


def _start(say: Say) -> Server:
    variables = read_settings()
    forced = forced_way(variables)
    refuse_bad_credentials(variables)
    if left := nearly_full(data_folder()):
        say(f"Disque presque plein, {left} dans {data_folder()} : libérez de la place.")
    previous = state.read()
    _end()
    reasons: list[str] = []
    for way in STARTABLE:
        if forced not in (None, way.NAME):
            continue
        reason = way.missing()
        if reason is None:
            try:
                server = way.start(_port_of(previous, way), say)
            except NotHere as error:
                reason = str(error)
            else:
                why = "imposé par KIT_SERVER" if forced else " ; ".join(reasons) or "Docker est là"
                return _noted(replace(server, why=why))
        reasons.append(reason)
    raise ServerError.of("server.none", reasons=" ; ".join(reasons))


def _port_of(previous: Server | None, way: Way) -> int:
    """Renvoie le port de la dernière fois, si c'était par la même voie."""
    if previous is None or previous.way != way.NAME:
        return FIRST_PORT
    return int(previous.endpoint.rpartition(":")[2])


def _noted(server: Server) -> Server:
    try:
        state.write(server)
    except SettingsError:
        _end()
        raise
    return server


def stop(only: Server | None = None, say: Say = quiet) -> Server | None:
    """Arrête le serveur que le kit a démarré et le renvoie ; ``None`` s'il n'y en avait pas.

    Les données restent. Un serveur existant n'est jamais arrêté.

    Args:
        only: n'arrête que ce serveur-ci, et laisse celui qui l'aurait remplacé depuis.
        say: reçoit la phrase qui annonce une attente.
    """
    if not data_folder().exists():
        return None
    with _alone(say):
        server = state.read()
        if only and (not server or (server.pid, server.endpoint) != (only.pid, only.endpoint)):
            return None
        running = server is not None and state.alive(server)
        _end()  # l'état reste : il garde le port que les notebooks ouverts connaissent
    return server if running else None


def _end() -> None:
    """Met fin au serveur du kit, même si son état s'est perdu."""
    docker.end()
    for way in (native, embedded):
        process.end(way.NAME)
