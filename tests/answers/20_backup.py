_LOOP = """
from minio.commonconfig import COPY, REPLACE, CopySource, Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")
prefix = {prefix}
for item in list(client.list_objects(bucket_name=source, prefix=prefix{recursive})):
    tags = Tags.new_object_tags()
    {tags}
    client.copy_object(
        bucket_name=target,
        object_name={key},
        source=CopySource(bucket_name=source, object_name=item.object_name),
        tags=tags,
        tagging_directive=REPLACE,
    )
    {after}
"""
_OLD = "tags.update(client.get_object_tags(bucket_name=source, object_name=item.object_name) or {})"
_MARK = 'tags["sauvegarde"] = wish["date"]'


def _loop(
    prefix="f\"utilisateurs/{wish['user']}/documents/\"",
    tags=f"{_OLD}\n    {_MARK}",
    key="item.object_name",
    after="",
    recursive=", recursive=True",
):
    return _LOOP.format(prefix=prefix, tags=tags, key=key, after=after, recursive=recursive)


_PUT = """
import io

from minio.commonconfig import Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")
for item in client.list_objects(bucket_name=source, recursive=True):
    if item.object_name.split("/")[1] != wish["user"]:
        continue
    answer = client.get_object(bucket_name=source, object_name=item.object_name)
    data = answer.read()
    tags = client.get_object_tags(source, item.object_name) or Tags.new_object_tags()
    tags["sauvegarde"] = wish["date"]
    start = "x-amz-meta-"
    client.put_object(
        bucket_name=target,
        object_name=item.object_name,
        data=io.BytesIO(data),
        length=len(data),
        content_type={mime},
        metadata={metadata},
        tags=tags,
    )
"""
_ALL = """{
            name.lower().removeprefix(start): value
            for name, value in answer.headers.items()
            if name.lower().startswith(start)
        }"""


def _put(mime='answer.headers["Content-Type"]', metadata=_ALL):
    return _PUT.replace("{mime}", mime).replace("{metadata}", metadata)


RIGHT = {
    "les octets, redéposés": _put(),
    "copié, puis les tags": """
from minio.commonconfig import CopySource, Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")
prefix = f"utilisateurs/{wish['user']}/documents/"
for item in client.list_objects(source, prefix, recursive=True):
    client.copy_object(target, item.object_name, CopySource(source, item.object_name))
    tags = Tags.new_object_tags()
    tags.update(client.get_object_tags(source, item.object_name) or {})
    tags["sauvegarde"] = wish["date"]
    client.set_object_tags(target, item.object_name, tags)
""",
    "à plusieurs": """
from concurrent.futures import ThreadPoolExecutor

from minio.commonconfig import REPLACE, CopySource, Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")


def save(key):
    tags = client.get_object_tags(source, key) or Tags.new_object_tags()
    tags["sauvegarde"] = wish["date"]
    client.copy_object(
        target, key, CopySource(source, key), tags=tags, tagging_directive=REPLACE
    )


prefix = f"utilisateurs/{wish['user']}/documents/"
keys = [item.object_name for item in client.list_objects(source, prefix, recursive=True)]
with ThreadPoolExecutor(4) as pool:
    list(pool.map(save, keys))
""",
    "compose_object": """
from minio.commonconfig import ComposeSource, Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")
start = f"utilisateurs/{wish['user']}/"
for item in client.list_objects(source, recursive=True):
    key = item.object_name
    if not key.startswith(start):
        continue
    stat = client.stat_object(source, key)
    tags = Tags.new_object_tags()
    tags.update(client.get_object_tags(source, key) or {})
    tags["sauvegarde"] = str(wish["date"])
    metadata = {
        name: value for name, value in stat.metadata.items()
        if name.lower().startswith("x-amz-meta-")
    }
    metadata["Content-Type"] = stat.content_type
    client.compose_object(
        target, key, [ComposeSource(source, key)], metadata=metadata, tags=tags
    )
""",
    "deux fois de suite": _loop() + _loop(),
}

WRONG = {
    "sans la barre": (
        _loop(prefix="f\"utilisateurs/{wish['user']}\""),
        "est d'un autre utilisateur : sans barre finale",
        0,
    ),
    "autre clé": (
        _loop(key="wish['date'] + '/' + item.object_name"),
        "n'a pas la clé d'un document de cet utilisateur",
        0,
    ),
    "le nom seul": (
        _loop(key="item.object_name.rpartition('/')[2]"),
        "n'a pas la clé d'un document de cet utilisateur",
        0,
    ),
    "un niveau seulement": (
        _loop(recursive="", after="pass").replace(
            "    tags = Tags", "    if item.is_dir:\n        continue\n    tags = Tags", 1
        ),
        "Il manque 1\xa0document dans la sauvegarde, plus bas que les autres",
        0,
    ),
    "tags perdus": (_loop(tags=_MARK), "a perdu ses tags", 2),
    "sans tag": (_loop(tags=_OLD), "n'a pas le tag de sauvegarde", 2),
    "le document sans tag oublié": (
        _loop(tags=f"{_OLD}\n    if not tags:\n        continue\n    {_MARK}"),
        "Il manque",
        0,
    ),
    "date du jour": (
        _loop(tags=f'{_OLD}\n    tags["sauvegarde"] = "aujourd hui"'),
        "n'est pas la date demandée",
        2,
    ),
    "déplacement": (
        _loop(after="client.remove_object(bucket_name=source, object_name=item.object_name)"),
        "Le bucket d'origine a changé",
        0,
    ),
    "les originaux marqués": (
        _loop(after="client.set_object_tags(source, item.object_name, tags)"),
        "Les tags d'un original ont changé",
        0,
    ),
    "un seul document": (_loop(after="break"), "Il manque 2\xa0documents", 0),
    "octets seuls": (_put(mime='"application/octet-stream"'), "son type de contenu", 1),
    "une métadonnée oubliée": (
        _put(metadata='{"titre": answer.headers["x-amz-meta-titre"]}'),
        "il manque 1\xa0nom",
        1,
    ),
    "métadonnées encodées deux fois": (
        _put(metadata=_ALL.replace(": value", ": quote(value)")).replace(
            "import io\n", "import io\nfrom urllib.parse import quote\n", 1
        ),
        "l'un des deux est encodé",
        1,
    ),
    "dans le même bucket": (
        _loop().replace('tp.bucket("coffre")', 'tp.bucket("atelier")'),
        "Les tags d'un original ont changé",
        0,
    ),
}

THEN = {
    "un seul document": (_loop(after="break"), None),
    "tags perdus": (_loop(tags=_MARK), _loop()),
    "une mauvaise clé, tout est remis": (
        _loop(key="wish['date'] + '/' + item.object_name"),
        "tp.backup.reset()\n" + _loop(),
    ),
}
