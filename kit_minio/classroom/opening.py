"""Ouvrir une classe, ou la rouvrir : d'une liste d'étudiants à des cartes imprimées.

Chaque étape se refait sans dommage : interrompue, la même commande finit ce qui reste.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from helpers.errors import KIT, SettingsError
from helpers.french import count_of
from helpers.progress import batch_bar
from helpers.s3 import client_for
from helpers.server import Server
from helpers.server.model import Say
from kit_minio.classroom import front, rooms
from kit_minio.classroom.access import Access, policy_of
from kit_minio.classroom.cards import write_cards
from kit_minio.classroom.codes import keys_of, seal
from kit_minio.classroom.entrance import PORT, Address, Entry, is_local, look, read_address
from kit_minio.classroom.joining import joined
from kit_minio.classroom.register import (
    Register,
    Student,
    new_register,
    read_register,
)
from kit_minio.classroom.roster import Entry as Listed
from kit_minio.classroom.roster import read_roster
from kit_minio.server import keep

_PORTS = 20  # essayés à partir de celui d'office
_AT_ONCE = 8


@dataclass(frozen=True)
class Asked:
    """Ce que l'enseignant demande.

    Attributes:
        roster: la liste ; ``None``, celle de la dernière fois.
        address: l'adresse que la salle appellera ; vide, celle de cette machine sur son réseau.
        title: le nom de la classe ; vide, celui d'avant, ou celui de la liste.
        renew: les étudiants qui auront un nouveau code.
        deadline: la date limite des remises ; vide, celle d'avant.
        tls: faux pour se passer de certificat.
    """

    roster: Path | None = None
    address: str = ""
    title: str = ""
    renew: Sequence[str] = ()
    deadline: str = ""
    tls: bool = True


def open_class(asked: Asked, say: Say) -> Path:
    """Ouvre la classe, et renvoie la page des cartes.

    Raises:
        KitError: la liste, l'adresse ou le serveur fait défaut ; ce qui était fait reste.
    """
    if joined() is not None:
        raise SettingsError(
            "Ce kit est dans une classe, comme étudiant.", f"« {KIT} leave » la quitte d'abord."
        )
    register = _read(asked, say)
    entries, said = read_roster(Path(register.roster))
    server = keep(say)
    say(server.sentence)
    Access(server).check()
    address, certificate = _place(server, register, asked)
    if (register.address or str(address)) != str(address):
        say(f"L'adresse a changé : qui était déjà entré fait « {KIT} join {address} ».")
    changed = certificate != register.certificate
    register.address, register.certificate = str(address), certificate
    for sentence in said:
        say(sentence)
    _agree(server, register, entries, asked.renew, changed=changed, say=say)
    path = write_cards(register)
    say(f"La classe « {register.title} » est ouverte à {address}.")
    say(f"Cartes à imprimer : {path} ; chacune porte un code, à ne donner qu'à son étudiant.")
    return path


def close_class(say: Say) -> None:
    """Ferme la porte de la classe ; tout ce qu'elle a reste, et les cartes aussi."""
    if front.close_front():
        say("La classe est fermée : la salle n'atteint plus le serveur. Rien n'est effacé.")
    else:
        say("Aucune classe n'était ouverte par cette machine.")


def _read(asked: Asked, say: Say) -> Register:
    """Renvoie la classe d'avant, ou une neuve, et la liste qu'il faut suivre."""
    known = read_register()
    path = asked.roster or (Path(known.roster) if known and known.roster else None)
    if path is None:
        raise SettingsError(
            "Il manque la liste des étudiants.",
            f"Donnez-la : « {KIT} class open ETUDIANTS.csv », une ligne par étudiant.",
        )
    register = known or new_register(path.stem)
    register.title = asked.title or register.title
    register.roster = str(path.resolve())
    if asked.deadline:
        register.deadline = read_deadline(asked.deadline).isoformat()
    return register


def read_deadline(text: str) -> datetime:
    """Lit une date limite, à l'heure de cette machine : ``2026-12-01 18:00``.

    Raises:
        SettingsError: elle ne se comprend pas.
    """
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except ValueError as error:
        raise SettingsError(
            f"Cette date limite ne se comprend pas : « {text} ».",
            "Écrivez-la ainsi : 2026-12-01 18:00.",
        ) from error


# --- L'adresse ----------------------------------------------------------------------------------


def _place(server: Server, register: Register, asked: Asked) -> tuple[Address, str]:
    """Renvoie l'adresse que la salle appelle, et l'empreinte du certificat qu'elle y trouvera."""
    if server.secure:
        address = read_address(asked.address or server.url)
        seen = look(address, "")
        return address, "" if seen.trusted else seen.certificate
    address = reachable(register, asked)
    certificate = front.certificate(address.host) if asked.tls else ""
    front.open_front(address.host, address.port, tls=asked.tls)
    return address, certificate


def reachable(register: Register, asked: Asked) -> Address:
    """Renvoie l'adresse de cette machine : celle qu'on donne, celle d'avant, celle du réseau.

    Args:
        register: la classe, avec l'adresse de la dernière fois.
        asked: ce que l'enseignant demande.
    """
    scheme = "https" if asked.tls else "http"
    if asked.address:
        given = read_address(asked.address.removeprefix("http://"))
        return Address(scheme, given.host, given.port)
    known = read_address(register.address) if register.address else None
    # Une adresse donnée une fois reste, tant qu'elle est à cette machine.
    kept = known is not None and not is_local(known.host) and _is_free(known.host, 0)
    host = known.host if known and kept else own_address()
    opened = front.open_at()
    port = known.port if known else PORT
    if opened is None or opened[0] != host:
        port = next((each for each in range(port, port + _PORTS) if _is_free(host, each)), port)
    return Address(scheme, host, opened[1] if opened and opened[0] == host else port)


def own_address() -> str:
    """Renvoie l'adresse de cette machine sur son réseau ; rien n'est envoyé.

    Raises:
        SettingsError: elle n'est sur aucun réseau.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            host = str(probe.getsockname()[0])
        except OSError:
            host = ""
    if not host or host.startswith("127."):
        raise SettingsError(
            "Cette machine n'est sur aucun réseau que la salle puisse atteindre.",
            "Connectez-la à celui de la salle, ou donnez son adresse avec --address.",
        )
    return host


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


# --- Les étudiants ------------------------------------------------------------------------------


def _agree(
    server: Server,
    register: Register,
    entries: Sequence[Listed],
    renew: Sequence[str],
    *,
    changed: bool,
    say: Say,
) -> None:
    """Met le serveur d'accord avec la liste."""
    client, access = client_for(server), Access(server)
    rooms.prepare(client, register)
    renewed = [register.named(name) for name in renew]
    for student in renewed:
        access.remove(student.user)
        rooms.drop_entry(client, student.locator)
        student.renew()
    added, removed = register.update(entries)
    for student in removed:
        access.remove(student.user)
        rooms.drop_entry(client, student.locator)
    register.save()  # avant de créer : interrompue, l'ouverture reprendra avec les mêmes codes
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        locators = [student.locator for student in register.active]
        states = list(pool.map(lambda locator: rooms.has_entered(client, locator), locators))
    missing = [
        student
        for student, entered in zip(register.active, states, strict=True)
        if entered is None or (changed and not entered)
    ]

    def prepare(student: Student) -> None:
        rooms.prepare_for(client, register, student)
        keys = access.create(student.user, policy_of(register, student))
        rooms.put_entry(client, student.locator, _sealed(server, register, student, keys))

    with ThreadPoolExecutor(access.at_once) as pool:
        made = pool.map(prepare, missing)
        if missing:
            deque(batch_bar(made, "Étudiants préparés", total=len(missing)), maxlen=0)
    rooms.limit(server, [register.bucket(student) for student in register.active])
    _tell(register, added, removed, renewed, say)


def _sealed(server: Server, register: Register, student: Student, keys: tuple[str, str]) -> bytes:
    entry = Entry(
        title=register.title,
        student=student.name,
        space=student.space,
        bucket=register.bucket(student),
        board=register.board,
        access_key=keys[0],
        secret_key=keys[1],
        scheme=read_address(register.address).scheme,
        certificate=register.certificate,
        region=server.region,
    )
    return seal(keys_of(student.code), entry.to_bytes())


def _tell(
    register: Register,
    added: Sequence[Student],
    removed: Sequence[Student],
    renewed: Sequence[Student],
    say: Say,
) -> None:
    told = [count_of(len(register.active), "étudiant", "étudiants")]
    for people, one, many in (
        (added, "arrive", "arrivent"),
        (removed, "part (ses objets restent)", "partent (leurs objets restent)"),
        (renewed, "a un nouveau code", "ont un nouveau code"),
    ):
        if people:
            told.append(f"{count_of(len(people), one, many)}")
    say(", ".join(told) + ".")
