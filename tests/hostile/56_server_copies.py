"""Remplir le disque par des copies que le serveur fait lui-même, d'un noyau à l'autre."""

LEVELS = (1, 2)
FILL = """
import io, os
from minio.commonconfig import CopySource
from minio.error import S3Error
bucket = tp.bucket("plein")
client.make_bucket(bucket_name=bucket)
size = 48 * 2**20
client.put_object(bucket_name=bucket, object_name="a", data=io.BytesIO(os.urandom(2**20) * 48),
                  length=size, part_size=size)
done = 0
try:
    for number in range(20):
        client.copy_object(bucket_name=bucket, object_name=f"b{number}",
                           source=CopySource(bucket_name=bucket, object_name="a"))
        done += 1
except S3Error as error:
    client.remove_bucket  # le bucket reste, et ce qu'il contient
    said = error.code
"""
CELLS = {"names": f"{FILL}\nraise RuntimeError(f'{{said}} après {{done}}')"}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 0}  # plus rien ne part ensuite
SAYS = {"names": "QuotaExceeded après"}
