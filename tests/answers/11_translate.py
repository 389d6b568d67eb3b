SECOND = """
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
"""

START = """
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
MOVE = "\ncopy(*keys[0]); remove(keys[0][0])"
REMOVE = "\nremove(keys[1][0])"
COPY = "\ncopy(*keys[2], metadata={'Content-Type': words[2][6]}, metadata_directive=REPLACE)"

WRONG = {
    "copié au lieu de déplacé": (
        START + "\ncopy(*keys[0])" + REMOVE + COPY,
        "mv déplace",
    ),
    "la deuxième oubliée": (
        START + MOVE + COPY,
        "La deuxième commande n'est pas faite",
    ),
    "préfixe sans sa barre": (
        START + MOVE + "\nremove(keys[1][0].rstrip('/'))" + COPY,
        "a disparu ou changé",
    ),
    "la troisième oubliée": (
        START + MOVE + REMOVE,
        "La troisième commande n'est pas faite",
    ),
    "le type de l'original": (
        START + MOVE + REMOVE + "\ncopy(*keys[2])",
        "n'a pas le type",
    ),
    "une clé de trop": (
        START + MOVE + REMOVE + COPY + "\ncopy(keys[2][0], 'copie.txt')",
        "ne vient d'aucune",
    ),
}
