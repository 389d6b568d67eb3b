"""L'examen de l'installation : une ligne par point, avec son remède."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from packaging.requirements import Requirement

from helpers import server as servers
from helpers.errors import KIT, KitError
from helpers.files import ROOT
from helpers.french import size
from helpers.server import docker, embedded, native
from helpers.server.choose import forced_way
from helpers.server.ports import is_free
from helpers.server.settings import nearly_full

PORTS = (9000, 9001)  # les premiers que le kit essaie : l'API S3 et la console
LOW_DISK = 1024**3  # octets : une leçon de transfert en écrit quelques centaines de millions


@dataclass(frozen=True)
class Finding:
    """Un point examiné : ``✓`` va bien, ``!`` à savoir, ``✗`` à réparer."""

    mark: str
    fact: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.fact}" + (f"\n    → {self.remedy}" if self.remedy else "")


def examine() -> Iterator[Finding]:
    """Examine tour à tour Python, paquets, serveur, ports, disque, Docker et isolement."""
    yield _python()
    yield _packages()
    yield _server()
    yield from _ways()
    yield _ports()
    yield _disk()
    yield _isolation()


def _python() -> Finding:
    return Finding("✓", f"Python {platform.python_version()} ({sys.executable})")


def _packages() -> Finding:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    texts = [line.split(" #")[0].strip() for line in lines]
    needs = [Requirement(text) for text in texts if text and not text.startswith(("#", "-"))]
    needs = [need for need in needs if need.marker is None or need.marker.evaluate()]
    wrong = []
    for need in needs:
        try:
            version = importlib.metadata.version(need.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{need.name} absent")
            continue
        if not need.specifier.contains(version, prereleases=True):
            wrong.append(f"{need.name} {version} (attendu : {need.specifier})")
    if wrong:
        return Finding("✗", f"Paquets : {', '.join(wrong)}", f"Lancez « {KIT} lab » : il installe.")
    return Finding("✓", f"Paquets : {len(needs)} dépendances directes, toutes aux bonnes versions")


def _server() -> Finding:
    try:
        server = servers.find()
    except KitError as error:
        return Finding("✗", error.fact, error.remedy)
    if server is None:
        return Finding(
            "!", "Aucun serveur S3 ne tourne", f"connect() ou « {KIT} up » en démarre un."
        )
    if not servers.is_ready(server):
        return Finding("✗", f"{server.sentence} Il ne répond pas.", servers.remedy_for(server))
    return Finding("✓", server.sentence)


def _ways() -> Iterator[Finding]:
    forced = None
    with suppress(KitError):  # _server() l'a déjà dite
        forced = forced_way(servers.read_settings())
    trouble = docker.missing()
    if trouble:
        yield _missing(trouble, "Installez Docker Desktop ou démarrez-le", forced == docker.NAME)
    else:
        yield Finding("✓", "Docker et Compose répondent")
    no_minio = native.missing()
    if no_minio:
        yield _missing(no_minio, "Installez l'un d'eux", forced == native.NAME)
    else:
        yield Finding("✓", f"MinIO installé : {native.program()}")
    not_embedded = embedded.missing()
    if not_embedded:
        needed = forced == embedded.NAME or bool(trouble and no_minio)
        yield _missing(not_embedded, "Installez Docker Desktop ou minio", needed)
    else:
        yield Finding("✓", "Serveur embarqué installé (SeaweedFS)")


def _missing(fact: str, remedy: str, needed: bool) -> Finding:
    """Renvoie ce que vaut l'absence d'une voie : à réparer si elle est imposée, ou la dernière."""
    fact = fact[:1].upper() + fact[1:]
    if needed:
        return Finding("✗", fact, f"{remedy} ; si KIT_SERVER l'impose, vous pouvez la retirer.")
    return Finding("!", f"{fact} (facultatif)", f"{remedy} si vous voulez vous en servir.")


def _ports() -> Finding:
    busy = [port for port in PORTS if not is_free(port)]
    if not busy:
        return Finding("✓", f"Les ports {' et '.join(map(str, PORTS))} sont libres")
    listed = f"{'le port' if len(busy) == 1 else 'les ports'} {' et '.join(map(str, busy))}"
    server = None
    with suppress(KitError):  # _server() l'a déjà dite
        server = servers.find()
    if server is not None and server.endpoint in (f"127.0.0.1:{busy[0]}", f"localhost:{busy[0]}"):
        whose = "existant" if server.way == "external" else "du kit"
        return Finding("✓", f"Le serveur {whose} occupe {listed}")
    return Finding(
        "!",
        f"Un autre programme occupe {listed}",
        "Rien à faire : le kit prend d'autres ports, et le dit.",
    )


def _disk() -> Finding:
    folder = servers.data_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    left = nearly_full(folder)
    text = f"Disque : {left or f'{size(free)} libres'} dans {folder}"
    if not os.access(folder, os.W_OK):
        return Finding(
            "✗", f"Le dossier {folder} n'est pas accessible en écriture", "Définissez KIT_DATA."
        )
    if left or free < LOW_DISK:
        remedy = "Libérez de la place : les leçons écrivent quelques centaines de Mio."
        return Finding("✗" if left else "!", text, remedy)
    return Finding("✓", text)


def _isolation() -> Finding:
    """Essaie les niveaux d'isolation ; seule la correction de copies en a besoin."""
    from kit_minio.grading.execute.sandbox.isolation import IsolationError
    from kit_minio.grading.execute.sandbox.levels import find_isolation

    try:
        return Finding("✓", find_isolation().sentence)
    except IsolationError as error:
        return Finding("!", f"{error.fact} Un étudiant s'en passe.", error.remedy)
