_SEND = """
import json

from botocore.exceptions import ClientError

refused = []
for name, fingerprint in json.loads(read("releves", "empreintes.json")).items():
    data = read("releves", f"a-deposer/{{name}}")
    try:
        s3.put_object(Bucket=tp.bucket("releves"), Key={key}, Body=data{options})
    except ClientError:
        refused.append({refused})
{last}
"""
_LOCAL = """
import base64
import hashlib
import json

refused = []
for name, fingerprint in json.loads(read("releves", "empreintes.json")).items():
    data = read("releves", f"a-deposer/{name}")
    if base64.b64encode(hashlib.sha256(data).digest()).decode() != fingerprint:
        refused.append(name)
        continue
"""


def _send(key='f"recus/{name}"', options=", ChecksumSHA256=fingerprint", refused="name", last=""):
    return _SEND.format(key=key, options=options, refused=refused, last=last)


RIGHT = {
    "boto3, sans type": _send(),
    "comparée ici d'abord": _LOCAL
    + """
    s3.put_object(
        Bucket=tp.bucket("releves"), Key=f"recus/{name}", Body=data, ChecksumSHA256=fingerprint
    )
""",
    "une URL présignée": """
import json

import requests

# Sans le dire, boto3 signe une URL en version 2, où MinIO ne lit pas cet en-tête.
signing = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token, config=Config(signature_version="s3v4"),
)
refused = []
for name, fingerprint in json.loads(read("releves", "empreintes.json")).items():
    url = signing.generate_presigned_url(
        "put_object",
        Params={
            "Bucket": tp.bucket("releves"), "Key": f"recus/{name}", "ChecksumSHA256": fingerprint
        },
    )
    reply = requests.put(
        url,
        data=read("releves", f"a-deposer/{name}"),
        headers={"x-amz-checksum-sha256": fingerprint},
    )
    if not reply.ok:
        refused.append(name)
""",
    "copiés, puis déclarés": """
import json

from botocore.exceptions import ClientError

bucket, refused = tp.bucket("releves"), set()
fingerprints = json.loads(read("releves", "empreintes.json"))
for item in s3.list_objects_v2(Bucket=bucket, Prefix="a-deposer/")["Contents"]:
    name = item["Key"].rpartition("/")[2]
    body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
    try:
        s3.put_object(
            Bucket=bucket, Key="recus/" + name, Body=body, ContentType="text/csv",
            ChecksumAlgorithm="SHA256", ChecksumSHA256=fingerprints[name],
        )
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        refused.add(name)
""",
}

WRONG = {
    "sans déclarer": (_send(options=""), "le serveur l'aurait refusé", 0),
    "calculée à l'arrivée": (
        _send(options=', ChecksumAlgorithm="SHA256"'),
        "le serveur l'aurait refusé",
        0,
    ),
    "comparée, sans déclarer": (
        _LOCAL
        + """
    client.put_object(
        tp.bucket("releves"), f"recus/{name}", __import__("io").BytesIO(data), len(data)
    )
""",
        "n'a pas été déclarée à l'envoi",
        0.5,
    ),
    "avec le préfixe": (_send(refused='f"recus/{name}"'), "sans préfixe", 1.75),
    "une extension de trop": (_send(key='f"recus/{name}.csv"'), "une extension est de trop", 0.5),
    "ailleurs": (_send(key="name"), "Rien n'est déposé", 0.5),
    "personne": (_send(last="refused = []"), "", 1.5),
    "un de trop": (
        _send(last='s3.put_object(Bucket=tp.bucket("releves"), Key="recus/essai", Body=b"x")'),
        "objet de trop",
        0.5,
    ),
}

THEN = {
    "sans déclarer": (
        WRONG["sans déclarer"][0],
        """
for item in s3.list_objects_v2(Bucket=tp.bucket("releves"), Prefix="recus/")["Contents"]:
    s3.delete_object(Bucket=tp.bucket("releves"), Key=item["Key"])
"""
        + _send(),
    ),
    "avec le préfixe": (WRONG["avec le préfixe"][0], None),
}
