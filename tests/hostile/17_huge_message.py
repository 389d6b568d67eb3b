"""Un seul message de 300 Mo : il est jeté, et la suite est corrigée."""

CELLS = {
    "names": """
print("x" * 300_000_000)
reasons = {}
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
