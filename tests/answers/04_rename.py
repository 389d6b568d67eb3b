SECOND = """
import io

found = client.list_objects(bucket_name=bucket, recursive=True)
keys = [item.object_name for item in found if item.object_name.startswith("brouillons/")]
for key in keys:
    stat = client.stat_object(bucket_name=bucket, object_name=key)
    with client.get_object(bucket_name=bucket, object_name=key) as response:
        data = response.read()
    client.put_object(
        bucket_name=bucket,
        object_name=key.replace("brouillons/", "relecture/", 1),
        data=io.BytesIO(data),
        length=len(data),
        content_type=stat.content_type,
        metadata={"auteur": stat.metadata["x-amz-meta-auteur"]},
    )
for key in keys:
    client.remove_object(bucket_name=bucket, object_name=key)
"""

MOVE = """
import io
from minio.commonconfig import CopySource

found = client.list_objects(bucket_name=bucket, prefix="brouillons{slash}", recursive=True)
for old in [item.object_name for item in found]:
    new = {new}
    source = CopySource(bucket_name=bucket, object_name=old)
    {write}
    {remove}
"""
RENAMED = 'old.replace("brouillons", "relecture")'
COPY = "client.copy_object(bucket_name=bucket, object_name=new, source=source)"
REMOVE = "client.remove_object(bucket_name=bucket, object_name=old)"
EMPTY = "client.put_object(bucket_name=bucket, object_name=new, data=io.BytesIO(), length=0)"
REWRITE = """
    data = client.get_object(bucket_name=bucket, object_name=old).read()
    client.put_object(
        bucket_name=bucket, object_name=new, data=io.BytesIO(data), length=len(data), {options}
    )
"""

WRONG = {
    "sans la barre finale": (
        MOVE.format(slash="", new=RENAMED, write=COPY, remove=REMOVE),
        "n'était pas sous brouillons/",
    ),
    "copié sans supprimer": (
        MOVE.format(slash="/", new=RENAMED, write=COPY, remove=""),
        "d'anciennes clés existent encore",
    ),
    "supprimé sans copier": (
        MOVE.format(slash="/", new=RENAMED, write="", remove=REMOVE),
        "Il manque des objets sous relecture/",
    ),
    "ancien préfixe gardé": (
        MOVE.format(slash="/", new='"relecture/" + old', write=COPY, remove=REMOVE),
        "seul le début des clés change",
    ),
    "type perdu": (
        MOVE.format(
            slash="/",
            new=RENAMED,
            write=REWRITE.format(options='metadata={"auteur": "Camille"}'),
            remove=REMOVE,
        ),
        "perdu son type",
    ),
    "métadonnée perdue": (
        MOVE.format(
            slash="/",
            new=RENAMED,
            write=REWRITE.format(
                options='content_type="text/markdown; charset=utf-8; variant=CommonMark"'
            ),
            remove=REMOVE,
        ),
        "perdu sa métadonnée",
    ),
    "objets vides": (
        MOVE.format(
            slash="/",
            new=RENAMED,
            write=EMPTY,
            remove=REMOVE,
        ),
        "Le contenu d'un objet a changé",
    ),
}
