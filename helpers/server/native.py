"""La voie ``native`` : un programme ``minio`` ou ``silo`` sur le PATH."""

import shutil

from helpers.server.model import NotHere, Say, Server
from helpers.server.process import spawn
from helpers.server.settings import credentials

NAME = "native"


def program() -> str | None:
    """Renvoie le chemin de ``minio`` ou de ``silo`` sur le PATH, s'il y en a un."""
    return shutil.which("minio") or shutil.which("silo")


def missing() -> str | None:
    """Dit ce qui manque ici, ou ``None`` si un programme est là."""
    return None if program() else "aucun programme minio ni silo sur le PATH"


def start(first_port: int, say: Say) -> Server:
    """Démarre MinIO ; lève ``NotHere`` s'il n'y parvient pas."""
    minio = program()
    if minio is None:
        raise NotHere(missing())
    user, password = credentials()
    environment = {"MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password, "MINIO_UPDATE": "off"}

    def command(port: int) -> list[str]:
        return [
            minio, "server", "objects",
            "--address", f"127.0.0.1:{port}",
            "--console-address", f"127.0.0.1:{port + 1}",
        ]  # fmt: skip

    port, pid = spawn(NAME, command, (0, 1), first_port, environment)
    console = f"127.0.0.1:{port + 1}"
    return Server(NAME, f"127.0.0.1:{port}", user, password, console=console, pid=pid)
