"""UDP, MPTCP, prises brutes, vsock : rien ne sort."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import socket
seen = []
def attempt(name, function):
    try:
        function()
        seen.append(name)
    except OSError:
        pass
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"x", ("1.1.1.1", 53))
def mptcp():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as probe:
        probe.settimeout(0.5)
        probe.connect(("127.0.0.1", CANARY))
def raw():
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
def packet():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
def vsock():
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        probe.connect((2, 1024))
for name, function in list(locals().items()):
    if name in ("udp", "mptcp", "raw", "packet", "vsock"):
        attempt(name, function)
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
