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


RIGHT = {
    "async, dans un fil, bucket injecté": """
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
""",
    "des champs de plus": _route(
        answer='{"key": key, "size": file.size, "filename": file.filename, "message": "merci"}'
    ),
    "le nom du client après uuid4": _route(key='f"{uuid4()}-{file.filename}"'),
    "l'heure en nanosecondes": "import time\n" + _route(key='f"{time.time_ns()}.bin"'),
    "application montée": """
from uuid import uuid4

documents = FastAPI()


@documents.post("/", status_code=201)
def upload(file: UploadFile):
    key = uuid4().hex
    client.put_object(
        bucket_name=tp.bucket("depots"), object_name=key, data=file.file, length=file.size,
        content_type=file.content_type,
    )
    return {"key": key, "size": file.size}


root = FastAPI()


@root.post("/documents", status_code=201)
def receive(file: UploadFile):
    return upload(file)


app1.mount("/", root)
""",
    "une route pour toute collection": _route()
    .replace('"/documents"', '"/{collection}"')
    .replace("upload(file", "upload(collection: str, file"),
    "lifespan qui prépare et range": """
from contextlib import asynccontextmanager
from uuid import uuid4

from fastapi import Request


@asynccontextmanager
async def lifespan(app):
    app.state.client = client
    yield
    del app.state.client


app1 = FastAPI(lifespan=lifespan)


@app1.post("/documents", status_code=201)
def upload(request: Request, file: UploadFile):
    key = uuid4().hex
    request.app.state.client.put_object(
        bucket_name=tp.bucket("depots"), object_name=key, data=file.file, length=file.size,
        content_type=file.content_type,
    )
    return {"key": key, "size": file.size}
""",
    "la requête elle-même": """
import io
from uuid import uuid4

from fastapi import Request
from fastapi.responses import JSONResponse


@app1.post("/documents")
async def upload(request: Request):
    form = await request.form()
    data = await form["file"].read()
    key = str(uuid4())
    client.put_object(
        tp.bucket("depots"), key, io.BytesIO(data), len(data), form["file"].content_type
    )
    return JSONResponse({"key": key, "size": len(data)}, 201)
""",
    "boto3": """
from uuid import uuid4

import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    key = uuid4().hex
    s3.upload_fileobj(
        file.file, tp.bucket("depots"), key, ExtraArgs={"ContentType": file.content_type}
    )
    return {"key": key, "size": file.size}
""",
    "dataclass": """
from uuid import uuid4

B = tp.bucket("depots")
from dataclasses import dataclass


@dataclass
class S:
    key: str
    size: int


@app1.post("/documents", status_code=201)
def upload(file: UploadFile) -> S:
    key = uuid4().hex
    client.put_object(B, key, file.file, file.size, content_type=file.content_type)
    return S(key, file.size)
""",
}

# Trois chiffres comme au hasard, mais jamais deux fois les mêmes, ni l'un d'eux deux fois de suite.
_DRAW = """
import itertools

_count = itertools.count()


def draw():
    return (next(_count) * 367 + 417) % 900 + 100


"""

WRONG = {
    "le nom du client pour clé": (
        _route(key="file.filename"),
        "le second a remplacé le premier",
        2,
    ),
    "trois chiffres au hasard": (
        _DRAW + _route(key='f"{draw()}-{file.filename}"'),
        "3\xa0chiffres y changent",
        2,
    ),
    "un compteur": (
        "import itertools\n\ncount = itertools.count(1)\n"
        + _route(key='f"{next(count)}-{file.filename}"'),
        "elles ne le resteront pas",
        2,
    ),
    "un compteur sur huit chiffres": (
        "import itertools\n\ncount = itertools.count(1)\n"
        + _route(key='f"{next(count):08}-{file.filename}"'),
        "elles ne le resteront pas",
        2,
    ),
    "le nombre d'objets": (
        _route(
            key="f\"{sum(1 for _ in client.list_objects(tp.bucket('depots')))}-{file.filename}\""
        ),
        "le second a remplacé le premier",
        2,
    ),
    "la seconde": (
        "import time\n" + _route(key='f"{int(time.time())}-{file.filename}"'),
        "le second a remplacé le premier",
        2,
    ),
    "l'empreinte du contenu": (
        "import hashlib\n"
        + _route(key='hashlib.file_digest(file.file, "md5").hexdigest(); file.file.seek(0)'),
        "le second a remplacé le premier",
        2,
    ),
    "sans type de contenu": (
        _route(mime='"application/octet-stream"'),
        "rien ne dit son type de contenu",
        1,
    ),
    "type deviné d'après le nom": (
        "import mimetypes\n" + _route(mime="mimetypes.guess_type(file.filename)[0]"),
        "son type de contenu n'est pas le bon",
        1,
    ),
    "clé annoncée différente": (
        _route(answer='{"key": file.filename, "size": file.size}'),
        "aucun objet du bucket ne porte la clé",
    ),
    "champs en français": (
        _route(answer='{"cle": key, "taille": file.size}'),
        "Le champ « key » manque à la réponse",
    ),
    "taille en texte": (
        _route(answer='{"key": key, "size": str(file.size)}'),
        "Le champ « size » n'est pas du bon type",
        2,
    ),
    "octets tronqués": (
        _route().replace("length=file.size", "length=1000"),
        "est tronqué",
    ),
    "flux laissé à sa fin": (
        _route().replace("    client.put", "    file.file.read()\n    client.put"),
        "la route a levé une exception, ",
    ),
    "statut 200": (
        _route().replace(", status_code=201", ""),
        "POST /documents : statut 200 au lieu de 201",
        2,
    ),
    "statut dans un tuple": (
        _route(answer='({"key": key, "size": file.size}, 201)').replace(", status_code=201", ""),
        "n'est pas un objet JSON",
    ),
    "autre chemin": (
        _route().replace("/documents", "/upload"),
        "n'a pas la route demandée",
    ),
    "barre finale": (
        _route().replace("/documents", "/documents/"),
        "diffère par sa barre finale",
    ),
    "autre nom de champ": (
        _route().replace("file", "document"),
        "qui n'a pas un champ de formulaire « document » que votre fonction demande",
    ),
    "les arguments du vieux cours": (
        """
@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    client.put_object(tp.bucket("depots"), file.filename, file.file)
    return {"key": file.filename, "size": file.size}
""",
        "la route a levé une exception, TypeError",
    ),
    "rien n'est déposé": (
        """
@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    return {"key": "a", "size": file.size}
""",
        "aucun objet du bucket",
    ),
    "500 de son propre chef": (
        """
from fastapi import HTTPException


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    raise HTTPException(status_code=500, detail="plus tard")
""",
        "statut 500 au lieu d'une réussite",
    ),
    "redirection vers ailleurs": (
        """
from fastapi.responses import RedirectResponse


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    return RedirectResponse("http://192.0.2.1/")
""",
        "statut 307 au lieu d'une réussite",
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
    "corrigée sans refaire l'application": (
        _route(key="file.filename") + _route(),
        "deux fonctions pour POST /documents",
        2,
    ),
    "sans return": (
        """
from uuid import uuid4

B = tp.bucket("depots")


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    key = uuid4().hex
    client.put_object(B, key, file.file, file.size, content_type=file.content_type)
""",
        "mais null",
    ),
    "le nom du fichier s'il est libre": (
        """
from uuid import uuid4


@app1.post("/documents", status_code=201)
def upload(file: UploadFile):
    bucket, key = tp.bucket("depots"), file.filename
    if key in [item.object_name for item in client.list_objects(bucket_name=bucket)]:
        key = f"{uuid4()}-{file.filename}"
    client.put_object(bucket, key, file.file, file.size, file.content_type)
    return {"key": key, "size": file.size}
""",
        "Une clé est le nom du fichier",
        2,
    ),
    "une exception renvoyée": (
        _route(answer="HTTPException(status_code=201)"),
        "l'exception est renvoyée au lieu d'être levée",
        0,
    ),
}

THEN = {
    "le nom du client": (_route(key="file.filename"), None),
    "sans type de contenu": (_route(mime='"application/octet-stream"'), _route(key="str(uuid4())")),
    "une exception": (_route(mime="file.mime"), None),
}
