"""Un message de ZeroMQ dont les morceaux ne finissent jamais, écrit à même les prises."""

CELLS = {
    "names": """
import os, socket, threading
s3 = int(os.environ["MINIO_ENDPOINT"].rpartition(":")[2])
piece = bytes([3]) + (2**20).to_bytes(8, "big") + bytes(2**20)
def flood(fd):
    try:
        peer = socket.socket(fileno=os.dup(fd))
        peer.setblocking(True)
        # Sauf vers S3 ; hors de Linux, les prises du noyau sont des ports de la machine.
        store = peer.family != socket.AF_UNIX and peer.getpeername()[1] == s3
        if not store and peer.type == socket.SOCK_STREAM:
            while True:
                peer.sendall(piece)
    except OSError:
        pass
floods = [threading.Thread(target=flood, args=(fd,)) for fd in range(3, 100)]
for thread in floods:
    thread.start()
for thread in floods:
    thread.join()
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "L'exécution s'est arrêtée"
