"""Faire déplier au serveur ce qui est compressé mille fois, et lui parler d'administration."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import gzip, io, urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.select import CSVInputSerialization, CSVOutputSerialization, SelectRequest
from helpers.connection import current_server

bucket, server, seen = tp.bucket("enonce"), current_server(), []
bomb = gzip.compress(b"a" * 100_000_000)
client.put_object(bucket_name=bucket, object_name="a.zip", data=io.BytesIO(bomb), length=len(bomb))
asked = SelectRequest("select count(*) from s3object",
                      CSVInputSerialization(compression_type="GZIP"), CSVOutputSerialization())
admin = MinioAdmin(
    endpoint=server.endpoint, secure=False, http_client=urllib3.PoolManager(retries=False),
    credentials=StaticProvider(server.access_key, server.secret_key, server.session_token))
for action in (
    lambda: client.select_object_content(bucket_name=bucket, object_name="a.zip", request=asked),
    lambda: client._execute(method="GET", bucket_name=bucket, object_name="a.zip/b",
                            headers={"x-minio-extract": "true"}),
    lambda: admin.list_service_account(server.access_key),
):
    try:
        seen.append(action())
    except Exception as error:
        if "NotImplemented" not in str(error):
            seen.append(error)
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
