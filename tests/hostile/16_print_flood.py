"""Un flot d'affichages sans fin."""

CELLS = {
    "names": """
while True:
    print("x" * 10_000)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "une cellule affiche plus de 16 Mio"
