"""Un flot sur la vraie sortie d'erreur, puis sur celle du noyau."""

CELLS = {
    "names": """
import os, sys
for _ in range(20_000):
    os.write(2, b"x" * 10_000)
    os.write(1, b"x" * 10_000)
while True:
    sys.stderr.write("x" * 10_000)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "une cellule affiche plus de 16 Mio"
