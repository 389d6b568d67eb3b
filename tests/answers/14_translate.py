RIGHT = {
    "lu et redéposé": """
import io
import re
from minio.deleteobjects import DeleteObject

bucket = tp.bucket("atelier")


def read(key):
    with client.get_object(bucket_name=bucket, object_name=key) as response:
        return response.read()


def write(key, data, kind="application/octet-stream"):
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(data),
                      length=len(data), content_type=kind)


keys = [re.findall(r"s3://[^/]+/(\\S+)", command) for command in commands]
write(keys[0][1], read(keys[0][0]))
doomed = [keys[0][0]]
for item in client.list_objects(bucket_name=bucket, recursive=True):
    if item.object_name.startswith(keys[1][0]):
        doomed.append(item.object_name)
list(client.remove_objects(bucket_name=bucket, delete_object_list=map(DeleteObject, doomed)))
write(keys[2][1], read(keys[2][0]), re.search('--content-type "(.*?)"', commands[2])[1])
""",
    "sans rien lire": """
import shlex

from minio.commonconfig import REPLACE, CopySource
from minio.deleteobjects import DeleteObject

for command in commands:
    verb, *rest = shlex.split(command)[2:]
    keys = [word.split("/", 3)[3] for word in rest if word.startswith("s3://")]
    bucket = tp.bucket("atelier")
    if verb == "rm":
        found = client.list_objects(bucket, keys[0], recursive=True)
        doomed = [DeleteObject(item.object_name) for item in found]
        print(list(client.remove_objects(bucket, doomed)))
        continue
    options = {}
    if "--content-type" in rest:
        kind = rest[rest.index("--content-type") + 1]
        options = {"metadata": {"Content-Type": kind}, "metadata_directive": REPLACE}
    client.copy_object(bucket, keys[1], CopySource(bucket, keys[0]), **options)
    if verb == "mv":
        client.remove_object(bucket, keys[0])
""",
    "boto3": """
import shlex

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
bucket = tp.bucket("atelier")
words = [shlex.split(command.replace(f"s3://{bucket}/", "")) for command in commands]
for old, new, more in (
    (*words[0][3:5], {}),
    (*words[2][3:5], {"ContentType": words[2][6], "MetadataDirective": "REPLACE"}),
):
    s3.copy_object(
        Bucket=bucket, Key=new, CopySource={"Bucket": bucket, "Key": old}, **more
    )
for item in s3.list_objects_v2(Bucket=bucket, Prefix=words[1][3])["Contents"]:
    s3.delete_object(Bucket=bucket, Key=item["Key"])
s3.delete_object(Bucket=bucket, Key=words[0][3])
""",
    "la troisième d'abord, par un fichier": r"""
import re
import tempfile
from pathlib import Path

bucket = tp.bucket("atelier")
(old, new), (doomed,), (source, target) = (
    re.findall(r"s3://[^/ ]+/(\S+)", command) for command in commands
)
kind = commands[2].split('"')[1]
path = Path(tempfile.mkdtemp()) / "objet"
client.fget_object(bucket, source, str(path))
client.fput_object(bucket, target, str(path), content_type=kind.replace("; ", ";"))
client.fget_object(bucket, old, str(path))
client.fput_object(bucket, new, str(path))
for item in list(client.list_objects(bucket, prefix=doomed, recursive=True)):
    client.remove_object(bucket, item.object_name)
client.remove_object(bucket, old)
""",
}

_START = """
import shlex
from minio.commonconfig import REPLACE, CopySource

bucket = tp.bucket("atelier")
words = [shlex.split(command) for command in commands]
keys = [[w.removeprefix(f"s3://{bucket}/") for w in line if w.startswith("s3:")] for line in words]


def copy(old, new, **options):
    source = CopySource(bucket_name=bucket, object_name=old)
    client.copy_object(bucket_name=bucket, object_name=new, source=source, **options)


def remove(prefix):
    for item in list(client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)):
        client.remove_object(bucket_name=bucket, object_name=item.object_name)
"""
_MOVE = "\ncopy(*keys[0]); remove(keys[0][0])"
_REMOVE = "\nremove(keys[1][0])"
_COPY = "\ncopy(*keys[2], metadata={'Content-Type': words[2][6]}, metadata_directive=REPLACE)"

WRONG = {
    "copié au lieu de déplacé": (_START + "\ncopy(*keys[0])" + _REMOVE + _COPY, "mv déplace", 2),
    "la première oubliée": (_START + _REMOVE + _COPY, "La première commande n'est pas faite", 2),
    "supprimé au lieu de déplacé": (
        _START + "\nremove(keys[0][0])" + _REMOVE + _COPY,
        "a disparu, sans être devenu",
        2,
    ),
    "la deuxième oubliée": (_START + _MOVE + _COPY, "La deuxième commande n'est pas faite", 2),
    "un seul niveau supprimé": (
        _START
        + _MOVE
        + """
for item in list(client.list_objects(bucket_name=bucket, prefix=keys[1][0])):
    client.remove_object(bucket_name=bucket, object_name=item.object_name)
"""
        + _COPY,
        "tous les niveaux",
        2,
    ),
    "préfixe sans sa barre": (
        _START + _MOVE + "\nremove(keys[1][0].rstrip('/'))" + _COPY,
        "tp.translate.reset()",
        0,
    ),
    "la troisième oubliée": (_START + _MOVE + _REMOVE, "La troisième commande n'est pas faite", 2),
    "le type de l'original": (
        _START + _MOVE + _REMOVE + "\ncopy(*keys[2])",
        "n'a pas le type",
        2,
    ),
    "déplacé au lieu de copié": (
        _START + _MOVE + _REMOVE + _COPY + "\nremove(keys[2][0])",
        "tp.translate.reset()",
        0,
    ),
    "une clé de trop": (
        _START + _MOVE + _REMOVE + _COPY + "\ncopy(keys[2][0], 'copie.txt')",
        "ne vient d'aucune des commandes",
        0,
    ),
    "le fichier des commandes effacé": (
        _START + _MOVE + _REMOVE + _COPY + '\nremove("commandes.txt")',
        "« commandes.txt »",
        0,
    ),
}

THEN = {
    "copié au lieu de déplacé": (WRONG["copié au lieu de déplacé"][0], None),
    "le type de l'original": (
        WRONG["le type de l'original"][0],
        "tp.translate.reset()\n" + RIGHT["sans rien lire"],
    ),
    "préfixe sans sa barre": (
        WRONG["préfixe sans sa barre"][0],
        "tp.translate.reset()\n" + RIGHT["boto3"],
    ),
}
