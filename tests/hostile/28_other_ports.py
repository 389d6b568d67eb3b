"""Tout autre port, sur cette machine ou ailleurs."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import socket
seen = []
for host in ("127.0.0.1", "localhost", "10.0.0.1", "1.1.1.1", "::1"):
    for port in (CANARY, 22, 53, 80, 443):
        try:
            socket.create_connection((host, port), timeout=0.2).close()
            seen.append((host, port))
        except OSError:
            pass
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
