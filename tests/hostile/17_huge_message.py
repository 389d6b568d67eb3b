"""Un message de 10 Mo est jeté sans rien coûter ; un de 100 Mo arrête le noyau."""

CELLS = {
    "create": """
print("x" * 10_000_000)
for name in ("archives", "factures"):
    client.make_bucket(bucket_name=tp.bucket(name))
""",
    "names": """
print("x" * 100_000_000)
reasons = {}
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "une cellule affiche plus de 16 Mio"
