_EACH = """
import json

bucket = tp.bucket("litige")
found = client.list_objects(
    bucket_name=bucket, prefix="pieces/", recursive=True, include_version=True
)
for item in found:
    if item.is_delete_marker:
        continue
    version = dict(
        bucket_name=bucket, object_name=item.object_name, version_id=item.version_id
    )
    with client.get_object(**version) as response:
        case = json.loads(response.read())["affaire"]
    {then}
"""
_GOOD = """if case == cases["ouverte"]:
        client.enable_object_legal_hold(**version)
    elif case == cases["close"]:
        client.disable_object_legal_hold(**version)"""

RIGHT = {
    "version par version": _EACH.format(then=_GOOD),
    "l'affaire close d'abord, en deux passages": _EACH.format(
        then="if case == cases['close']: client.disable_object_legal_hold(**version)"
    )
    + _EACH.format(then="if case == cases['ouverte']: client.enable_object_legal_hold(**version)"),
    "par clé, des listes": """
import json

bucket = tp.bucket("litige")
items = [
    item
    for item in client.list_objects(bucket, recursive=True, include_version=True)
    if item.object_name.startswith("pieces/") and not item.is_delete_marker
]


def case_of(item):
    response = client.get_object(bucket, item.object_name, version_id=item.version_id)
    try:
        return json.load(response)["affaire"]
    finally:
        response.close()
        response.release_conn()


by_case = {}
for item in items:
    by_case.setdefault(case_of(item), []).append(item)
for item in by_case[cases["ouverte"]]:
    client.enable_object_legal_hold(bucket, item.object_name, item.version_id)
for item in by_case.get(cases["close"], []):
    client.disable_object_legal_hold(bucket, item.object_name, item.version_id)
""",
    "boto3": """
import json

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
bucket = tp.bucket("litige")
for version in s3.list_object_versions(Bucket=bucket, Prefix="pieces/")["Versions"]:
    which = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
    case = json.load(s3.get_object(**which)["Body"])["affaire"]
    status = {cases["ouverte"]: "ON", cases["close"]: "OFF"}.get(case)
    if status:
        s3.put_object_legal_hold(**which, LegalHold={"Status": status})
""",
}

WRONG = {
    "les versions courantes": (
        """
import json

bucket = tp.bucket("litige")
for item in client.list_objects(bucket, prefix="pieces/", recursive=True):
    with client.get_object(bucket, item.object_name) as response:
        case = json.loads(response.read())["affaire"]
    if case == cases["ouverte"]:
        client.enable_object_legal_hold(bucket, item.object_name)
    elif case == cases["close"]:
        client.disable_object_legal_hold(bucket, item.object_name)
""",
        "Il manque un gel : la version à geler n'est pas toujours la version courante",
    ),
    "un numéro comparé par son début": (
        _EACH.format(
            then="""if case.startswith(cases["ouverte"]):
        client.enable_object_legal_hold(**version)
    elif case == cases["close"]:
        client.disable_object_legal_hold(**version)"""
        ),
        "Une version d'une autre affaire est gelée",
    ),
    "toutes les versions": (
        _EACH.format(then="client.enable_object_legal_hold(**version)"),
        "Une version d'une autre affaire est gelée",
    ),
    "l'affaire close oubliée": (
        _EACH.format(
            then="if case == cases['ouverte']: client.enable_object_legal_hold(**version)"
        ),
        "est close : ses versions sont encore gelées",
    ),
    "l'affaire ouverte oubliée": (
        _EACH.format(then="if case == cases['close']: client.disable_object_legal_hold(**version)"),
        "n'est gelée",
    ),
    "un seul gel levé": (
        _EACH.format(
            then="""if case == cases["ouverte"]:
        client.enable_object_legal_hold(**version)
    elif case == cases["close"] and item.is_latest != "true" and not lifted:
        client.disable_object_legal_hold(**version)
        lifted.append(item)"""
        ).replace("bucket = tp", "lifted = []\nbucket = tp"),
        "Une version de l'affaire close est encore gelée",
    ),
    "une copie gelée": (
        _EACH.format(
            then="""if case == cases["ouverte"]:
        from minio.commonconfig import CopySource
        client.copy_object(
            bucket_name=bucket, object_name=item.object_name, source=CopySource(**version),
            legal_hold=True,
        )
    elif case == cases["close"]:
        client.disable_object_legal_hold(**version)"""
        ),
        "a une version de plus",
    ),
    "tout ce qui n'est pas l'affaire ouverte dégelé": (
        _EACH.format(then=_GOOD.replace('elif case == cases["close"]', "else")),
        "a perdu son gel",
        2,
    ),
}

THEN = {
    "l'affaire close oubliée": (
        WRONG["l'affaire close oubliée"][0],
        RIGHT["version par version"],
    ),
    "toutes les versions": (
        WRONG["toutes les versions"][0],
        "tp.freeze.reset()\n" + RIGHT["version par version"],
    ),
    "une copie gelée": (
        WRONG["une copie gelée"][0],
        "tp.freeze.reset()\n" + RIGHT["par clé, des listes"],
    ),
}
