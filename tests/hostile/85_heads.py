"""Des requêtes qui ne ressemblent à rien, ou dont l'en-tête ne finit pas : rien n'en part."""

CELLS = {
    "names": """
import os, socket
from urllib.parse import urlsplit
place, seen = urlsplit(os.environ["MINIO_ENDPOINT"]), []
much = b"a" * 2**20
for sent in (
    b"GET / HTTP/1.1\\r\\nX-A: " + much, b"GET / HTTP/1.1\\r\\n" + much + b": a\\r\\n\\r\\n",
    b"GET / HTTP/1.1\\r\\nHost: a\\r\\n" + b"X-A: b\\r\\n" * 100_000 + b"\\r\\n", b"GET /" + much,
    bytes(range(256)) * 4000, b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n", much,
    b"CONNECT 127.0.0.1:22 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\nSSH-2.0-a\\r\\n",
):
    try:
        with socket.create_connection((place.hostname, place.port), timeout=20) as link:
            link.sendall(sent)
            link.shutdown(socket.SHUT_WR)
            answer = link.recv(4096)
            if answer.startswith((b"HTTP/1.1 2", b"SSH")):
                seen.append(answer[:40])
    except OSError:
        pass
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
