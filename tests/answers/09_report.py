# Avec asyncio : return_exceptions range les erreurs parmi les résultats.
SECOND = """
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
"""

READ = """
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
RIGHT = {
    "digest": "hashlib.sha256(data).hexdigest()",
    "failure": 'report["echecs"][key] = error.code',
    "then": "",
}

WRONG = {
    "un échec passé sous silence": (
        READ.format(**RIGHT | {"failure": "pass"}),
        "ni parmi les reçues, ni parmi les échecs",
    ),
    "arrêt à la première erreur": (
        READ.format(**RIGHT | {"failure": RIGHT["failure"] + "; break"}),
        "ni parmi les reçues, ni parmi les échecs",
    ),
    "une phrase au lieu du code": (
        READ.format(**RIGHT | {"failure": 'report["echecs"][key] = str(error)'}),
        "n'est pas le code d'erreur",
    ),
    "MD5": (
        READ.format(**RIGHT | {"digest": "hashlib.md5(data).hexdigest()"}),
        "n'est pas celle de ses octets",
    ),
    "une liste de clés": (
        READ.format(**RIGHT | {"then": 'report["echecs"] = list(report["echecs"])'}),
        "doivent être des dictionnaires",
    ),
    "tout parmi les reçues": (
        READ.format(**RIGHT | {"failure": 'report["recues"][key] = error.code'}),
        "ne devrait pas y être",
    ),
}
