"""Des fils qui écrivent sans fin, sourds aux signaux, après la dernière cellule aussi."""

CELLS = {
    "create": """
import atexit, io, signal, threading, time
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))

def write(number=0):
    while True:
        number += 1
        try:
            client.make_bucket(bucket_name=tp.bucket(f"tard-{number}"))
            client.put_object(bucket_name=tp.bucket(f"tard-{number}"), object_name="a",
                              data=io.BytesIO(b"x"), length=1)
        except Exception:
            pass
        time.sleep(0.05)

for _ in range(4):
    threading.Thread(target=write).start()
atexit.register(write)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}
