SECOND = """
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
"""

PUT = """
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
ENABLE = 'client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig("Enabled"))'
KEY = '"service.ini"'

WRONG = {
    "sans activer": (
        PUT.format(first="", texts="texts", key=KEY, last=""),
        "ne garde pas les versions",
    ),
    "activé trop tard": (
        PUT.format(first="", texts="texts", key=KEY, last=ENABLE),
        "n'en a pas trois",
    ),
    "dans le désordre": (
        PUT.format(first=ENABLE, texts="reversed(texts)", key=KEY, last=""),
        "dans cet ordre",
    ),
    "trois clés": (
        PUT.format(first=ENABLE, texts="texts", key='f"service-{text[-3:]}.ini"', last=""),
        "n'en a pas trois",
    ),
}
