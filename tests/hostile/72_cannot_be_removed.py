"""Ce qui ne s'efface pas : verrous, caractères de contrôle, politique qui interdit tout à tous."""

CELLS = {
    "ensure": """
import io, json
from datetime import UTC, datetime, timedelta
from minio.retention import Retention

def attempt(function, *arguments, **options):
    try:
        function(*arguments, **options)
    except Exception:  # MinIO refuse les verrous
        pass

until = datetime.now(UTC) + timedelta(days=400)
for rank, options in enumerate(({"object_lock": True}, {})):
    bucket = tp.bucket(f"reste-{rank}")
    attempt(client.make_bucket, bucket_name=bucket, **options)
    for key in ("a" + chr(1) + "b", chr(27) + "[31m", "c" + chr(13) + "d", chr(0x202E)):
        attempt(client.put_object, bucket, key, io.BytesIO(b"x"), 1)
    attempt(client.put_object, bucket, "verrou", io.BytesIO(b"x"), 1,
            retention=Retention("COMPLIANCE", until))
    rule = {"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"],
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
    attempt(client.set_bucket_policy, bucket_name=bucket, policy=policy)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 2, "ensure": 0}
