_MOVE = """
from urllib.parse import unquote, urlsplit

from minio.commonconfig import CopySource

album = tp.bucket("album")
keys = []
for line in lines:
    url = line.split()[2]
    if requests.get(url, timeout=5).status_code == 200:
        keys.append(unquote(urlsplit(url).path).removeprefix(f"/{album}/"))


def move(key, new, **options):
    client.copy_object(album, new, CopySource(album, key), **options)
    client.remove_object(album, key)


"""

_MEMORY = """
import io
from urllib.parse import unquote

album = tp.bucket("album")
for line in lines:
    url = line.rsplit(" ", 1)[1]
    answer = requests.get(url)
    if answer.ok:
        key = unquote(url.split("?")[0].split(album + "/")[1])
        client.put_object(
            album, "repris/" + key, io.BytesIO(answer.content), len(answer.content){options}
        )
        client.remove_object(album, key)
"""

_AUTHOR = "metadata={'auteur': answer.headers['x-amz-meta-auteur']}"

RIGHT = {
    "une clé au hasard": _MOVE
    + """
import uuid

for key in keys:
    move(key, f"repris/{uuid.uuid4().hex}.jpg")
""",
    "lue par l'URL, puis déposée de nouveau": _MEMORY.replace(
        "{options}",
        """,
            content_type=answer.headers["Content-Type"],
            metadata={"auteur": answer.headers["x-amz-meta-auteur"]},""",
    ),
    "le code du refus, une expression régulière": """
import re
from urllib.parse import unquote

from minio.commonconfig import CopySource

album = tp.bucket("album")
for url in re.findall(r"http\\S+", "\\n".join(lines)):
    if "<Code>" not in requests.get(url).text:
        key = unquote(re.search(rf"{album}/([^?]+)", url)[1])
        name = key.split("/")[-1]
        client.copy_object(
            bucket_name=album, object_name=f"repris/2026/{name}",
            source=CopySource(bucket_name=album, object_name=key),
        )
        client.remove_object(bucket_name=album, object_name=key)
""",
    "boto3": """
import boto3
from urllib.parse import unquote_plus, urlsplit

s3 = boto3.client(
    "s3",
    endpoint_url=f"http{'s' if server.secure else ''}://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
)
album = tp.bucket("album")
for line in lines:
    url = line[10:]
    if requests.get(url).status_code < 300:
        key = unquote_plus(urlsplit(url).path.split("/", 2)[2])
        s3.copy_object(
            Bucket=album, Key="repris/" + key.replace("/", "-"),
            CopySource={"Bucket": album, "Key": key},
        )
        s3.delete_object(Bucket=album, Key=key)
""",
}

WRONG = {
    "sans le type": (
        _MEMORY.format(options=f", {_AUTHOR}"),
        "son type de contenu",
        1,
    ),
    "supprimées": (
        _MOVE + "for key in keys:\n    client.remove_object(album, key)",
        "n'est plus dans « album »",
        0,
    ),
    "copiées, non supprimées": (
        _MOVE
        + """
for key in keys:
    client.copy_object(album, key.replace("visites", "repris"), CopySource(album, key))
""",
        "sa copie ne l'en empêche pas",
        0,
    ),
    "une seule": (
        _MOVE + 'move(keys[0], "repris/" + keys[0])',
        "permet encore de lire",
        0.5,
    ),
    "sous un autre préfixe": (
        _MOVE + 'for key in keys:\n    move(key, key.replace("visites/", "prive/"))',
        "ne commence pas par « repris/ »",
        1,
    ),
    "un autre type": (
        _MEMORY.format(options=f', content_type="image/png", {_AUTHOR}'),
        "son type de contenu n'est pas le bon",
        1,
    ),
    "sans métadonnées": (
        _MEMORY.replace("{options}", ', content_type="image/jpeg"'),
        "mais pas avec ses métadonnées",
        1,
    ),
    "tout l'album": (
        _MOVE
        + """
for item in list(client.list_objects(album, recursive=True)):
    move(item.object_name, item.object_name.replace("visites", "repris"))
""",
        "n'est plus dans « album »",
        0,
    ),
    "toutes copiées, deux supprimées": (
        _MOVE
        + """
for item in list(client.list_objects(album, recursive=True)):
    new = item.object_name.replace("visites", "repris")
    client.copy_object(album, new, CopySource(album, item.object_name))
for key in keys:
    client.remove_object(album, key)
""",
        "est de trop",
        1,
    ),
}

THEN = {
    "une seule": (WRONG["une seule"][0], None),
    "copiées, non supprimées": (WRONG["copiées, non supprimées"][0], None),
    "copiées, puis déplacées sous une autre clé": (
        WRONG["copiées, non supprimées"][0],
        _MOVE + 'for key in keys:\n    move(key, "repris/enfin/" + key)',
    ),
}
