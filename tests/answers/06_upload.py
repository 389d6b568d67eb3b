SECOND = """
import pathlib
import secrets
from typing import Annotated

from fastapi import Depends


def bucket():
    return tp.bucket("depots")


@app1.post("/documents", status_code=201)
async def receive(file: UploadFile, bucket: Annotated[str, Depends(bucket)]):
    from fastapi.concurrency import run_in_threadpool

    key = f"recus/{secrets.token_urlsafe(12)}{pathlib.PurePath(file.filename).suffix}"
    result = await run_in_threadpool(
        client.put_object,
        bucket_name=bucket,
        object_name=key,
        data=file.file,
        length=-1,
        part_size=5 * 1024 * 1024,
        content_type=file.content_type or "application/octet-stream",
    )
    return {"key": result.object_name, "size": file.size}
"""

_ROUTE = """
from uuid import uuid4


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    key = {key}
    client.put_object(
        bucket_name=tp.bucket("depots"),
        object_name=key,
        data=file.file,
        length=file.size,
        content_type={mime},
    )
    return {answer}
"""


def _route(key="uuid4().hex", mime="file.content_type", answer='{"key": key, "size": file.size}'):
    return _ROUTE.format(key=key, mime=mime, answer=answer)


WRONG = {
    "le nom du client pour clé": (
        _route(key="file.filename"),
        "le second a remplacé le premier",
    ),
    "sans type de contenu": (
        _route(mime='"application/octet-stream"'),
        "son type de contenu n'est pas le bon",
    ),
    "clé annoncée différente": (
        _route(answer='{"key": file.filename, "size": file.size}'),
        "aucun objet du bucket ne porte la clé",
    ),
    "champs en français": (
        _route(answer='{"cle": key, "taille": file.size}'),
        "n'a pas exactement les champs demandés",
    ),
    "taille en texte": (
        _route(answer='{"key": key, "size": str(file.size)}'),
        "Le champ « size » n'est pas du bon type",
    ),
    "octets tronqués": (
        _route().replace("length=file.size", "length=1000"),
        "ses octets ne sont pas ceux du fichier",
    ),
    "statut 200": (
        _route().replace(", status_code=201", ""),
        "le statut n'est pas celui demandé",
    ),
    "autre chemin": (
        _route().replace("/documents", "/upload"),
        "n'a pas la route demandée",
    ),
    "autre nom de champ": (
        _route().replace("file", "document"),
        "FastAPI refuse les paramètres de l'énoncé",
    ),
    "les arguments du vieux cours": (
        """
@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    client.put_object(tp.bucket("depots"), file.filename, file.file)
    return {"key": file.filename, "size": file.size}
""",
        "la route a levé une exception",
    ),
    "rien n'est déposé": (
        """
@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    return {"key": "a", "size": file.size}
""",
        "aucun objet du bucket",
    ),
    "redirection vers ailleurs": (
        """
from fastapi.responses import RedirectResponse


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    return RedirectResponse("http://192.0.2.1/")
""",
        "le statut n'est pas celui demandé",
    ),
    "réponse sans fin": (
        """
from fastapi.responses import StreamingResponse


@app1.post("/documents", status_code=201)
async def upload(file: UploadFile):
    async def endless():
        while True:
            yield b"x" * 65536

    return StreamingResponse(endless(), status_code=201)
""",
        "beaucoup trop longue",
    ),
    "réponse qui n'est pas du JSON": (
        """
from fastapi.responses import Response


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    return Response(b'{"key": "\\\\ud800", "size": 1}' * (file.size > 1), status_code=201)
""",
        "n'est pas du JSON",
    ),
}
