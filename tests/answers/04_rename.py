RIGHT = {
    "lu, déposé, supprimé à la fin": """
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
""",
    "la fonction de la leçon": """
from minio.commonconfig import CopySource


def rename(bucket, old, new):
    listing = client.list_objects(bucket_name=bucket, prefix=old, recursive=True)
    for key in [item.object_name for item in listing]:
        target = new + key.removeprefix(old)
        source = CopySource(bucket_name=bucket, object_name=key)
        client.copy_object(bucket_name=bucket, object_name=target, source=source)
        client.remove_object(bucket_name=bucket, object_name=key)


rename(bucket, "brouillons/", "relecture/")
""",
    "en lot, par plusieurs fils": """
from concurrent.futures import ThreadPoolExecutor

from minio.commonconfig import CopySource
from minio.deleteobjects import DeleteObject

keys = [o.object_name for o in client.list_objects(bucket, prefix="brouillons/", recursive=True)]


def copy(key):
    client.copy_object(bucket, f"relecture/{key[len('brouillons/'):]}", CopySource(bucket, key))


with ThreadPoolExecutor(4) as pool:
    list(pool.map(copy, keys))
print(list(client.remove_objects(bucket, [DeleteObject(key) for key in keys])))
""",
    "boto3": """
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
for item in s3.list_objects_v2(Bucket=bucket, Prefix="brouillons/")["Contents"]:
    new = "/".join(["relecture", *item["Key"].split("/")[1:]])
    s3.copy_object(Bucket=bucket, Key=new, CopySource={"Bucket": bucket, "Key": item["Key"]})
    s3.delete_object(Bucket=bucket, Key=item["Key"])
""",
}

_MOVE = """
import io
from minio.commonconfig import CopySource

found = client.list_objects(bucket_name=bucket, prefix="brouillons{slash}", recursive={deep})
for old in [item.object_name for item in found if not item.is_dir]:
    new = {new}
    source = CopySource(bucket_name=bucket, object_name=old)
    {write}
    {remove}
"""
_RENAMED = 'old.replace("brouillons", "relecture", 1)'
_COPY = "client.copy_object(bucket_name=bucket, object_name=new, source=source)"
_REMOVE = "client.remove_object(bucket_name=bucket, object_name=old)"
_EMPTY = "client.put_object(bucket_name=bucket, object_name=new, data=io.BytesIO(), length=0)"
_REWRITE = """
    data = client.get_object(bucket_name=bucket, object_name=old).read()
    client.put_object(
        bucket_name=bucket, object_name=new, data=io.BytesIO(data), length=len(data), {options}
    )
"""


def _move(slash="/", new=_RENAMED, write=_COPY, remove=_REMOVE, deep="True"):
    return _MOVE.format(slash=slash, new=new, write=write, remove=remove, deep=deep)


WRONG = {
    "sans la barre finale": (_move(slash=""), "n'était pas sous « brouillons/ »", 0),
    "copié sans supprimer": (_move(remove=""), "d'anciennes clés existent encore", 1),
    "supprimé sans copier": (
        _move(write=""),
        "7\xa0objets ont disparu sans avoir été copiés",
        0,
    ),
    "ancien préfixe gardé": (
        _move(new='"relecture/" + old'),
        "seul le début, « brouillons/ », devient « relecture/ »",
        0,
    ),
    "lstrip": (
        _move(new='"relecture/" + old.lstrip("brouillons/")'),
        "seul le début, « brouillons/ », devient « relecture/ »",
        0,
    ),
    "remplacé partout": (
        _move(new='old.replace("brouillons", "relecture")'),
        "seul le début, « brouillons/ », devient « relecture/ »",
        0,
    ),
    "le nom seul": (
        _move(new='"relecture/" + old.rpartition("/")[2]'),
        "seul le début, « brouillons/ », devient « relecture/ »",
        0,
    ),
    "un seul niveau": (_move(deep="False"), "Il manque 2\xa0objets sous « relecture/ »", 1),
    "type perdu": (
        _move(write=_REWRITE.format(options='metadata={"auteur": "Camille"}')),
        "a perdu son type de contenu",
        1,
    ),
    "métadonnée perdue": (
        _move(
            write=_REWRITE.format(
                options='content_type="text/markdown; charset=utf-8; variant=CommonMark"'
            )
        ),
        "a perdu sa métadonnée « auteur »",
        1,
    ),
    "objets vides": (_move(write=_EMPTY), "a changé en route", 0),
    "une copie de travail oubliée": (
        _move()
        + 'client.copy_object(bucket, "tmp.md", CopySource(bucket, "relecture/introduction.md"))',
        "un objet de trop reste dans le bucket",
        1,
    ),
    "les autres déposés de nouveau": (
        _move()
        + """
for item in list(client.list_objects(bucket_name=bucket, recursive=True)):
    if not item.object_name.startswith("relecture/"):
        data = client.get_object(bucket, item.object_name).read()
        client.put_object(bucket, item.object_name, io.BytesIO(data), len(data))
""",
        "n'était pas sous « brouillons/ », a été déplacé, modifié",
        0,
    ),
}

THEN = {
    "copié sans supprimer": (_move(remove=""), None),
    "un seul niveau": (_move(deep="False"), None),
    "données détruites": (
        WRONG["ancien préfixe gardé"][0],
        "tp.rename.reset()\n" + RIGHT["la fonction de la leçon"],
    ),
    "voisin emporté": (
        WRONG["sans la barre finale"][0],
        "tp.rename.reset()\n" + RIGHT["en lot, par plusieurs fils"],
    ),
}
