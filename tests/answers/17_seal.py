_START = """
import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ring = json.loads(read("bureau", "cles.json"))
keys = {name: base64.b64decode(text) for name, text in ring["cles"].items()}
active = ring["active"]


def deposit(key, data, metadata):
    client.put_object(
        bucket_name=tp.bucket("hebergeur"), object_name=key, data=io.BytesIO(data),
        length=len(data), content_type="application/octet-stream", metadata=metadata,
    )


def name_of(key):
    stat = client.stat_object(bucket_name=tp.bucket("hebergeur"), object_name=key)
    return stat.metadata.get("x-amz-meta-cle-id")


def opens(key, secret=None, associated=None):
    sealed = read("hebergeur", key)
    secret = secret or keys[name_of(key)]
    try:
        AESGCM(secret).decrypt(sealed[:12], sealed[12:], associated or key.encode())
    except InvalidTag:
        return False
    return True


def send(nonce=lambda: os.urandom(12), name=active, associated=str.encode, last=False,
         shape=lambda data: data, metadata=None):
    for key in keys_of("bureau", "notes/"):
        one = nonce()
        data = AESGCM(keys[name]).encrypt(one, read("bureau", key), associated(key))
        sealed = data + one if last else one + data
        deposit(key, shape(sealed), {"cle-id": name} if metadata is None else metadata)


def judged():
    return [key for key in keys_of("hebergeur", "recus/") if not opens(key)]


"""


def _send(options="", answer="judged()"):
    return _START + f"send({options})\naltered = {answer}"


RIGHT = {
    "des fonctions": _send(),
    "boto3, un ensemble": _START
    + """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)
for key in keys_of("bureau", "notes/"):
    nonce = os.urandom(12)
    body = nonce + AESGCM(keys[active]).encrypt(nonce, read("bureau", key), key.encode())
    s3.put_object(
        Bucket=tp.bucket("hebergeur"), Key=key, Body=body, Metadata={"cle-id": active}
    )
altered = sorted(set(keys_of("hebergeur", "recus/")) - set(filter(opens, keys_of("hebergeur"))))
""",
    "Cipher, sans AESGCM": _START
    + """
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

for key in keys_of("bureau", "notes/"):
    nonce = os.urandom(12)
    encryptor = Cipher(algorithms.AES(keys[active]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(key.encode())
    data = encryptor.update(read("bureau", key)) + encryptor.finalize()
    deposit(key, nonce + data + encryptor.tag, {"Cle-Id": active})
altered = tuple(reversed(judged()))
""",
    "d'abord juger, un fichier, d'autres métadonnées": _START
    + """
from pathlib import Path
from tempfile import TemporaryDirectory

altered = judged()
with TemporaryDirectory() as folder:
    for rank, key in enumerate(keys_of("bureau", "notes/")):
        path = Path(folder) / str(rank)
        nonce = bytes(8) + rank.to_bytes(4, "big")
        data = AESGCM(keys[active]).encrypt(nonce, read("bureau", key), key.encode())
        path.write_bytes(nonce + data)
        client.fput_object(
            tp.bucket("hebergeur"), key, str(path), metadata={"cle-id": active, "version": "1"}
        )
""",
}

WRONG = {
    "en clair": (
        _START
        + "for key in keys_of('bureau', 'notes/'):\n"
        + "    deposit(key, read('bureau', key), {'cle-id': active})\n"
        + "altered = judged()",
        "est en clair chez l'hébergeur",
        1,
    ),
    "sans données associées": (
        _send("associated=lambda key: None"),
        "il n'y a pas de données associées",
        1,
    ),
    "le nom court": (
        _send("associated=lambda key: key.split('/')[1].encode()"),
        "les données associées ne sont pas la clé de l'objet",
        1,
    ),
    "Fernet": (
        _START
        + "box = Fernet(base64.urlsafe_b64encode(keys[active]))\n"
        + "for key in keys_of('bureau', 'notes/'):\n"
        + "    deposit(key, box.encrypt(read('bureau', key)), {'cle-id': active})\n"
        + "altered = judged()",
        "est chiffré par Fernet",
        1,
    ),
    "une autre clé": (_send("name=max(keys)"), "la clé active est", 1),
    "le même nonce": (_send("nonce=lambda: bytes(12)"), "ont le même nonce", 2),
    "le nonce à la fin": (_send("last=True"), "il va en tête de l'objet", 1),
    "en base64": (_send("shape=base64.b64encode"), "est encodé en base64", 1),
    "la clé dans les métadonnées": (
        _send("metadata={'cle-id': active, 'cle': ring['cles'][active]}"),
        "est dans les métadonnées",
        1,
    ),
    "sans le nom de la clé": (_send("metadata={}"), "doit nommer la clé qui a servi", 2),
    "la clé active pour juger": (
        _send(
            answer="[key for key in keys_of('hebergeur', 'recus/') "
            "if not opens(key, secret=keys[active])]"
        ),
        "la clé que nomme sa métadonnée cle-id",
        2,
    ),
    "les intacts": (
        _send(answer="list(filter(opens, keys_of('hebergeur', 'recus/')))"),
        "Ce sont les objets intacts",
        2,
    ),
    "une note manque": (
        _START + "send()\n"
        "client.remove_object(tp.bucket('hebergeur'), keys_of('hebergeur', 'notes/')[1])\n"
        "altered = judged()",
        "n'est pas dans « hebergeur »",
        1,
    ),
}

THEN = {
    "sans données associées": (WRONG["sans données associées"][0], RIGHT["des fonctions"]),
    "le même nonce": (WRONG["le même nonce"][0], None),
}
