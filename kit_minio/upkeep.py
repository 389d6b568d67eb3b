"""Ce que le serveur embarqué ne fait pas de lui-même, ou refuse même à son administrateur.

Une politique qui interdit tout à tous ferme un bucket à jamais, verrou compris. Le « filer » de
SeaweedFS, que seuls les certificats du kit ouvrent, connaît le bucket comme un dossier : on l'y
récrit sans sa politique, ou on l'efface. Lancé comme programme, ce module rouvre un bucket : c'est
ainsi que ``helpers`` s'en sert.

Ce qui est effacé occupe le disque jusqu'à dix-sept minutes (``-master.vacuumIntervalSeconds`` n'y
peut rien : « weed mini » confie ce ménage à un autre) : on le lui demande.
"""

import base64
import json
import re
import subprocess
import sys
import time

from minio.error import S3Error

from helpers.s3 import client_for
from helpers.server import data_folder, find
from helpers.server.embedded import NAME, program

_SECONDS = 20
_MUCH = 256 * 1024**2  # octets, à partir desquels le ménage vaut d'être demandé
_POLICY = "s3-bucket-policy"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,62}")
# Les champs d'une entrée du « filer » (filer.proto) que porte un bucket.
_ATTRIBUTES = {"mtime": 2, "fileMode": 3, "uid": 4, "gid": 5, "crtime": 6, "inode": 17}


def lift_policy(bucket: str) -> bool:
    """Retire la politique d'un bucket qui est fermé à tous ; vrai si c'est fait.

    Args:
        bucket: le nom complet du bucket ; rien d'autre de lui ne change.
    """
    said = _shell_on(bucket, f"fs.meta.cat /buckets/{bucket}")
    try:
        entry = json.loads(said[: said.rindex("}") + 1])
        kept = {name: data for name, data in entry["extended"].items() if name != _POLICY}
        if kept == entry["extended"]:
            return False
        record = _record(bucket, entry, kept)
    except (LookupError, TypeError, ValueError):
        return False
    file = data_folder() / NAME / "bucket.meta"
    file.write_bytes(len(record).to_bytes(4, "big") + record)
    try:
        return "is loaded" in _shell(f"fs.meta.load {file.name}") and _open_again(bucket)
    finally:
        file.unlink(missing_ok=True)


def _open_again(bucket: str) -> bool:
    """Attend que le serveur S3, qui garde les politiques en mémoire, sache que celle-ci n'est plus.

    Faux s'il refuse encore au bout de vingt secondes.
    """
    server, deadline = find(), time.monotonic() + _SECONDS
    client = client_for(server) if server else None
    while client is not None and time.monotonic() < deadline:
        try:
            client.get_bucket_policy(bucket_name=bucket)
        except S3Error as error:
            if error.code != "AccessDenied":
                return True
        time.sleep(0.02)
    return False


def drop_bucket(bucket: str) -> bool:
    """Efface un bucket et tout ce qu'il contient, verrous compris ; vrai si c'est fait.

    Args:
        bucket: le nom complet du bucket.
    """
    _shell_on(bucket, f"fs.rm -rf /buckets/{bucket}")
    return "no entry is found" in _shell_on(bucket, f"fs.meta.cat /buckets/{bucket}")


def give_space_back() -> None:
    """Rend au disque ce qui est effacé, s'il y en a peut-être beaucoup."""
    files = (data_folder() / NAME).glob("*.dat")
    if sum(file.stat().st_size for file in files) > _MUCH:
        _shell("lock\nvolume.vacuum -garbageThreshold=0.1\nunlock\n")


def _shell_on(bucket: str, command: str) -> str:
    """Exécute une commande sur un bucket, si c'est bien le nom d'un bucket."""
    return _shell(command) if _NAME.fullmatch(bucket) else ""


def _shell(command: str) -> str:
    """Exécute une commande de « weed shell » sur le serveur embarqué ; un texte vide, sans lui."""
    server, weed = find(), program()
    if server is None or server.way != NAME or weed is None:
        return ""
    port = int(server.endpoint.rpartition(":")[2])
    try:
        done = subprocess.run(
            [weed, "shell", f"-master=127.0.0.1:{port + 1}", f"-filer=127.0.0.1:{port + 3}"],
            input=command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            cwd=data_folder() / NAME,  # là où sont les certificats
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout + done.stderr


def _record(bucket: str, entry: dict[str, dict[str, str]], kept: dict[str, str]) -> bytes:
    """Renvoie l'entrée d'un bucket, telle que « fs.meta.load » la lit (Protocol Buffers)."""
    attributes = [
        _varint(number << 3) + _varint(int(entry["attributes"][name]))
        for name, number in _ATTRIBUTES.items()
    ]
    extended = [
        _field(5, _text(1, name) + _field(2, base64.b64decode(kept[name]))) for name in kept
    ]
    content = base64.b64decode(str(entry.get("content") or ""))
    parts = [_text(1, bucket), b"\x10\x01", _field(4, b"".join(attributes)), *extended]
    return _text(1, "/buckets") + _field(2, b"".join([*parts, _field(9, content)]))


def _text(number: int, value: str) -> bytes:
    return _field(number, value.encode())


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    more, last = value >> 7, value & 0x7F
    return bytes([last]) if not more else bytes([last | 0x80]) + _varint(more)


if __name__ == "__main__":
    sys.exit(not lift_policy(sys.argv[1]))
