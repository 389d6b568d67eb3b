"""Un serveur S3 jetable qui parle TLS et sait chiffrer, et dont on peut fouiller le disque.

Il est tenu par un gardien, comme celui de ``throwaway``. Son autorité n'est connue de personne : un
client doit la recevoir. Il a un service de clés, pour chiffrer avec les siennes (SSE-S3).
"""

import base64
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import urllib3

from helpers import server as servers
from helpers.errors import ServerError
from helpers.server import Server, native
from helpers.server.ports import FIRST_PORT, candidates, free_ports
from helpers.server.settings import credentials
from helpers.topics.throwaway import guarded, keep

_AUTHORITY = "autorite.pem"
_END = datetime(2099, 12, 31)
_SECONDS = 30.0  # pour que MinIO soit prêt


@dataclass(frozen=True)
class EncryptedServer(Server):
    """Un serveur S3 en HTTPS.

    Attributes:
        folder: le dossier où il écrit tout.
    """

    folder: Path = Path()

    @property
    def authority(self) -> str:
        """Le fichier PEM de l'autorité qui a signé son certificat."""
        return str(self.folder / _AUTHORITY)

    def on_disk(self, text: str) -> bool:
        """Dit si l'hébergeur de ce serveur y lirait ce texte : dans un fichier, ou dans son nom."""
        for path in self.folder.rglob("*"):
            with suppress(OSError):  # un fichier peut disparaître
                if text in path.name or (path.is_file() and text.encode() in path.read_bytes()):
                    return True
        return False


@contextmanager
def encrypted_server() -> Iterator[EncryptedServer]:
    """Donne, le temps d'un ``with``, un serveur vide en HTTPS, avec son propre certificat.

    Le certificat vaut pour 127.0.0.1 et s3.ecole.example, et pour aucun autre nom. Avec Docker ou
    un serveur existant, c'est le serveur embarqué qui tient lieu du serveur.

    Raises:
        ServerError: le serveur ne démarre pas.
    """
    import trustme  # 70 ms à charger

    authority = trustme.CA(organization_name="Autorité de l'école")
    own = authority.issue_cert("127.0.0.1", "s3.ecole.example", not_after=_END)
    order = {
        "authority": authority.cert_pem.bytes().decode(),
        "certificate": own.cert_chain_pems[0].bytes().decode(),
        "key": own.private_key_pem.bytes().decode(),
    }
    with guarded("helpers.topics.encrypted", order) as (server, folder):
        yield EncryptedServer(**asdict(server), folder=folder)


def _write_certificates(order: dict[str, Any]) -> Path:
    """Écrit l'autorité, puis le certificat et sa clé sous les noms qu'attend MinIO."""
    folder = servers.data_folder()
    certificates = folder / "certs"
    certificates.mkdir(parents=True, mode=0o700)
    (folder / _AUTHORITY).write_text(order["authority"])
    (certificates / "public.crt").write_text(order["certificate"])
    (certificates / "private.key").write_text(order["key"])
    return certificates


def _start_seaweedfs(order: dict[str, Any], _: ExitStack) -> Server:
    certificates = _write_certificates(order)
    folder = servers.data_folder() / "embedded"
    folder.mkdir()
    with free_ports(candidates(FIRST_PORT), (0,)) as port:
        # SeaweedFS lit dans ce fichier les options que sa ligne de commande ne donne pas.
        (folder / "mini.options").write_text(
            f"s3.port.https={port}\n"
            f"s3.cert.file={certificates / 'public.crt'}\n"
            f"s3.key.file={certificates / 'private.key'}\n"
        )
        return replace(servers.ensure(), endpoint=f"127.0.0.1:{port}", secure=True)


def _start_minio(order: dict[str, Any], opened: ExitStack) -> Server:
    certificates = _write_certificates(order)
    user, password = credentials()
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    settings = {
        "MINIO_ROOT_USER": user,
        "MINIO_ROOT_PASSWORD": password,
        "MINIO_UPDATE": "off",
        "MINIO_KMS_SECRET_KEY": f"ecole:{key}",
    }
    with free_ports(candidates(FIRST_PORT), (0, 1)) as port:
        process = subprocess.Popen(
            [
                native.program() or "minio", "server", "objects",
                "--address", f"127.0.0.1:{port}",
                "--console-address", f"127.0.0.1:{port + 1}",
                "--certs-dir", str(certificates),
            ],
            cwd=servers.data_folder(),
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        opened.callback(process.wait)
        opened.callback(process.kill)
        server = Server("native", f"127.0.0.1:{port}", user, password, secure=True)
        _wait_until_ready(server, process)
        return server


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    pool = urllib3.PoolManager(ca_certs=str(servers.data_folder() / _AUTHORITY), retries=False)
    deadline = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(urllib3.exceptions.HTTPError):
            if pool.request("GET", f"{server.url}/minio/health/cluster", timeout=2).status == 200:
                return
        time.sleep(0.03)
    raise ServerError.of("throwaway.silent")


if __name__ == "__main__":
    keep(_start_minio, _start_seaweedfs)
