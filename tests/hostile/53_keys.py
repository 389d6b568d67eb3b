"""Le trousseau de clés du correcteur : ni le lire, ni y laisser une trace."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
add, ask, control = (248, 249, 250) if platform.machine() == "x86_64" else (217, 218, 219)
seen = []
for ring in (-2, -3, -4, -5):
    if libc.syscall(add, b"user", b"trace", b"x", 1, ring) > 0: seen.append(f"clé {ring}")
    if libc.syscall(control, 0, ring, 0) > 0: seen.append(f"trousseau {ring}")
if libc.syscall(ask, b"user", b"secret", None, -3) > 0: seen.append("demande")
for path in ("/proc/keys", "/proc/key-users"):
    try:
        if open(path).read(): seen.append(path)
    except OSError:
        pass
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
