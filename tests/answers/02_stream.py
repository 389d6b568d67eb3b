# La solution de référence passe le flux ; celle-ci, moins sobre, le met d'abord en mémoire.
SECOND = """
import io

import httpx

answer = httpx.get(address).raise_for_status()
client.put_object(
    bucket_name=tp.bucket("flux"),
    object_name="dernier",
    data=io.BytesIO(answer.content),
    length=len(answer.content),
    content_type=answer.headers["content-type"],
)
"""

PUT = """
import io

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
RIGHT = {
    "address": "address",
    "data": "answer.content",
    "key": '"dernier"',
    "length": "len(data)",
    "type": 'answer.headers["Content-Type"]',
}

WRONG = {
    "taille inventée": (PUT.format(**RIGHT | {"length": "1024"}), "tronqué"),
    "décodé puis réencodé": (
        PUT.format(**RIGHT | {"data": 'answer.content.decode("latin-1").encode()'}),
        "ne sont pas ceux de",
    ),
    "la page d'erreur du serveur": (
        PUT.format(**RIGHT | {"address": 'f"{url}/source.txt"'}),
        "ne sont pas ceux de",
    ),
    "type oublié": (
        PUT.format(**RIGHT | {"type": '"application/octet-stream"'}),
        "le type de contenu n'est pas celui de la source",
    ),
    "autre clé": (PUT.format(**RIGHT | {"key": "name"}), "pas sous la clé demandée"),
}
