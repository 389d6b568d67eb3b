_READ = """
import json

found = client.list_objects(
    bucket_name=tp.bucket("service"), prefix="config.json", include_version=True
)
history = []
for item in found:
    response = client.get_object(
        bucket_name=tp.bucket("service"), object_name=item.object_name, version_id=item.version_id
    )
    if {keep}:
        history.append(json.loads(response.read()))
running = [step["seuil"] for step in history if step["mode"] == "production"]
threshold = {answer}
"""
_EXACT = 'item.object_name == "config.json"'

RIGHT = {
    "tout le bucket, puis la dernière": """
import json

bucket = tp.bucket("service")
found = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
ids = [item.version_id for item in found if item.object_name == "config.json"]
running = []
for version_id in reversed(ids):
    with client.get_object(
        bucket_name=bucket, object_name="config.json", version_id=version_id
    ) as response:
        settings = json.load(response)
    if settings["mode"] == "production":
        running.append(settings["seuil"])
threshold = running[-1]
""",
    "trié par date": """
import json

found = client.list_objects(tp.bucket("service"), prefix="config.json", include_version=True)
mine = [item for item in found if item.object_name == "config.json"]
for item in sorted(mine, key=lambda item: item.last_modified):
    with client.get_object(
        tp.bucket("service"), "config.json", version_id=item.version_id
    ) as response:
        settings = json.loads(response.read())
    if settings["mode"] == "production":
        threshold = settings["seuil"]
""",
    "le plus récent par max, un nombre de numpy": """
import json

import numpy


def settings(item):
    with client.get_object(
        tp.bucket("service"), item.object_name, version_id=item.version_id
    ) as response:
        return json.load(response)


found = client.list_objects(tp.bucket("service"), include_version=True, recursive=True)
running = [
    (item.last_modified, settings(item)["seuil"])
    for item in found
    if item.object_name == "config.json" and settings(item)["mode"] == "production"
]
threshold = numpy.int64(max(running)[1])
""",
    "boto3, un flottant": """
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
import json

versions = s3.list_object_versions(Bucket=tp.bucket("service"), Prefix="config.json")["Versions"]
for version in versions:
    if version["Key"] == "config.json":
        body = s3.get_object(
            Bucket=tp.bucket("service"), Key="config.json", VersionId=version["VersionId"]
        )["Body"]
        settings = json.loads(body.read())
        if settings["mode"] == "production":
            threshold = float(settings["seuil"])
            break
""",
}

WRONG = {
    "la version courante": (
        _READ.format(keep=_EXACT, answer='history[0]["seuil"]'),
        "version courante",
        0,
    ),
    "la plus ancienne": (
        _READ.format(keep=_EXACT, answer="running[-1]"),
        "ce n'est pas la dernière",
        0,
    ),
    "le plus grand": (_READ.format(keep=_EXACT, answer="max(running)"), "pas la dernière", 0),
    "un autre objet": (
        _READ.format(keep="item.object_name != 'config.json'", answer="running[0]"),
        "celui d'un autre objet",
        0,
    ),
    "une version à l'essai": (
        _READ.format(keep=_EXACT, answer='history[1]["seuil"]'),
        "est en mode essai",
        0,
    ),
    "le document entier": (
        _READ.format(keep=_EXACT, answer="history[0]"),
        "un nombre est attendu, pas un dictionnaire",
        0,
    ),
    "un texte": (
        _READ.format(keep=_EXACT, answer="str(running[0])"),
        "un nombre est attendu, pas un texte",
        0,
    ),
}

THEN = {
    "la version courante": (WRONG["la version courante"][0], None),
    "le document entier": (WRONG["le document entier"][0], RIGHT["trié par date"]),
}
