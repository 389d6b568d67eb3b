RIGHT = {
    "un compteur, sans prefix": """
totals = {"objets": 0, "octets": 0}
for item in client.list_objects(bucket_name=tp.bucket("mesures"), recursive=True):
    if item.object_name.startswith("releves/2026-03/"):
        totals["objets"] += 1
        totals["octets"] += item.size
""",
    "numpy": """
import numpy

found = client.list_objects(tp.bucket("mesures"), prefix="releves/2026-03/", recursive=True)
sizes = numpy.array([item.size for item in found])
totals = {"octets": sizes.sum(), "objets": numpy.int64(sizes.size)}
""",
    "des nombres à virgule, un Decimal": """
from decimal import Decimal

found = client.list_objects(tp.bucket("mesures"), prefix="releves/2026-03/", recursive=True)
sizes = {item.object_name: item.size for item in found}
totals = dict(objets=float(len(sizes)), octets=sum(map(Decimal, sizes.values())))
""",
    "niveau par niveau": """
def walk(prefix):
    for item in client.list_objects(bucket_name=tp.bucket("mesures"), prefix=prefix):
        if item.is_dir:
            yield from walk(item.object_name)
        else:
            yield client.stat_object(tp.bucket("mesures"), item.object_name).size


sizes = tuple(walk("releves/2026-03/"))
totals = {"objets": len(sizes), "octets": sum(sizes)}
""",
    "boto3": """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
)
answer = s3.list_objects_v2(Bucket=tp.bucket("mesures"), Prefix="releves/2026-03/")
totals = {"objets": answer["KeyCount"], "octets": sum(o["Size"] for o in answer["Contents"])}
""",
    "counter": """
b = tp.bucket("mesures")
items = list(client.list_objects(b, prefix="releves/2026-03/", recursive=True))
from collections import Counter

totals = Counter()
for i in items:
    totals.update(objets=1, octets=i.size)
""",
}

_LISTING = """
found = list(client.list_objects(bucket_name=tp.bucket("mesures"), {options}))
totals = {{"objets": len(found), "octets": sum(item.size or 0 for item in found)}}
"""
_RIGHT = 'prefix="releves/2026-03/", recursive=True'


def _counted(condition):
    return f"""
found = client.list_objects(bucket_name=tp.bucket("mesures"), recursive=True)
sizes = {{item.object_name: item.size for item in found}}
sizes = {{key: size for key, size in sizes.items() if {condition}}}
totals = {{"objets": len(sizes), "octets": sum(sizes.values())}}
"""


WRONG = {
    "sans la barre finale": (
        _LISTING.format(options='prefix="releves/2026-03", recursive=True'),
        "Les essais sont comptés",
        0,
    ),
    "un seul niveau": (
        _LISTING.format(options='prefix="releves/2026-03/"'),
        "niveaux inférieurs",
        0,
    ),
    "un seul niveau, sans le préfixe": (
        _LISTING.format(options='prefix="releves/2026-03/"')
        + 'totals["objets"] = sum(not item.is_dir for item in found)',
        "niveaux inférieurs",
        0,
    ),
    "le mot n'importe où": (
        _counted('"releves/2026-03/" in key'),
        "un préfixe est le début de la clé",
        0,
    ),
    "sans les objets vides": (
        _counted('key.startswith("releves/2026-03/") and size'),
        "un objet vide compte aussi",
        1,
    ),
    "un listage parcouru deux fois": (
        """
found = client.list_objects(bucket_name=tp.bucket("mesures"), prefix="releves/2026-03/",
                            recursive=True)
totals = {"objets": len(list(found)), "octets": sum(item.size for item in found)}
""",
        "parcourir un listage qu'une fois",
        1,
    ),
    "tout le bucket": (_LISTING.format(options="recursive=True"), "tout le bucket", 0),
    "taille du dernier objet": (
        _LISTING.format(options=_RIGHT) + 'totals["octets"] = found[-1].size',
        "La valeur de « octets » n'est pas la bonne",
        1,
    ),
    "un texte": (
        _LISTING.format(options=_RIGHT) + 'totals["objets"] = str(totals["objets"])',
        "Sous « objets » : un nombre est attendu, pas un texte",
        1,
    ),
    "un de moins": (
        _LISTING.format(options=_RIGHT) + 'totals["objets"] -= 1',
        "Il manque un objet",
        1,
    ),
    "un couple": ("totals = (12, 3456)", "un dictionnaire est attendu", 0),
    "l'exemple de l'énoncé": (
        'totals = {"objets": 12, "octets": 3456}',
        "C'est l'exemple de l'énoncé",
        0,
    ),
    "un nom mal écrit": (
        _LISTING.format(options=_RIGHT) + 'totals["Objets"] = totals.pop("objets")',
        "seules les majuscules diffèrent",
        1,
    ),
    "échangés": (
        """
b = tp.bucket("mesures")
items = list(client.list_objects(b, prefix="releves/2026-03/", recursive=True))
totals = {"octets": len(items), "objets": sum(i.size for i in items)}
""",
        "échangés",
    ),
    "kio": (
        """
b = tp.bucket("mesures")
items = list(client.list_objects(b, prefix="releves/2026-03/", recursive=True))
totals = {"objets": len(items), "octets": sum(i.size for i in items) / 1024}
""",
        "en Kio",
    ),
    "csv seulement": (
        """
b = tp.bucket("mesures")
items = list(client.list_objects(b, prefix="releves/2026-03/", recursive=True))
items = [i for i in items if i.object_name.endswith(".csv")]
totals = {"objets": len(items), "octets": sum(i.size for i in items)}
""",
        "sans extension n'est pas compté",
    ),
    "mars à la racine": (
        """
items = list(client.list_objects(tp.bucket("mesures"), prefix="2026-03/", recursive=True))
totals = {"objets": len(items), "octets": sum(i.size for i in items)}
""",
        "Aucun objet n'est compté",
    ),
    "un ensemble de tailles": (
        """
found = list(client.list_objects(tp.bucket("mesures"), "releves/2026-03/", recursive=True))
totals = {"objets": len(found), "octets": sum({item.size for item in found})}
""",
        "un ensemble n'en garde qu'une",
        1,
    ),
    "rangés par leur nom": (
        """
found = client.list_objects(tp.bucket("mesures"), "releves/2026-03/", recursive=True)
sizes = {item.object_name.split("/")[-1]: item.size for item in found}
totals = {"objets": len(sizes), "octets": sum(sizes.values())}
""",
        "c'est la clé entière qui les distingue",
        0,
    ),
}

THEN = {
    "sans la barre finale": (WRONG["sans la barre finale"][0], None),
    "un texte": (WRONG["un texte"][0], None),
}
