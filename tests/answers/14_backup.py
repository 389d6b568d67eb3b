_LOOP = """
from minio.commonconfig import COPY, REPLACE, CopySource, Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")
prefix = {prefix}
for item in list(client.list_objects(bucket_name=source, prefix=prefix, recursive=True)):
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
_OLD = "tags.update(client.get_object_tags(bucket_name=source, object_name=item.object_name))"
_MARK = 'tags["sauvegarde"] = wish["date"]'


def _loop(
    prefix="f\"utilisateurs/{wish['user']}/documents/\"",
    tags=f"{_OLD}\n    {_MARK}",
    key="item.object_name",
    after="",
):
    return _LOOP.format(prefix=prefix, tags=tags, key=key, after=after)


SECOND = """
import io

from minio.commonconfig import Tags

source, target = tp.bucket("atelier"), tp.bucket("coffre")
for item in client.list_objects(bucket_name=source, recursive=True):
    if item.object_name.split("/")[1] != wish["user"]:
        continue
    answer = client.get_object(bucket_name=source, object_name=item.object_name)
    data = answer.read()
    tags = client.get_object_tags(bucket_name=source, object_name=item.object_name)
    tags["sauvegarde"] = wish["date"]
    client.put_object(
        bucket_name=target,
        object_name=item.object_name,
        data=io.BytesIO(data),
        length=len(data),
        content_type=answer.headers["Content-Type"],
        metadata={"titre": answer.headers["x-amz-meta-titre"]},
        tags=tags,
    )
"""

WRONG = {
    "sans la barre": (
        _loop(prefix="f\"utilisateurs/{wish['user']}\""),
        "n'a pas la clé d'un document de cet utilisateur",
    ),
    "autre clé": (
        _loop(key="wish['date'] + '/' + item.object_name"),
        "n'a pas la clé d'un document de cet utilisateur",
    ),
    "tags perdus": (_loop(tags=_MARK), "a perdu ses tags"),
    "sans tag": (_loop(tags=_OLD), "le tag de sauvegarde"),
    "date du jour": (
        _loop(tags=f'{_OLD}\n    tags["sauvegarde"] = "aujourd hui"'),
        "le tag de sauvegarde",
    ),
    "déplacement": (
        _loop(after="client.remove_object(bucket_name=source, object_name=item.object_name)"),
        "Le bucket d'origine a changé",
    ),
    "un seul document": (_loop(after="break"), "Il manque des documents"),
    "octets seuls": (
        SECOND.replace('answer.headers["Content-Type"]', '"application/octet-stream"'),
        "a perdu son type",
    ),
}
