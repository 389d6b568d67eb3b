SECOND = """
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
"""

MIRROR = """
import hashlib

found = client.list_objects(bucket_name=bucket, prefix={prefix}, recursive=True)
stored = {{item.object_name: item.{mark} for item in found}}
for path in folder.rglob("*"):
    if path.is_file():
        key = {key}
        data = path.read_bytes()
        if stored.pop(key, None) != {same}:
            client.fput_object(bucket_name=bucket, object_name=key, file_path=str(path))
for key in {doomed}:
    client.remove_object(bucket_name=bucket, object_name=key)
"""
GOOD = {
    "prefix": "prefix",
    "mark": "etag",
    "key": "prefix + path.relative_to(folder).as_posix()",
    "same": "hashlib.md5(data).hexdigest()",
    "doomed": "stored",
}

WRONG = {
    "rien n'est supprimé": (
        MIRROR.format(**GOOD | {"doomed": "[]"}),
        "est encore dans le miroir",
    ),
    "tout le bucket": (
        MIRROR.format(**GOOD | {"prefix": '""'}),
        "qui n'est pas sous site/",
    ),
    "préfixe sans sa barre": (
        MIRROR.format(**GOOD | {"prefix": 'prefix.rstrip("/")'}),
        "qui n'est pas sous site/",
    ),
    "d'après la taille": (
        MIRROR.format(**GOOD | {"mark": "size", "same": "len(data)"}),
        "sa taille, elle, n'a pas changé",
    ),
    "tout envoyé à chaque fois": (
        MIRROR.format(**GOOD | {"same": "data"}),
        "inchangé a été envoyé de nouveau",
    ),
    "sans les sous-dossiers": (
        MIRROR.format(**GOOD | {"key": "prefix + path.name"}),
        "sa clé n'est pas son chemin",
    ),
    "envoyé une fois pour toutes": (
        MIRROR.format(**GOOD | {"same": "data"}).replace(
            "stored.pop(key, None) != data", "stored.pop(key, None) is None"
        ),
        "le miroir garde l'ancien contenu",
    ),
    "sans le préfixe": (
        MIRROR.format(**GOOD | {"key": "path.relative_to(folder).as_posix()"}),
        "Une clé n'est pas sous site/",
    ),
}
