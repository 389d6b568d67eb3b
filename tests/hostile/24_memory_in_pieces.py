"""La mémoire prise par plusieurs processus à la fois."""

CELLS = {
    "names": """
import os, time
for _ in range(8):
    if os.fork() == 0:
        block = bytearray(os.urandom(2**20)) * 250
        time.sleep(60)
time.sleep(60)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "la copie a pris plus de 800 Mio de mémoire"
