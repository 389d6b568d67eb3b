RIGHT = {
    "URL présignée, suffixe": """
import requests

url = client.presigned_get_object(bucket_name=tp.bucket("journaux"), object_name="marees.log")
answer = requests.get(url, headers={"Range": "bytes=-1024"}, timeout=10)
report = {"texte": answer.text, "intervalle": answer.headers["content-range"]}
""",
    "sans length": """
log = {"bucket_name": tp.bucket("journaux"), "object_name": "marees.log"}
size = client.stat_object(**log).size
with client.get_object(**log, offset=size - 1024) as part:
    report = {
        "intervalle": part.headers["content-range"],
        "texte": part.read().decode("utf-8"),
    }
""",
    "la taille vient du listage": """
(item,) = client.list_objects(bucket_name=tp.bucket("journaux"), prefix="marees")
response = client.get_object(
    tp.bucket("journaux"), item.object_name, offset=item.size - 1024, length=1024
)
try:
    report = dict(
        texte=str(response.data, "utf-8"), intervalle=response.getheader("Content-Range")
    )
finally:
    response.close()
    response.release_conn()
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
part = s3.get_object(Bucket=tp.bucket("journaux"), Key="marees.log", Range="bytes=-1024")
report = {"texte": part["Body"].read().decode(), "intervalle": part["ContentRange"]}
""",
    # Rien ne distingue une valeur recalculée : elle ne vaut qu'un demi-point.
    "l'intervalle recalculé": """
response = client.get_object(bucket_name=tp.bucket("journaux"), object_name="marees.log")
data = response.read()
size = len(data)
report = {"texte": data[-1024:].decode(), "intervalle": f"bytes {size - 1024}-{size - 1}/{size}"}
""",
    "en-tête": """
r = client.get_object(
    tp.bucket("journaux"), "marees.log", request_headers={"Range": "bytes=-1024"}
)
report = {"intervalle": r.headers.get("Content-Range"), "texte": str(r.read(), "utf-8")}
""",
    "numpy": """
import numpy as np

b = tp.bucket("journaux")
k = "marees.log"
n = client.stat_object(b, k).size
r = client.get_object(b, k, offset=n - 1024, length=1024)
report = {
    "texte": np.str_(r.read().decode()),
    "intervalle": np.str_(r.headers["Content-Range"]),
}
""",
}

_READ = """
log = {{"bucket_name": tp.bucket("journaux"), "object_name": "marees.log"}}
size = client.stat_object(**log).size
response = client.get_object(**log, {options})
text = response.read().decode()
report = {{"texte": {text}, "intervalle": {interval}}}
response.close()
response.release_conn()
"""
_RIGHT = {
    "options": "offset=size - 1024, length=1024",
    "text": "text",
    "interval": 'response.headers.get("Content-Range")',
}

WRONG = {
    "offset négatif": (_READ.format(**_RIGHT | {"options": "offset=-1024"}), "journal entier", 0),
    "tout lire, puis couper": (
        _READ.format(**_RIGHT | {"options": "", "text": "text.encode()[-1024:].decode()"}),
        "pas d'en-tête Content-Range",
        1.5,
    ),
    "des caractères pour des octets": (
        _READ.format(**_RIGHT | {"options": "", "text": "text[-1024:]"}),
        "une lettre accentuée a deux octets",
        0,
    ),
    "en latin-1": (
        _READ.format(**_RIGHT).replace("decode()", 'decode("latin-1")'),
        "a été lu comme du latin-1",
        0.5,
    ),
    "l'écriture d'octets": (
        _READ.format(**_RIGHT | {"text": "str(text.encode())"}),
        "l'écriture Python d'octets",
        0.5,
    ),
    "l'en-tête de la demande": (
        _READ.format(**_RIGHT | {"interval": '"bytes=-1024"'}),
        "l'en-tête Range de la demande",
        1.5,
    ),
    "sans la taille totale": (
        _READ.format(**_RIGHT | {"interval": 'response.headers["Content-Range"].split("/")[0]'}),
        "la taille de tout l'objet",
        1.5,
    ),
    "le début": (_READ.format(**_RIGHT | {"options": "length=1024"}), "pas les derniers", 0),
    "mille octets": (
        _READ.format(**_RIGHT | {"options": "offset=size - 1000"}),
        "n'a pas la longueur demandée",
    ),
    "un octet trop tôt": (
        _READ.format(**_RIGHT | {"options": "offset=size - 1025, length=1024"}),
        "l'intervalle est décalé",
    ),
    "un octet oublié": (
        _READ.format(**_RIGHT | {"options": "offset=size - 1024, length=1000"}).replace(
            "decode()", 'decode(errors="replace")'
        ),
        "s'arrête avant la fin du journal",
    ),
    "sans le dernier retour à la ligne": (
        _READ.format(**_RIGHT | {"text": "text.rstrip()"}),
        "seul le retour à la ligne final diffère",
        0.5,
    ),
    "des octets": (_READ.format(**_RIGHT | {"text": "text.encode()"}), "octets"),
    "le texte seul": ('report = "texte"', "un dictionnaire est attendu"),
    "une clé mal écrite": (
        _READ.format(**_RIGHT).replace('"intervalle"', '"interval"'),
        "il manque 1\xa0nom",
    ),
    "la taille à la place de l'en-tête": (
        _READ.format(**_RIGHT | {"interval": "size"}),
        "Content-Range est un texte, pas un nombre",
        1.5,
    ),
    "les bornes sans le reste": (
        _READ.format(**_RIGHT | {"interval": 'f"{size - 1024}-{size - 1}"'}),
        "n'est pas celui d'une réponse qui porte ces seuls octets",
        1.5,
    ),
    "une réponse lue deux fois": (
        _READ.format(**_RIGHT | {"text": "response.read().decode()"}),
        "Le texte est vide",
        0.5,
    ),
    "autre réponse": (
        """
b = tp.bucket("journaux")
k = "marees.log"
n = client.stat_object(b, k).size
r = client.get_object(b, k, offset=n - 1024)
x = client.get_object(b, k, offset=0, length=1)
report = {"texte": r.read().decode(), "intervalle": x.headers["Content-Range"]}
""",
        "n'est pas celui d'une réponse qui porte ces seuls octets",
    ),
    "1025": (
        """
b = tp.bucket("journaux")
k = "marees.log"
n = client.stat_object(b, k).size
r = client.get_object(b, k, offset=n - 1025, length=1024)
report = {
    "texte": r.read().decode(errors="replace"),
    "intervalle": r.headers["Content-Range"],
}
""",
        "l'intervalle est décalé",
    ),
}

THEN = {
    "offset négatif": (_READ.format(**_RIGHT | {"options": "offset=-1024"}), None),
    "des octets": (_READ.format(**_RIGHT | {"text": "text.encode()"}), None),
}
