"""Rejoindre une classe, et la quitter : le kit en prend l'adresse, les clés et l'espace."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.errors import KIT, ContentError, ServerError, SettingsError
from helpers.french import moment
from helpers.s3 import client_for, write_json
from helpers.server.model import Say
from helpers.server.settings import class_file, data_folder, private_folder, write_private
from kit_minio.classroom import tunnel
from kit_minio.classroom.codes import Keys, keys_of, read_code, unseal
from kit_minio.classroom.entrance import (
    ENTRANCE,
    Address,
    Entry,
    Found,
    certificate_changed,
    check_certificate,
    look,
    read_address,
)

_CARD = "Recopiez la ligne de votre carte, par exemple 192.168.1.10:9443/7K3M-9QWE-R2TX."


def join(card: Sequence[str], say: Say) -> None:
    """Rejoint une classe.

    Sans code, un kit qui en est déjà y retourne, à une nouvelle adresse s'il y en a une.

    Args:
        card: ce que dit la carte : l'adresse et le code, ensemble ou séparés.
        say: reçoit ce qu'il y a à dire.

    Raises:
        KitError: personne ne répond, ou le code ou le certificat n'est pas de cette classe.
    """
    place, code = _read(card)
    if not code:
        _return(place, say)
        return
    keys = keys_of(code)
    known = _known()
    if known is not None and known["KIT_CLASS_LOCATOR"] == keys.locator:
        _return(place, say)
        return
    if not place:
        raise SettingsError("Il manque l'adresse de la classe.", _CARD)
    address = read_address(place)
    found = look(address, keys.locator)
    entry = _opened(keys, found, address)
    check_certificate(address, entry, found)
    _keep(entry, address, keys.locator)
    _enter(entry, keys.locator)
    say(_welcome(entry.title, entry.student))


def leave(say: Say) -> None:
    """Quitte la classe : le kit revient à son propre serveur ; rien n'est effacé de l'autre."""
    if not class_file().exists():
        say("Ce kit n'est dans aucune classe.")
        return
    tunnel.close()
    class_file().replace(_left_file())
    say(
        "Vous avez quitté la classe ; vos objets y restent. Le kit emploie de nouveau votre "
        f"serveur ; « {KIT} join », sans code, y retourne."
    )


def joined() -> dict[str, str] | None:
    """Renvoie les réglages de la classe rejointe, ``None`` hors d'une classe."""
    known = servers.read_settings()
    return known if "KIT_CLASS_LOCATOR" in known else None


def _read(card: Sequence[str]) -> tuple[str, str]:
    """Renvoie l'adresse et le code, vides s'ils ne sont pas donnés."""
    words = [word for part in card for word in part.split()]
    text = "/".join(words)
    head, _, tail = text.rpartition("/")
    if not text:
        return "", ""
    if not head or head in ("http:/", "https:/"):  # l'un des deux seulement
        with suppress(ContentError):
            return "", read_code(text)
        read_address(text)  # dit ce qui ne va pas
        return text, ""
    return head, read_code(tail)


def _opened(keys: Keys, found: Found, address: Address) -> Entry:
    """Renvoie l'entrée qu'ouvre un code.

    Raises:
        ContentError: il a déjà servi, ou n'est pas de cette classe.
    """
    if found.status == 200:
        if (data := unseal(keys, found.data)) is not None:
            return Entry.from_bytes(data)
        with suppress(ValueError, LookupError, TypeError):
            when = datetime.fromisoformat(json.loads(found.data)["used_on"])
            raise ContentError(
                f"Ce code a déjà servi, le {moment(when)}, sur un autre kit.",
                "Si c'était vous, demandez un nouveau code à l'enseignant ; sinon, dites-le-lui : "
                "quelqu'un est entré à votre place.",
            )
    if found.status >= 500:
        raise ServerError(
            f"Le serveur de la classe ({address}) est arrêté ou en difficulté.",
            "Recommencez dans une minute, ou prévenez l'enseignant.",
        )
    raise ContentError(
        f"Ce code n'est pas d'une classe ouverte à {address}, ou il a été remplacé.",
        "Vérifiez le code et l'adresse de votre carte ; l'enseignant peut vous en donner un autre.",
    )


def _keep(entry: Entry, address: Address, locator: str) -> None:
    """Écrit les réglages de la classe, et ouvre le passage s'il en faut un."""
    private_folder(data_folder())
    direct = f"{address.scheme}://{str(address).removeprefix('http://')}"
    settings = {
        "KIT_SERVER": "external",
        "MINIO_ENDPOINT": "http://127.0.0.1:0" if entry.certificate else direct,
        "MINIO_ACCESS_KEY": entry.access_key,
        "MINIO_SECRET_KEY": entry.secret_key,
        # Ceux de l'environnement, s'il y en a, ne sont pas à cette classe.
        "MINIO_SESSION_TOKEN": "",
        "AWS_SESSION_TOKEN": "",
        "MINIO_REGION": entry.region,
        "KIT_SPACE": entry.space,
        "KIT_ID": entry.space,  # le même sur toutes les machines de cet étudiant
        "KIT_CLASS": f"la classe « {entry.title} », à {address}",
        "KIT_CLASS_ADDRESS": str(address),
        "KIT_CLASS_CERTIFICATE": entry.certificate,
        "KIT_CLASS_LOCATOR": locator,
        "KIT_CLASS_TITLE": entry.title,
        "KIT_CLASS_STUDENT": entry.student,
        "KIT_CLASS_BUCKET": entry.bucket,
        "KIT_CLASS_BOARD": entry.board,
    }
    _start(settings)


def _start(settings: dict[str, str]) -> None:
    tunnel.close()
    os.environ.pop("KIT_OUT_OF_CLASS", None)
    if settings["KIT_CLASS_CERTIFICATE"]:
        settings["KIT_CLASS_PID"] = "0"  # le passage y met le sien
    write_private(class_file(), json.dumps(settings))
    if settings["KIT_CLASS_CERTIFICATE"]:
        try:
            tunnel.ensure()
        except ServerError:
            class_file().replace(_left_file())
            raise


def _enter(entry: Entry, locator: str) -> None:
    """Se sert des clés une première fois : le code qui les a données ne servira plus."""
    server = servers.find()
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        if server is not None:
            used = json.dumps({"used_on": now.isoformat()}).encode()
            write_json(client_for(server), ENTRANCE, locator, used)
    except (S3Error, HTTPError) as error:
        raise ServerError(
            f"La classe « {entry.title} » est rejointe, mais son serveur ne répond plus.",
            "Recommencez dans une minute avec le même code.",
        ) from error


def _return(place: str, say: Say) -> None:
    """Revient dans la classe déjà rejointe, et suit son serveur à une nouvelle adresse."""
    known = _known()
    if known is None:
        raise SettingsError("Il manque le code de votre carte.", _CARD)
    address = read_address(place or known["KIT_CLASS_ADDRESS"])
    found = look(address, known["KIT_CLASS_LOCATOR"])
    pinned = known["KIT_CLASS_CERTIFICATE"]
    if found.certificate != pinned if pinned else address.scheme == "https" and not found.trusted:
        raise certificate_changed(str(address))
    title = known["KIT_CLASS_TITLE"]
    moved = {"KIT_CLASS_ADDRESS": str(address), "KIT_CLASS": f"la classe « {title} », à {address}"}
    if not pinned:
        moved["MINIO_ENDPOINT"] = f"{address.scheme}://{str(address).removeprefix('http://')}"
    _start(known | moved)
    server = servers.find()
    if server is not None and found.status == 200 and found.data[:4] == b"KIT1":
        with suppress(S3Error, HTTPError):  # un arrêt l'avait empêché : le code ne doit plus servir
            now = datetime.now(UTC).replace(microsecond=0).isoformat()
            data = json.dumps({"used_on": now}).encode()
            write_json(client_for(server), ENTRANCE, known["KIT_CLASS_LOCATOR"], data)
    say(_welcome(title, known["KIT_CLASS_STUDENT"]))


def _known() -> dict[str, str] | None:
    """Renvoie les réglages de la classe où est ce kit, ou de celle qu'il a quittée."""
    for path in (class_file(), _left_file()):
        with suppress(OSError, ValueError, LookupError):
            found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            if found["KIT_CLASS_LOCATOR"] and found["KIT_CLASS_ADDRESS"]:
                return found
    return None


def _left_file() -> Path:
    return class_file().with_name("classe-quittee.json")


def _welcome(title: str, student: str) -> str:
    return (
        f"Vous êtes dans la classe « {title} » : {student}. Le kit emploie son serveur ; "
        "dans un notebook déjà ouvert, réexécutez la cellule connect()."
    )
