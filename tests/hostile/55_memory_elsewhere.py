"""De la mémoire qui n'est à aucun processus : des fichiers en mémoire, anonymes ou non."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import ctypes, os, time
libc = ctypes.CDLL(None)
held = []
for number in range(4):
    try:
        held.append(os.memfd_create(f"m{number}"))
        os.write(held[-1], os.urandom(2**20) * 400)
    except OSError:
        pass
    segment = libc.shmget(number + 1, 400 << 20, 0o1600)
for folder in ("/eleve", "/tmp", "/dev/shm"):
    for number in range(24):
        try:
            with open(f"{folder}/{number}", "wb") as file:
                file.write(os.urandom(10 * 2**20))
        except OSError:
            pass
kept = bytearray(os.urandom(2**20)) * 600
time.sleep(60)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "la copie a pris plus de 800 Mio de mémoire"
