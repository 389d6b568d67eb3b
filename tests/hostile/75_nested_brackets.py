"""Deux kilo-octets de crochets : les lire comme du YAML prend des secondes."""

LESSON = "19"
HEAVY = True
CELLS = {
    "settings": """
data = ("bucket: " + "[" * 1900).encode()
client.put_object(tp.bucket("reglages"), "corrige.yaml", io.BytesIO(data), len(data))
""",
}
POINTS = {"settings": 0, "expire": 2}
