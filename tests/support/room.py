"""Une classe pour les tests : un enseignant et des étudiants, chacun son dossier de données.

Le serveur est celui de la session ; l'enseignant en a les clés d'administrateur, par
l'environnement, et sa classe n'y laisse rien.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minio import Minio
from minio.error import S3Error

from helpers import server as servers
from helpers.s3 import client_for
from helpers.server import Server
from helpers.spaces import erase_bucket
from kit_minio.classroom import tunnel
from kit_minio.classroom.access import Access
from kit_minio.classroom.front import close_front
from kit_minio.classroom.joining import join, joined
from kit_minio.classroom.opening import Asked, open_class
from kit_minio.classroom.register import Register, Student, the_register
from kit_minio.classroom.rooms import drop_entry

ROSTER = "Nom;Prénom;Numéro\nMartin;Zoé;12\nDupont;Léa;13\nNguyễn;Ana;14\n"


@contextmanager
def environment(**changes: str | None) -> Iterator[None]:
    """Change des variables d'environnement, le temps d'un bloc ; ``None`` en retire une."""
    before = {name: os.environ.get(name) for name in changes}
    try:
        for name, value in changes.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        yield
    finally:
        for name, old in before.items():
            os.environ.pop(name, None)
            if old is not None:
                os.environ[name] = old


@dataclass
class Room:
    """Une classe ouverte.

    Attributes:
        folder: où sont les dossiers de chacun.
        server: le serveur, avec ses clés d'administrateur.
        way: la voie de l'enseignant ; ``external``, le serveur est celui de la session.
        said: ce que l'ouverture a dit.
    """

    folder: Path
    server: Server
    way: str = "external"
    said: list[str] = field(default_factory=list)

    @contextmanager
    def teacher(self) -> Iterator[Register | None]:
        """Met l'enseignant à ce clavier ; donne sa classe, s'il en a une."""
        data = self.folder / "enseignant"
        known = {
            "MINIO_ENDPOINT": self.server.url,
            "MINIO_ACCESS_KEY": self.server.access_key,
            "MINIO_SECRET_KEY": self.server.secret_key,
        }
        shared = self.way == "external"
        settings = known if shared else dict.fromkeys(known)
        with environment(KIT_DATA=str(data), KIT_SERVER=self.way, **settings):
            yield the_register() if (data / "classe/registre.json").exists() else None

    @contextmanager
    def student(self, name: str) -> Iterator[None]:
        """Met un étudiant à ce clavier, sur son propre kit."""
        with environment(KIT_DATA=str(self.folder / name), KIT_SERVER=None):
            yield

    def open(self, roster: str = ROSTER, **asked: Any) -> Register:
        """Ouvre la classe, ou la rouvre avec une autre liste."""
        path = self.folder / "ETUDIANTS.csv"
        path.write_text(roster, encoding="utf-8")
        with self.teacher():
            asked = {"address": f"127.0.0.1:{free_port(self.folder)}", "title": "TP"} | asked
            open_class(Asked(path, **asked), self.said.append)
            return the_register()

    @property
    def register(self) -> Register:
        """La classe."""
        with self.teacher() as register:
            assert register is not None
            return register

    @property
    def admin(self) -> Minio:
        """Un client qui peut tout."""
        return client_for(self.server)

    def card(self, name: str) -> str:
        """Renvoie la ligne de la carte d'un étudiant."""
        register = self.register
        return f"{register.address}/{register.named(name).code}"

    def enter(self, name: str) -> tuple[Minio, Student]:
        """Fait entrer un étudiant, s'il ne l'est pas déjà ; renvoie son client et ce qu'il est."""
        with self.student(name):
            if joined() is None:
                join([self.card(name)], self.said.append)
            found = servers.find()
            assert found is not None
            return client_for(found), self.register.named(name)

    def close(self) -> None:
        """Ferme la classe, et n'en laisse rien sur le serveur."""
        for folder in self.folder.iterdir():
            if folder.is_dir():
                with environment(KIT_DATA=str(folder)):
                    tunnel.close()
                    close_front()
        with self.teacher() as register:
            if register is None:
                return
        if self.way != "external":
            return  # son serveur s'en va avec lui
        access, spaces = Access(self.server), [one.space for one in register.students]
        for student in register.students:
            access.remove(student.user)
        for bucket in self.admin.list_buckets():
            ours = bucket.name.startswith(
                (f"classe-{register.id}-", *(f"{one}-" for one in spaces))
            )
            if ours:
                erase_bucket(self.admin, bucket.name)
        for student in register.students:
            drop_entry(self.admin, student.locator)


def own_room(folder: Path, way: str) -> Room:
    """Renvoie une classe sur un serveur à elle, que le kit de l'enseignant démarre."""
    data = str(folder / "enseignant")
    with environment(KIT_DATA=data, KIT_SERVER=way):
        return Room(folder, servers.ensure(), way)


def free_port(folder: Path) -> int:
    """Renvoie un port libre, le même à chaque fois pour ce dossier."""
    noted = folder / "port"
    if not noted.exists():
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            noted.write_text(str(probe.getsockname()[1]))
    return int(noted.read_text())


def refused(action: Any, **arguments: Any) -> str:
    """Renvoie le code du refus d'une opération ; vide si elle a été acceptée."""
    try:
        result = action(**arguments)
        if hasattr(result, "__next__"):
            next(result, None)
        with suppress(AttributeError):
            result.release_conn()
    except S3Error as error:
        return error.code or "refus"
    return ""
