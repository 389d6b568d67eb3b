# La solution de référence passe le flux ; d'autres, moins sobres, le mettent d'abord en mémoire.
RIGHT = {
    "en mémoire, avec httpx": """
import io

import httpx

for key, address in addresses.items():
    answer = httpx.get(address).raise_for_status()
    client.put_object(
        bucket_name=tp.bucket("flux"),
        object_name=key,
        data=io.BytesIO(answer.content),
        length=len(answer.content),
        content_type=answer.headers["content-type"],
    )
""",
    "un par un, avec une barre": """
from helpers import upload_bar

for key in ("matin", "soir"):
    with requests.get(addresses[key], stream=True, timeout=5) as response, upload_bar() as bar:
        client.put_object(
            bucket_name=tp.bucket("flux"), object_name=key, data=response.raw, length=-1,
            part_size=5 * 1024 * 1024, content_type=response.headers.get("Content-Type"),
            progress=bar,
        )
""",
    "urllib de Python": """
from urllib.request import urlopen

for key, address in addresses.items():
    with urlopen(address) as answer:
        client.put_object(
            tp.bucket("flux"), key, answer, -1, answer.headers.get_content_type(),
            part_size=10 * 1024 * 1024,
        )
""",
    "par un fichier temporaire": """
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    for key, name in names.items():
        answer = requests.get(f"{url}/{name}", timeout=5)
        path = Path(folder) / name
        path.write_bytes(answer.content)
        client.fput_object(
            bucket_name=tp.bucket("flux"), object_name=key, file_path=str(path),
            content_type=answer.headers["Content-Type"],
        )
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
for key, address in addresses.items():
    answer = requests.get(address, timeout=5)
    kind = answer.headers["Content-Type"]
    s3.put_object(Bucket=tp.bucket("flux"), Key=key, Body=answer.content, ContentType=kind)
""",
    "fils": """
from concurrent.futures import ThreadPoolExecutor


def send(pair):
    key, address = pair
    with requests.get(address, stream=True) as r:
        client.put_object(
            tp.bucket("flux"),
            key,
            r.raw,
            -1,
            part_size=10 * 1024 * 1024,
            content_type=r.headers["Content-Type"],
        )


with ThreadPoolExecutor() as p:
    list(p.map(send, addresses.items()))
""",
}

_PUT = """
import io

for key, address in addresses.items():
    answer = requests.get({address}, timeout=10)
    data = {data}
    client.put_object(
        bucket_name=tp.bucket("flux"),
        object_name={key},
        data=io.BytesIO(data),
        length={length},
        content_type={type},
    )
"""
_RIGHT = {
    "address": "address",
    "data": "answer.content",
    "key": "key",
    "length": "len(data)",
    "type": 'answer.headers["Content-Type"]',
}
_SWAPPED = '{"matin": "soir", "soir": "matin"}[key]'

WRONG = {
    "type oublié": (
        _PUT.format(**_RIGHT | {"type": '"application/octet-stream"'}),
        "rien ne dit son type de contenu",
        1,
    ),
    "type d'image écrit dans le code": (
        _PUT.format(**_RIGHT | {"type": '"image/jpeg"'}),
        "son type de contenu n'est pas le bon",
    ),
    "type de tableau écrit dans le code": (
        _PUT.format(**_RIGHT | {"type": '"text/csv"'}),
        "son type de contenu n'est pas le bon",
        1.5,
    ),
    "un seul des deux": (
        "addresses.pop('soir')\n" + _PUT.format(**_RIGHT),
        "L'objet « soir » n'est pas dans « flux »",
        1,
    ),
    "taille inventée": (_PUT.format(**_RIGHT | {"length": "1024"}), "tronqué", 0),
    "décodé puis réencodé": (
        _PUT.format(**_RIGHT | {"data": 'answer.content.decode("latin-1").encode()'}),
        "décodés en texte, puis réencodés",
    ),
    "la page d'erreur du serveur": (
        _PUT.format(**_RIGHT | {"address": 'f"{url}/{key}"'}),
        "la page d'erreur du serveur HTTP",
        0,
    ),
    "autre clé": (
        _PUT.format(**_RIGHT | {"key": "names[key]"}),
        "n'est pas dans « flux »",
        0,
    ),
    "les deux sous la même clé": (
        _PUT.format(**_RIGHT | {"key": '"matin"'}),
        "L'objet « matin » contient",
    ),
    "l'un à la place de l'autre": (
        _PUT.format(**_RIGHT | {"key": _SWAPPED}),
        "L'objet « matin » contient",
        0,
    ),
    "dernier morceau": (
        """
import io

for key, address in addresses.items():
    r = requests.get(address, stream=True)
    for c in r.iter_content(8192):
        client.put_object(
            tp.bucket("flux"),
            key,
            io.BytesIO(c),
            len(c),
            content_type=r.headers["Content-Type"],
        )
""",
        "le dernier morceau a remplacé les autres",
    ),
    "avec extension": (
        """
import io

for key, address in addresses.items():
    r = requests.get(address)
    client.put_object(
        tp.bucket("flux"),
        key + ".csv",
        io.BytesIO(r.content),
        len(r.content),
        content_type=r.headers["Content-Type"],
    )
""",
        "une extension est de trop",
    ),
}

THEN = {
    "type oublié": (_PUT.format(**_RIGHT | {"type": '"application/octet-stream"'}), None),
    "autre clé": (_PUT.format(**_RIGHT | {"key": "names[key]"}), None),
    "taille inventée": (_PUT.format(**_RIGHT | {"length": "1024"}), None),
}
