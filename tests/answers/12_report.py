_READ = """
import hashlib

from minio.error import S3Error

report = {{"recues": {{}}, "echecs": {{}}}}
for key in wanted:
    try:
        data = read("phototheque", key)
        report["recues"][key] = {digest}
    except S3Error as error:
        {failure}
{then}
"""


def _read(
    digest="hashlib.sha256(data).hexdigest()",
    failure='report["echecs"][key] = error.code',
    then="",
):
    return _READ.format(digest=digest, failure=failure, then=then)


RIGHT = {
    "asyncio, et return_exceptions": """
import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor

from minio.error import S3Error

from helpers import async_client


async def read_all():
    async with async_client(client) as remote:

        async def fetch(key):
            found = await remote.get_object(
                bucket_name=tp.bucket("phototheque"), object_name=key
            )
            return await found.read()

        return await asyncio.gather(*map(fetch, wanted), return_exceptions=True)


with ThreadPoolExecutor() as pool:
    results = pool.submit(asyncio.run, read_all()).result()
report = {"recues": {}, "echecs": {}}
for key, result in zip(wanted, results):
    if isinstance(result, bytes):
        report["recues"][key] = hashlib.sha256(result).hexdigest()
    else:
        report["echecs"][key] = result.code
""",
    "une boucle, sans fils": _read(),
    "en majuscules": _read(digest="hashlib.sha256(data).hexdigest().upper()"),
    "une fonction qui renvoie une paire": """
import hashlib
from concurrent.futures import ThreadPoolExecutor

from minio.error import S3Error


def fetch(key):
    try:
        return "recues", key, hashlib.new("sha256", read("phototheque", key)).hexdigest()
    except S3Error as error:
        return "echecs", key, error.code


with ThreadPoolExecutor() as pool:
    report = {"echecs": {}, "recues": {}}
    for name, key, value in pool.map(fetch, wanted):
        report[name][key] = value
""",
    "des fichiers, et le listage": """
import hashlib
import tempfile
from pathlib import Path

present = {o.object_name for o in client.list_objects(tp.bucket("phototheque"), recursive=True)}
with tempfile.TemporaryDirectory() as name:
    for key in present & set(wanted):
        client.fget_object(tp.bucket("phototheque"), key, str(Path(name, key)))
    received = {
        key: hashlib.sha256(Path(name, key).read_bytes()).hexdigest()
        for key in present & set(wanted)
    }
report = {"recues": received, "echecs": dict.fromkeys(set(wanted) - present, "NoSuchKey")}
""",
}

WRONG = {
    "un échec passé sous silence": (
        _read(failure="pass"),
        "ni parmi les reçues, ni parmi les échecs",
        0,
    ),
    "arrêt à la première erreur": (
        _read(failure='report["echecs"][key] = error.code; break'),
        "ni parmi les reçues, ni parmi les échecs",
        0,
    ),
    "une phrase au lieu du code": (
        _read(failure='report["echecs"][key] = str(error)'),
        "n'est pas le code d'erreur",
        1,
    ),
    "le statut au lieu du code": (
        _read(failure='report["echecs"][key] = error.response.status'),
        "n'est pas le code d'erreur",
        1,
    ),
    "MD5": (_read(digest="hashlib.md5(data).hexdigest()"), "SHA-256 a 64 chiffres", 1),
    "des octets": (
        _read(digest="list(hashlib.sha256(data).digest())"),
        "un texte, en hexadécimal",
        1,
    ),
    "une liste de clés": (
        _read(then='report["echecs"] = list(report["echecs"])'),
        "doit être un dictionnaire",
        0,
    ),
    "tout parmi les reçues": (
        _read(failure='report["recues"][key] = error.code'),
        "se trouve pourtant parmi les reçues",
        0,
    ),
    "tout le bucket": (
        _read(then='report["recues"]["photos/autre.jpg"] = "0" * 64'),
        "n'était pas commandée",
        1,
    ),
    "avec un accent": (
        _read(then='report = {"reçues": report["recues"], "échecs": report["echecs"]}'),
        "seuls les accents diffèrent",
        0,
    ),
}

THEN = {
    "un échec passé sous silence": (WRONG["un échec passé sous silence"][0], None),
    "MD5": (WRONG["MD5"][0], RIGHT["en majuscules"]),
}
