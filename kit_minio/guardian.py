"""Le gardien d'un serveur S3 jetable : il le démarre, le garde, et efface tout à la fin.

``helpers.topics.throwaway`` le lance comme programme : ``python -m kit_minio.guardian SORTE``. Une
sorte sait démarrer un MinIO et un SeaweedFS. Le serveur vit tant que l'entrée standard reste
ouverte : que le notebook le demande, ou meure, il n'en reste rien. Tué lui-même, il laisse son
serveur à ``kit_minio.leftovers``.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from pathlib import Path
from string import Template
from typing import Any

import urllib3
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from helpers import server as servers
from helpers.errors import KitError, ServerError
from helpers.s3 import client_for, write_json
from helpers.server import Server, embedded, native
from helpers.server.model import NotHere
from helpers.server.ports import FIRST_PORT, candidates, free_ports
from helpers.server.process import end, spawn
from helpers.server.settings import credentials
from helpers.topics.encrypted import AUTHORITY
from helpers.topics.tenants import MinioUsers
from kit_minio.leftovers import kept, sweep_throwaways

Start = Callable[[dict[str, Any], ExitStack], Server]
_SECONDS = 30.0  # pour que MinIO soit prêt
_SESSION_SECONDS = 4  # que vit une session, dont un exercice attend la fin


def keep(minio: Start, seaweedfs: Start) -> None:
    """Démarre le serveur que décrit l'entrée standard, et le garde jusqu'à ce qu'elle se ferme.

    Args:
        minio: démarre un MinIO, et confie à l'``ExitStack`` de quoi l'arrêter.
        seaweedfs: de même, le serveur embarqué.
    """
    order = json.loads(sys.stdin.readline())
    start = minio if os.environ["KIT_SERVER"] == "native" else seaweedfs
    folder = servers.data_folder()
    sweep_throwaways(folder.parent)
    try:
        with kept(folder), ExitStack() as opened:
            print(json.dumps(asdict(start(order, opened))), flush=True)
            sys.stdin.read()
    except KitError as error:
        print(json.dumps({"fact": error.fact, "remedy": error.remedy}), flush=True)
    finally:
        with suppress(KitError):
            servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


# --- Qui croit un fournisseur d'identité ---------------------------------------------------------


def _trusting_minio(order: dict[str, Any], _: ExitStack) -> Server:
    """MinIO : une politique du nom du rôle, puis le fournisseur, qu'il lit en redémarrant."""
    admin = MinioUsers(servers.ensure()).admin
    admin.policy_add(policy_name=order["role"], policy=order["policy"])
    settings = {
        "config_url": f"{order['issuer']}/.well-known/openid-configuration",
        "client_id": order["audience"],
        "client_secret": "sans-objet",  # exigé, et inutile : la console ne sert pas
    }
    admin.config_set(key="identity_openid", config=settings)
    servers.stop()
    return servers.ensure()


def _trusting_seaweedfs(order: dict[str, Any], _: ExitStack) -> Server:
    """SeaweedFS : le fournisseur, le rôle et sa politique, dans un fichier lu au démarrage."""
    template = Path(__file__).with_suffix(".json.in").read_text(encoding="utf-8")
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    settings = Template(template).substitute(
        order, signing_key=key, policy=json.dumps(order["policy"])
    )
    folder = servers.data_folder() / "embedded"
    folder.mkdir(parents=True)
    (folder / "iam.json").write_text(settings, encoding="utf-8")
    (folder / embedded.OPTIONS).write_text("s3.iam.config=iam.json\n", encoding="utf-8")
    return servers.ensure()


# --- Qui parle TLS ------------------------------------------------------------------------------


def _write_certificates(order: dict[str, Any]) -> Path:
    """Écrit l'autorité, puis le certificat et sa clé sous les noms qu'attend MinIO."""
    folder = servers.data_folder()
    certificates = folder / "certs"
    certificates.mkdir(parents=True, mode=0o700)
    (folder / AUTHORITY).write_text(order["authority"])
    (certificates / "public.crt").write_text(order["certificate"])
    (certificates / "private.key").write_text(order["key"])
    return certificates


def _encrypted_seaweedfs(order: dict[str, Any], _: ExitStack) -> Server:
    certificates = _write_certificates(order)
    folder = servers.data_folder() / "embedded"
    folder.mkdir()
    with free_ports(candidates(FIRST_PORT), (0,)) as port:
        (folder / embedded.OPTIONS).write_text(
            f"s3.port.https={port}\n"
            f"s3.cert.file={certificates / 'public.crt'}\n"
            f"s3.key.file={certificates / 'private.key'}\n"
        )
        return replace(servers.ensure(), endpoint=f"127.0.0.1:{port}", secure=True)


def _encrypted_minio(order: dict[str, Any], opened: ExitStack) -> Server:
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
    pool = urllib3.PoolManager(ca_certs=str(servers.data_folder() / AUTHORITY), retries=False)
    deadline = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(urllib3.exceptions.HTTPError):
            if pool.request("GET", f"{server.url}/minio/health/cluster", timeout=2).status == 200:
                return
        time.sleep(0.03)
    raise ServerError.of("throwaway.silent")


# --- Que son utilisateur administre -------------------------------------------------------------


def _plain(order: dict[str, Any], _: ExitStack) -> Server:
    """Démarre un serveur vide, tel que le kit le démarre."""
    return servers.ensure()


def _federated(start: Start) -> Start:
    """Renvoie de quoi démarrer un serveur qui croit un fournisseur d'identité d'ici.

    La clé privée de celui-ci est dans un bucket : qui administre ce serveur signe les identités.
    """

    def start_both(_: dict[str, Any], opened: ExitStack) -> Server:
        from helpers.topics.oidc import oidc_provider  # FastAPI ne sert qu'à celui-ci

        provider = opened.enter_context(oidc_provider({}, seconds=_SESSION_SECONDS))
        own = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"]}
        own["Resource"] = ["arn:aws:s3:::*-mesures/${jwt:preferred_username}/*"]
        terms = provider.terms()
        policy = {"Version": "2012-10-17", "Statement": [own]}
        server = start(terms | {"policy": policy}, opened)
        key = provider.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        told = {name: terms[name] for name in ("issuer", "audience", "role")}
        told |= {"role_arn": provider.role_arn, "kid": provider.key_id, "key": key.decode()}
        client = client_for(server)
        client.make_bucket(bucket_name="fournisseur")
        write_json(client, "fournisseur", "cle.json", json.dumps(told).encode())
        return server

    return start_both


# --- À quatre disques ---------------------------------------------------------------------------


def _disks(order: dict[str, Any], opened: ExitStack) -> Server:
    """Démarre MinIO sur quatre dossiers, qu'il prend pour des disques."""
    user, password = f"kit-{secrets.token_hex(4)}", secrets.token_urlsafe(48)
    environment = {
        "MINIO_ROOT_USER": user,
        "MINIO_ROOT_PASSWORD": password,
        "MINIO_UPDATE": "off",
        "MINIO_CI_CD": "1",  # sinon MinIO refuse des dossiers du disque du système
    }

    def command(port: int) -> list[str]:
        return [
            native.program() or "minio", "server", f"disque{{1...{order['count']}}}",
            "--address", f"127.0.0.1:{port}",
            "--console-address", f"127.0.0.1:{port + 1}",
        ]  # fmt: skip

    opened.callback(end, order["way"])
    try:
        port, pid = spawn(order["way"], command, (0, 1), FIRST_PORT, environment)
    except NotHere as error:
        raise ServerError.of("throwaway.silent") from error
    console = f"127.0.0.1:{port + 1}"
    return Server("native", f"127.0.0.1:{port}", user, password, console=console, pid=pid)


KINDS: dict[str, tuple[Start, Start]] = {
    "trusting": (_trusting_minio, _trusting_seaweedfs),
    "encrypted": (_encrypted_minio, _encrypted_seaweedfs),
    "disks": (_disks, _disks),
    "own": (_plain, _plain),
    "federated": (_federated(_trusting_minio), _federated(_trusting_seaweedfs)),
}

if __name__ == "__main__":
    keep(*KINDS[sys.argv[1]])
