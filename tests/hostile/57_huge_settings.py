"""Des réglages énormes, que le serveur garderait en mémoire : politiques, cycles de vie, cors."""

LEVELS = (1, 2)
CELLS = {
    "names": """
from minio.error import S3Error
bucket = tp.bucket("reglages")
client.make_bucket(bucket_name=bucket)
codes = set()
for number in range(5):
    try:
        policy = '{"Version": "' + "x" * 20_000_000 + '"}'
        client.set_bucket_policy(bucket_name=bucket, policy=policy)
        codes.add("pris")
    except S3Error as error:
        codes.add(error.code)
    except Exception as error:
        codes.add(type(error).__name__)
raise RuntimeError(f"{sorted(codes)}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "['EntityTooLarge']"}
