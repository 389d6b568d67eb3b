_PUT = """
import io
from minio.versioningconfig import VersioningConfig

bucket = tp.bucket("reglages")
{first}
for text in {texts}:
    client.put_object(
        bucket_name=bucket, object_name={key}, data=io.BytesIO(text), length=len(text)
    )
{last}
"""
_ENABLE = 'client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig("Enabled"))'
_KEY = '"service.ini"'


def _put(first=_ENABLE, texts="texts", key=_KEY, last=""):
    return _PUT.format(first=first, texts=texts, key=key, last=last)


RIGHT = {
    "dans le désordre, puis comme il faut": """
from minio import Minio
from minio.versioningconfig import VersioningConfig

bucket = tp.bucket("reglages")
client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig("Enabled"))
# Une fois dans le désordre, puis comme il faut : seules les dernières comptent.
for text in [*reversed(texts), *texts]:
    client.put_object(
        bucket_name=bucket, object_name="service.ini", data=__import__("io").BytesIO(text),
        length=len(text),
    )
""",
    "trois appels, sans boucle": """
import io

from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

client.set_bucket_versioning(tp.bucket("reglages"), VersioningConfig(ENABLED))
first, second, third = texts
client.put_object(tp.bucket("reglages"), "service.ini", io.BytesIO(first), len(first))
client.put_object(tp.bucket("reglages"), "service.ini", io.BytesIO(second), len(second))
client.put_object(tp.bucket("reglages"), "service.ini", io.BytesIO(third), len(third))
""",
    "copiés sur le serveur": """
from minio.commonconfig import CopySource
from minio.versioningconfig import VersioningConfig

bucket = tp.bucket("reglages")
client.set_bucket_versioning(bucket, VersioningConfig("Enabled"))
for number in range(1, 4):
    client.copy_object(bucket, "service.ini", CopySource(bucket, f"a-deposer/{number}.ini"))
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
s3.put_bucket_versioning(
    Bucket=tp.bucket("reglages"), VersioningConfiguration={"Status": "Enabled"}
)
for text in texts:
    s3.put_object(Bucket=tp.bucket("reglages"), Key="service.ini", Body=text)
""",
}

WRONG = {
    "sans activer": (_put(first=""), "ne garde pas les versions", 0),
    "activé trop tard": (_put(first="", last=_ENABLE), "un dépôt d'avant l'activation", 0.5),
    "dans le désordre": (_put(texts="reversed(texts)"), "dans cet ordre", 0.5),
    "triés": (_put(texts="sorted(texts)"), "dans cet ordre", 0.5),
    "trois clés": (_put(key='f"service-{text[-3:-1].decode()}.ini"'), "sous une autre clé", 0.5),
    "le dernier oublié": (_put(texts="texts[:2]"), "n'en a pas trois", 0.5),
    "suspendu ensuite": (
        _put(last=_ENABLE.replace("Enabled", "Suspended")),
        "ne garde pas les versions",
        0,
    ),
    "activé, rien de plus": (_put(texts="[]"), "n'en a pas trois", 0.5),
    "le premier avant d'activer": (
        """
import io

from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

for rank, text in enumerate(texts):
    if rank == 1:
        client.set_bucket_versioning(tp.bucket("reglages"), VersioningConfig(ENABLED))
    client.put_object(tp.bucket("reglages"), "service.ini", io.BytesIO(text), len(text))
""",
        "date d'avant l'activation",
        0.5,
    ),
    "supprimé ensuite": (
        """
import io

from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

client.set_bucket_versioning(tp.bucket("reglages"), VersioningConfig(ENABLED))
for text in texts:
    client.put_object(tp.bucket("reglages"), "service.ini", io.BytesIO(text), len(text))
client.remove_object(tp.bucket("reglages"), "service.ini")
""",
        "a été supprimé depuis",
        0.5,
    ),
}

THEN = {
    "activé trop tard": (WRONG["activé trop tard"][0], None),
    "dans le désordre": (WRONG["dans le désordre"][0], RIGHT["trois appels, sans boucle"]),
}
