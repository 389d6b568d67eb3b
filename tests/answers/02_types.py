RIGHT = {
    "déposé de nouveau": """
import io

types = {"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4", "json": "application/json"}
types |= {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}
for item in list(client.list_objects(bucket_name=site)):
    extension = item.object_name.split(".")[-1]
    if extension not in types:
        continue
    response = client.get_object(bucket_name=site, object_name=item.object_name)
    data = response.read()
    response.close()
    response.release_conn()
    client.put_object(
        bucket_name=site,
        object_name=item.object_name,
        data=io.BytesIO(data),
        length=len(data),
        content_type=types[extension],
    )
""",
    "mimetypes, seulement ce qui est faux": """
import mimetypes

from minio.commonconfig import REPLACE, CopySource

for item in client.list_objects(bucket_name=site, recursive=True):
    key = item.object_name
    kind = mimetypes.guess_type(key)[0]
    if kind and client.stat_object(bucket_name=site, object_name=key).content_type != kind:
        source = CopySource(site, key)
        client.copy_object(
            site, key, source, metadata={"content-type": kind}, metadata_directive=REPLACE
        )
""",
    "une fonction par extension, texte redonné": """
from pathlib import PurePosixPath

from minio.commonconfig import CopySource

KINDS = {
    "": "text/plain; charset=utf-8", ".csv": "text/csv", ".html": "text/html",
    ".jpg": "image/jpeg", ".json": "application/json", ".mp4": "video/mp4", ".png": "image/png",
}


def repair(key):
    client.copy_object(
        bucket_name=site,
        object_name=key,
        source=CopySource(bucket_name=site, object_name=key),
        metadata={"Content-Type": KINDS[PurePosixPath(key).suffix]},
        metadata_directive="REPLACE",
    )


for key in [item.object_name for item in client.list_objects(bucket_name=site)]:
    repair(key)
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
types = dict(csv="text/csv", html="text/html", json="application/json", jpg="image/jpeg")
types.update(mp4="video/mp4", png="image/png")
for item in s3.list_objects_v2(Bucket=site)["Contents"]:
    key = item["Key"]
    stem, dot, extension = key.rpartition(".")
    if dot:
        s3.copy_object(
            Bucket=site, Key=key, CopySource={"Bucket": site, "Key": key},
            ContentType=types[extension], MetadataDirective="REPLACE",
        )
""",
    "par une copie, supprimée ensuite": """
from minio.commonconfig import REPLACE, CopySource

types = {"csv": "text/csv", "html": "text/html", "json": "application/json"}
types |= {"jpg": "image/jpeg", "mp4": "video/mp4", "png": "image/png"}
for key in [item.object_name for item in client.list_objects(bucket_name=site)]:
    kind = types.get(key.split(".")[-1])
    if kind:
        client.copy_object(
            bucket_name=site, object_name="tmp", source=CopySource(site, key),
            metadata={"Content-Type": kind}, metadata_directive=REPLACE,
        )
        client.copy_object(
            bucket_name=site, object_name=key, source=CopySource(site, "tmp")
        )
client.remove_object(bucket_name=site, object_name="tmp")
""",
    "via une autre clé": """
from minio.commonconfig import REPLACE, CopySource

TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp4": "video/mp4",
    "png": "image/png",
}


def setk(key, kind):
    client.copy_object(
        bucket_name=site,
        object_name=key,
        source=CopySource(bucket_name=site, object_name=key),
        metadata={"Content-Type": kind},
        metadata_directive=REPLACE,
    )


allk = [i.object_name for i in client.list_objects(bucket_name=site, recursive=True)]
for k in allk:
    if "." not in k:
        continue
    client.copy_object(
        site,
        "tmp",
        CopySource(site, k),
        metadata={"Content-Type": TYPES[k.split(".")[-1]]},
        metadata_directive=REPLACE,
    )
    client.copy_object(site, k, CopySource(site, "tmp"))
    client.remove_object(site, "tmp")
""",
}

_COPY = """
from minio.commonconfig import REPLACE, CopySource

types = {{"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4"}}
types |= {{"csv": "text/csv", "html": "text/html", "json": "application/json"}}
for item in list(client.list_objects(bucket_name=site)):
    extension = item.object_name.split(".")[-1]
    client.copy_object(
        bucket_name=site,
        object_name={key},
        source=CopySource(bucket_name=site, object_name=item.object_name),
        metadata={{{name}: {type}}},
        metadata_directive=REPLACE,
    )
"""


def _copy(type, key="item.object_name", name='"Content-Type"'):
    return _COPY.format(key=key, type=type, name=name)


WRONG = {
    "l'objet sans extension devient des octets": (
        _copy('types.get(extension, "application/x-inconnu")'),
        "n'a pas d'extension : son type était déjà bon",
        2,
    ),
    "le premier point": (
        _copy(
            'types.get(item.object_name.split(".")[1] if "." in item.object_name else "", '
            '"text/plain")'
        ),
        "ce qui suit son dernier point",
        2,
    ),
    "tout en texte": (_copy('"text/plain"'), "Types faux : 8 sur 10", 0),
    "copie sous un autre nom": (
        _copy('types.get(extension, "text/plain")', key='f"juste-{item.object_name}"'),
        "d'autres sont apparus à côté",
        0,
    ),
    "nom de l'en-tête avec un tiret bas": (
        _copy('types.get(extension, "text/plain")', name='"content_type"'),
        "Types faux : 10 sur 10",
        0,
    ),
    "octets perdus": (
        """
import io

client.put_object(
    bucket_name=site, object_name="LISEZMOI", data=io.BytesIO(), length=0, content_type="text/plain"
)
""",
        "Le contenu de l'objet de départ « LISEZMOI » a changé",
    ),
    "l'original supprimé": (
        _copy('types.get(extension, "text/plain")', key='f"juste-{item.object_name}"')
        + "    client.remove_object(bucket_name=site, object_name=item.object_name)\n",
        "n'est plus dans « site »",
        0,
    ),
    "une extension confondue": (
        _copy('types.get("html" if extension == "png" else extension, "text/plain")'),
        "Types faux : ",
    ),
    "texte décodé": (
        """
from minio.commonconfig import REPLACE, CopySource

TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp4": "video/mp4",
    "png": "image/png",
}


def setk(key, kind):
    client.copy_object(
        bucket_name=site,
        object_name=key,
        source=CopySource(bucket_name=site, object_name=key),
        metadata={"Content-Type": kind},
        metadata_directive=REPLACE,
    )


allk = [i.object_name for i in client.list_objects(bucket_name=site, recursive=True)]
import io

for k in allk:
    if "." in k:
        d = client.get_object(site, k).read().decode(errors="replace").encode()
        client.put_object(
            site, k, io.BytesIO(d), len(d), content_type=TYPES[k.split(".")[-1]]
        )
""",
        "a changé",
    ),
    "plus une copie": (
        """
from minio.commonconfig import REPLACE, CopySource

TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp4": "video/mp4",
    "png": "image/png",
}


def setk(key, kind):
    client.copy_object(
        bucket_name=site,
        object_name=key,
        source=CopySource(bucket_name=site, object_name=key),
        metadata={"Content-Type": kind},
        metadata_directive=REPLACE,
    )


allk = [i.object_name for i in client.list_objects(bucket_name=site, recursive=True)]
for k in allk:
    if "." in k:
        setk(k, TYPES[k.split(".")[-1]])
        client.copy_object(site, k + ".bak", CopySource(site, k))
""",
        "un objet est apparu",
    ),
    "un tag": (
        """
from minio.commonconfig import REPLACE, CopySource

TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp4": "video/mp4",
    "png": "image/png",
}


def setk(key, kind):
    client.copy_object(
        bucket_name=site,
        object_name=key,
        source=CopySource(bucket_name=site, object_name=key),
        metadata={"Content-Type": kind},
        metadata_directive=REPLACE,
    )


allk = [i.object_name for i in client.list_objects(bucket_name=site, recursive=True)]
from minio.commonconfig import Tags

for k in allk:
    if "." in k:
        t = Tags.new_object_tags()
        t["type"] = TYPES[k.split(".")[-1]]
        client.set_object_tags(site, k, t)
""",
        "Aucun type n'a changé",
    ),
    "la fin de la clé, sans le point": (
        """
from minio.commonconfig import REPLACE, CopySource

types = {"csv": "text/csv", "html": "text/html", "jpg": "image/jpeg",
         "json": "application/json", "mp4": "video/mp4", "png": "image/png"}
for key in [item.object_name for item in client.list_objects(bucket_name=site)]:
    for extension, kind in types.items():
        if key.endswith(extension):
            client.copy_object(site, key, CopySource(site, key),
                               metadata={"Content-Type": kind}, metadata_directive=REPLACE)
""",
        "« export-csv » n'a pas d'extension",
        2,
    ),
    "l'extension n'importe où": (
        """
from minio.commonconfig import REPLACE, CopySource

types = {".csv": "text/csv", ".html": "text/html", ".jpg": "image/jpeg",
         ".json": "application/json", ".mp4": "video/mp4", ".png": "image/png"}
for key in [item.object_name for item in client.list_objects(bucket_name=site)]:
    kind = next((kind for extension, kind in types.items() if extension in key), None)
    if kind:
        client.copy_object(site, key, CopySource(site, key),
                           metadata={"Content-Type": kind}, metadata_directive=REPLACE)
""",
        "ce qui suit son dernier point",
        2,
    ),
}

THEN = {
    "tout en texte": (WRONG["tout en texte"][0], None),
    "copie sous un autre nom": (
        WRONG["copie sous un autre nom"][0],
        "tp.types.reset()\n" + _copy('types.get(extension, "text/plain")'),
    ),
    "nom de l'en-tête": (
        _copy('types.get(extension, "text/plain")', name='"content_type"'),
        _copy('types.get(extension, "text/plain")'),
    ),
    "données détruites": (
        WRONG["l'original supprimé"][0],
        "tp.types.reset()\n" + RIGHT["une fonction par extension, texte redonné"],
    ),
}
