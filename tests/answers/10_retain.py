_EACH = """
import io
from datetime import UTC, datetime, timedelta

from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.retention import Retention

bucket = tp.bucket("coffre")
present = {{
    item.object_name: item.last_modified
    for item in client.list_objects(bucket_name=bucket, prefix="factures/", recursive=True)
}}
for key, invoice in invoices.items():
    since = present.get(key, datetime.now(UTC))
    retention = Retention({mode}, since + timedelta({span}))
    if {there}:
        client.set_object_retention(bucket_name=bucket, object_name=key, config=retention)
    else:
        data = invoice["texte"].encode()
        client.put_object(
            bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data),
            content_type="text/plain", retention={retention},
        )
"""
_GOOD = {
    "mode": "GOVERNANCE",
    "span": 'days=invoice["jours"]',
    "there": "key in present",
    "retention": "retention",
}

RIGHT = {
    "au dépôt, ou prolongée": _EACH.format(**_GOOD),
    "déposer, puis retenir": """
import io
from datetime import timedelta

from minio.retention import Retention

bucket = tp.bucket("coffre")
there = {item.object_name for item in client.list_objects(bucket, recursive=True)}
for key in invoices:
    if key not in there:
        data = invoices[key]["texte"].encode()
        client.put_object(bucket, key, io.BytesIO(data), len(data), "text/plain")
    stat = client.stat_object(bucket, key)
    until = stat.last_modified + timedelta(days=invoices[key]["jours"])
    client.set_object_retention(
        bucket, key, Retention("GOVERNANCE", until), version_id=stat.version_id
    )
""",
    "des heures": _EACH.format(**_GOOD | {"span": 'hours=24 * invoice["jours"]'}),
    "boto3": """
from datetime import UTC, datetime, timedelta

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
bucket = tp.bucket("coffre")
listed = s3.list_objects_v2(Bucket=bucket, Prefix="factures/").get("Contents", [])
present = {item["Key"]: item["LastModified"] for item in listed}
for key, invoice in invoices.items():
    until = present.get(key, datetime.now(UTC)) + timedelta(days=invoice["jours"])
    if key in present:
        s3.put_object_retention(
            Bucket=bucket, Key=key, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}
        )
    else:
        s3.put_object(
            Bucket=bucket, Key=key, Body=invoice["texte"].encode(), ContentType="text/plain",
            ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until,
        )
""",
}

WRONG = {
    "déposée de nouveau": (
        _EACH.format(**_GOOD | {"there": "False"}),
        "il fallait prolonger sa rétention",
    ),
    "celle déjà là oubliée": (
        _EACH.format(**_GOOD).replace(
            "client.set_object_retention(bucket_name=bucket, object_name=key, config=retention)",
            "continue",
        ),
        "pas retenue le nombre de jours demandé",
    ),
    "celles qui manquent oubliées": (
        _EACH.format(**_GOOD).replace("    else:\n", "    elif False:\n"),
        "n'est pas déposée",
    ),
    "sans rétention": (
        _EACH.format(**_GOOD | {"retention": "None"}),
        "n'a pas de rétention",
    ),
    "un jour de plus": (
        _EACH.format(**_GOOD | {"span": 'days=invoice["jours"] + 1'}),
        "pas retenue le nombre de jours demandé",
    ),
    "un autre texte": (
        _EACH.format(**_GOOD).replace('invoice["texte"].encode()', "str(invoice).encode()"),
        "n'a pas le texte de la consigne",
    ),
    "supprimée ensuite": (
        _EACH.format(**_GOOD) + "client.remove_object(bucket_name=bucket, object_name=key)\n",
        "un marqueur la cache",
    ),
}

THEN = {
    "déposée de nouveau": (
        WRONG["déposée de nouveau"][0],
        "tp.retain.reset()\n"
        "with client.get_object(\n"
        '    bucket_name=tp.bucket("coffre"), object_name="consigne.json"\n'
        ") as response:\n"
        "    invoices = json.loads(response.read())\n" + RIGHT["au dépôt, ou prolongée"],
    ),
    "celle déjà là oubliée": (
        WRONG["celle déjà là oubliée"][0],
        RIGHT["au dépôt, ou prolongée"],
    ),
}
