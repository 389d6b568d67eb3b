_START = """
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from minio.commonconfig import REPLACE, CopySource

bucket = tp.bucket("archives")
masters = {
    name: b64decode(text) for name, text in json.loads(read("trousseau", "maitresses.json")).items()
}


def describe(key):
    stat = client.stat_object(bucket_name=bucket, object_name=key)
    prefix = "x-amz-meta-"
    return {
        name.lower().removeprefix(prefix): value
        for name, value in stat.metadata.items()
        if name.lower().startswith(prefix)
    } | {"Content-Type": stat.content_type}


def replace(key, metadata):
    client.copy_object(
        bucket_name=bucket, object_name=key, source=CopySource(bucket_name=bucket, object_name=key),
        metadata=metadata, metadata_directive=REPLACE,
    )


def again(found, new=masters["2027"]):
    own = aes_key_unwrap(masters["2026"], b64decode(found["cle-emballee"]))
    return b64encode(aes_key_wrap(new, own)).decode()


described = {key: describe(key) for key in keys_of("archives")}
old = [key for key, found in described.items() if found["cle-id"] == "2026"]
lost = [key for key, found in described.items() if found["cle-id"] not in masters]
"""


def _each(change, before=""):
    return _START + before + f"for key in old:\n    found = described[key]\n    {change}\n"


_GOOD = 'replace(key, found | {"cle-id": "2027", "cle-emballee": again(found)})'

RIGHT = {
    "une copie sur soi": _each(_GOOD),
    "une métadonnée de plus": _each(_GOOD.replace('"2027", ', '"2027", "reemballee": "oui", ', 1)),
    "redéposer les mêmes octets": _each(
        """data = read("archives", key)
    kind = found.pop("Content-Type")
    found.update({"cle-id": "2027", "cle-emballee": again(found)})
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data),
        content_type=kind, metadata=found,
    )"""
    ),
    "boto3": _START
    + """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)
for key in old:
    found = dict(described[key])
    kind = found.pop("Content-Type")
    s3.copy_object(
        Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": key},
        MetadataDirective="REPLACE", ContentType=kind,
        Metadata=found | {"cle-id": "2027", "cle-emballee": again(found)},
    )
lost = set(lost)
""",
    "deux fois de suite, une réponse triée": _each(_GOOD)
    + """
for key in old:
    found = describe(key)
    if found["cle-id"] == "2026":
        replace(key, found | {"cle-id": "2027", "cle-emballee": again(found)})
lost = sorted(lost, reverse=True)
""",
}

WRONG = {
    "le nom seulement": (
        _each('replace(key, found | {"cle-id": "2027"})'),
        "est encore emballée par l'ancienne",
        1,
    ),
    "sans le nom": (
        _each('replace(key, found | {"cle-emballee": again(found)})'),
        "cle-id ne nomme pas 2027",
        1,
    ),
    "l'auteur perdu": (
        _each(
            'replace(key, {"cle-id": "2027", "cle-emballee": again(found), '
            '"Content-Type": found["Content-Type"]})'
        ),
        "La métadonnée auteur",
        1,
    ),
    "le type perdu": (
        _each(
            "del found['Content-Type']\n    replace(key, found | "
            '{"cle-id": "2027", "cle-emballee": again(found), "Content-Type": "text/plain"})'
        ),
        "Le type de",
        2,
    ),
    "la clé en clair": (
        _each(
            'own = aes_key_unwrap(masters["2026"], b64decode(found["cle-emballee"]))\n'
            '    replace(key, found | {"cle-id": "2027", "cle-emballee": b64encode(own).decode()})'
        ),
        "est en clair dans ses métadonnées",
        1,
    ),
    "emballée deux fois": (
        _each(
            'twice = aes_key_wrap(masters["2027"], b64decode(found["cle-emballee"]))\n'
            '    replace(key, found | {"cle-id": "2027", '
            '"cle-emballee": b64encode(twice).decode()})'
        ),
        "est emballée deux fois",
        1,
    ),
    "rechiffré": (
        _each(
            """own = AESGCM.generate_key(bit_length=256)
    data = bytes(12) + AESGCM(own).encrypt(bytes(12), b"contenu", key.encode())
    kind = found.pop("Content-Type")
    wrapped = b64encode(aes_key_wrap(masters["2027"], own)).decode()
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data),
        content_type=kind, metadata=found | {"cle-id": "2027", "cle-emballee": wrapped},
    )"""
        ),
        "et non de rechiffrer",
        1,
    ),
    "les perdus nommés aussi": (
        _each(_GOOD)
        + """
for key in lost:
    replace(key, described[key] | {"cle-id": "perdue"})
""",
        "il fallait le laisser tel quel",
        1,
    ),
    "les perdus supprimés": (
        _each(_GOOD)
        + """
for key in lost:
    client.remove_object(bucket_name=bucket, object_name=key)
""",
        "n'est plus dans « archives »",
        1,
    ),
    "les lisibles": (
        _each(_GOOD) + "lost = [key for key in described if key not in lost]",
        "Ce sont les objets encore lisibles",
        2,
    ),
    "ceux de 2027 avec": (
        _each(_GOOD) + "lost = [key for key in described if key not in old]",
        "Un objet de 2027 ou de 2025 n'est pas perdu",
        2,
    ),
    "un seul": (
        _START + "key, found = old[0], described[old[0]]\n" + _GOOD,
        "est encore emballée par celle de 2026",
        1,
    ),
    "toutes les clés, encore en service ou non": (
        _each(_GOOD)
        .replace('masters["2026"], b64', 'masters[found["cle-id"]], b64')
        .replace('found["cle-id"] == "2026"', 'found["cle-id"] in masters'),
        "qui sert encore",
    ),
}


THEN = {
    "un seul, puis tous": (WRONG["un seul"][0], RIGHT["une copie sur soi"]),
    "les lisibles, puis les perdus": (
        _START + "lost = [key for key in described if key not in lost]",
        RIGHT["boto3"],
    ),
}
