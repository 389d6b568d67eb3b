RIGHT = {
    "contenus relus": """
import os

def content(key):
    with client.get_object(bucket_name=bucket, object_name=key) as response:
        return response.read()

listing = client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)
sizes = {item.object_name: item.size for item in listing}
wanted = set()
for place, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(place, name)
        key = prefix + os.path.relpath(path, folder).replace(os.sep, "/")
        wanted.add(key)
        with open(path, "rb") as file:
            data = file.read()
        if sizes.get(key) != len(data) or content(key) != data:
            client.fput_object(bucket_name=bucket, object_name=key, file_path=path)
for key in set(sizes) - wanted:
    client.remove_object(bucket_name=bucket, object_name=key)
""",
    "l'empreinte dans un tag": """
import hashlib
import io

from minio.commonconfig import Tags

stored = {item.object_name for item in client.list_objects(bucket, prefix, recursive=True)}
for path in sorted(folder.rglob("*")):
    if path.is_dir():
        continue
    key, data = prefix + "/".join(path.relative_to(folder).parts), path.read_bytes()
    tags = Tags.new_object_tags()
    tags["md5"] = hashlib.md5(data).hexdigest()
    known = client.get_object_tags(bucket, key) if key in stored else None
    stored.discard(key)
    if known != tags:
        client.put_object(bucket, key, io.BytesIO(data), len(data), tags=tags)
for key in stored:
    client.remove_object(bucket, key)
""",
    "empreinte gardée en métadonnée": """
import hashlib
import os
from pathlib import Path

keys = [o.object_name for o in client.list_objects(bucket, prefix=prefix, recursive=True)]
wanted = []
for place, _, names in os.walk(folder):
    for name in names:
        path = Path(place) / name
        key = f"{prefix}{path.relative_to(folder).as_posix()}"
        wanted.append(key)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        known = client.stat_object(bucket, key).metadata if key in keys else {}
        if known.get("x-amz-meta-sha256") != digest:
            client.fput_object(bucket, key, str(path), metadata={"sha256": digest})
for key in set(keys).difference(wanted):
    client.remove_object(bucket, key)
""",
    "boto3": """
import hashlib

import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
)
found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
stored = {item["Key"]: item["ETag"].strip('"') for item in found}
for path in folder.glob("**/*"):
    if not path.is_dir():
        key, data = prefix + path.relative_to(folder).as_posix(), path.read_bytes()
        if stored.pop(key, "") != hashlib.md5(data).hexdigest():
            s3.put_object(Bucket=bucket, Key=key, Body=data)
for key in stored:
    s3.delete_object(Bucket=bucket, Key=key)
""",
}

_MIRROR = """
import hashlib

found = client.list_objects(bucket_name=bucket, prefix={prefix}, recursive=True)
stored = {{item.object_name: item.{mark} for item in found}}
for path in folder.rglob("{pattern}"):
    if path.is_file():
        key = {key}
        data = path.read_bytes()
        if stored.pop(key, None) != {same}:
            client.fput_object(bucket_name=bucket, object_name=key, file_path=str(path))
for key in {doomed}:
    client.remove_object(bucket_name=bucket, object_name=key)
"""
_GOOD = {
    "pattern": "*",
    "prefix": "prefix",
    "mark": "etag",
    "key": "prefix + path.relative_to(folder).as_posix()",
    "same": "hashlib.md5(data).hexdigest()",
    "doomed": "stored",
}

_ETAG = """
import hashlib
import io

from minio.deleteobjects import DeleteObject

listing = client.list_objects(bucket, prefix=prefix, recursive=True)
stored = {item.object_name: item.etag.strip('"') for item in listing}
files = {
    prefix + "/".join(path.relative_to(folder).parts): path.read_bytes()
    for path in folder.rglob("*") if path.is_file()
}
for key, data in files.items():
    if stored.get(key) != hashlib.md5(data).hexdigest():
        client.put_object(bucket, key, io.BytesIO(data), len(data))
doomed = [DeleteObject(key) for key in stored.keys() - files.keys()]
print(list(client.remove_objects(bucket, doomed)))
"""

WRONG = {
    "l'ETag pris pour une empreinte": (_ETAG, "son ETag n'est pas l'empreinte", 3),
    "rien n'est supprimé": (
        _MIRROR.format(**_GOOD | {"doomed": "[]"}),
        "est encore dans le miroir",
    ),
    "tout le bucket": (
        _MIRROR.format(**_GOOD | {"prefix": '""'}),
        "tp.mirror.reset()",
    ),
    "préfixe sans sa barre": (
        _MIRROR.format(**_GOOD | {"prefix": 'prefix.rstrip("/")'}),
        "tp.mirror.reset()",
    ),
    "d'après la taille": (
        _MIRROR.format(**_GOOD | {"mark": "size", "same": "len(data)"}),
        "sa taille, elle, n'a pas changé",
    ),
    "tout envoyé à chaque fois": (
        _MIRROR.format(**_GOOD | {"same": "data"}),
        "inchangé a été envoyé de nouveau",
    ),
    "sans les sous-dossiers": (
        _MIRROR.format(**_GOOD | {"key": "prefix + path.name"}),
        "sa clé n'est pas son chemin",
    ),
    "envoyé une fois pour toutes": (
        _MIRROR.format(**_GOOD | {"same": "data"}).replace(
            "stored.pop(key, None) != data", "stored.pop(key, None) is None"
        ),
        "le miroir garde l'ancien contenu",
    ),
    "sans le préfixe": (
        _MIRROR.format(**_GOOD | {"key": "path.relative_to(folder).as_posix()"}),
        "n'est sous aucun des deux préfixes",
    ),
    "sans les fichiers sans extension": (
        _MIRROR.format(**_GOOD | {"pattern": "*.*"}),
        "n'a pas d'extension",
        0,
    ),
    "préfixe écrit dans la fonction": (
        "prefix = 'site/'" + _MIRROR.format(**_GOOD),
        "ne tient pas compte de son paramètre prefix",
        2,
    ),
    "listage d'un autre préfixe": (
        _MIRROR.format(**_GOOD | {"prefix": '"site/"'}),
        "rien de ce qui n'est pas sous prefix",
        0,
    ),
    "rien d'écrit": ("pass", "Rien n'est sous site/", 0),
    "lu comme du texte": (
        """
import hashlib
import io

listing = client.list_objects(bucket, prefix=prefix, recursive=True)
stored = {item.object_name: item.etag for item in listing}
files = {
    prefix + path.relative_to(folder).as_posix(): path.read_text(errors="replace").encode()
    for path in folder.rglob("*")
    if path.is_file()
}
for key, data in files.items():
    if stored.get(key) != hashlib.md5(data).hexdigest():
        client.put_object(bucket, key, io.BytesIO(data), len(data))
for key in stored.keys() - files.keys():
    client.remove_object(bucket, key)
""",
        "read_bytes() les donne tels quels",
        2,
    ),
}

THEN = {
    "rien n'est supprimé": (WRONG["rien n'est supprimé"][0], None),
    "d'après la taille": (WRONG["d'après la taille"][0], RIGHT["boto3"]),
    "tout le bucket": (
        WRONG["tout le bucket"][0],
        """
if not list(client.list_objects(bucket_name=bucket, prefix="notes.txt")):
    tp.mirror.reset()
"""
        + RIGHT["boto3"],
    ),
}
