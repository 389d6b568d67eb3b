"""Tout ce qui s'ouvre : connexions à S3 et fichiers, gardés ; le reste de la copie est juste."""

LEVELS = (1, 2)
CELLS = {
    "create": """
import os, socket, time
from urllib.parse import urlsplit
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
place = urlsplit(os.environ["MINIO_ENDPOINT"])
held = []
for _ in range(100):
    try:
        held.append(socket.create_connection((place.hostname, place.port), timeout=1))
    except OSError:
        break
try:
    while len(held) < 480:
        held.append(open("/dev/null"))
except OSError:
    pass
time.sleep(4)
for each in held:
    each.close()
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}
