RIGHT = {
    "une boucle": """
for name in ("factures", "archives"):
    bucket = f"{tp.space}-{name}"
    if not client.bucket_exists(bucket_name=bucket):
        client.make_bucket(bucket_name=bucket)
""",
    "arguments positionnels, relancé": """
for name in ["archives", "factures"]:
    try:
        client.make_bucket(bucket_name=tp.bucket(name))
    except Exception:
        print("déjà là")
""",
    "fresh_bucket de la leçon": """
from helpers import fresh_bucket

for name in ("archives", "factures"):
    fresh_bucket(client, tp.bucket(name))
""",
    "un bucket de plus, qui n'en est pas un": """
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
client.make_bucket(bucket_name=tp.bucket("essai"))
""",
}

_OUTSIDE = """
for name in ("archives", "factures"):
    if not client.bucket_exists(bucket_name=name):
        client.make_bucket(bucket_name=name)
"""

WRONG = {
    "un seul des deux": (
        'client.make_bucket(bucket_name=tp.bucket("archives"))',
        "Le bucket « factures » n'existe pas",
        0.5,
    ),
    "nom au singulier": (
        """
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("facture"))
""",
        "un autre porte un nom voisin",
        0.5,
    ),
    "un bucket de trop": (
        """
for name in ("archives", "factures", "factures-2026"):
    client.make_bucket(bucket_name=tp.bucket(name))
""",
        "avec 1\xa0bucket de trop",
        0.5,
    ),
    "hors de l'espace": (_OUTSIDE, "hors de votre espace"),
    "sans trait d'union": (
        """
for name in ("archives", "factures"):
    client.make_bucket(bucket_name=tp.space + name)
""",
        "hors de votre espace",
    ),
    "l'espace deux fois": (
        """
for name in ("archives", "factures"):
    client.make_bucket(bucket_name=tp.bucket(tp.bucket(name)))
""",
        # Dans un espace de correction, plus long, S3 refuse ce nom.
        ("un autre porte un nom voisin", "ValueError : invalid bucket name"),
        0,
    ),
    "un nom refusé": (
        'client.make_bucket(bucket_name=tp.bucket("Archives"))',
        "Le bucket « archives » n'existe pas",
    ),
    "noms intervertis avec l'espace": (
        """
for name in ("archives", "factures"):
    client.make_bucket(bucket_name=f"{name}-{tp.space}")
""",
        "hors de votre espace",
    ),
    "que des noms": (
        """
archives = tp.bucket("archives")
factures = tp.bucket("factures")
archives, factures
""",
        "make_bucket() le crée",
    ),
    "objet au lieu de bucket": (
        """
import io

client.make_bucket(bucket_name=tp.bucket("archives"))
client.put_object(
    bucket_name=tp.bucket("archives"),
    object_name="factures/",
    data=io.BytesIO(b""),
    length=0,
)
""",
        "« factures » n'existe pas",
    ),
}

THEN = {
    "un puis deux": (
        'client.make_bucket(bucket_name=tp.bucket("archives"))',
        'client.make_bucket(bucket_name=tp.bucket("factures"))',
    ),
    "hors de l'espace": (_OUTSIDE, None),
}
