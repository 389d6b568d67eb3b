_ROUTE = """
import hashlib
import io
from uuid import uuid4


@app7.post("/videos", status_code=201)
def upload_video(file: UploadFile):
    {read}
    key = {key}
    client.put_object(
        bucket_name=tp.bucket("videos"),
        object_name=key,
        data={data},
        length={length},
        part_size={part} * 1024 * 1024,
        content_type={mime},
    )
    return {{"key": key, "size": file.size, "sha256": {digest}{more}}}
"""
_DIGEST = 'digest = hashlib.file_digest(file.file, "sha256").hexdigest()'


def _route(
    read=f"{_DIGEST}\n    file.file.seek(0)",
    key="uuid4().hex",
    data="file.file",
    length="file.size",
    part=10,
    mime="file.content_type",
    digest="digest",
    more="",
):
    return _ROUTE.format(
        read=read, key=key, data=data, length=length, part=part, mime=mime, digest=digest, more=more
    )


RIGHT = {
    "l'empreinte au passage": """
import hashlib
import secrets

from fastapi.concurrency import run_in_threadpool


class Hashing:
    def __init__(self, stream):
        self.stream, self.digest, self.size = stream, hashlib.sha256(), 0

    def read(self, size=-1):
        data = self.stream.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


def store(file):
    key, stream = secrets.token_hex(8), Hashing(file.file)
    client.put_object(
        bucket_name=tp.bucket("videos"),
        object_name=key,
        data=stream,
        length=-1,
        part_size=10 * 1024 * 1024,
        content_type=file.content_type,
    )
    return {"key": key, "size": stream.size, "sha256": stream.digest.hexdigest()}


@app7.post("/videos", status_code=201)
async def receive(file: UploadFile):
    return await run_in_threadpool(store, file)
""",
    "des parties de 64 Mio": _route(length=-1, part=64, more=', "name": file.filename'),
    "boto3": """
import hashlib
from uuid import uuid4

import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)


@app7.post("/videos", status_code=201)
def upload_video(file: UploadFile):
    digest = hashlib.file_digest(file.file, "sha256").hexdigest()
    size = file.file.tell()
    file.file.seek(0)
    key = uuid4().hex
    s3.upload_fileobj(
        file.file, tp.bucket("videos"), key, ExtraArgs={"ContentType": file.content_type}
    )
    return {"key": key, "size": size, "sha256": digest}
""",
    "morceau par morceau, par await": """
import hashlib
from uuid import uuid4


@app7.post("/videos", status_code=201)
async def upload_video(file: UploadFile):
    digest, size = hashlib.sha256(), 0
    while piece := await file.read(1024 * 1024):
        digest.update(piece)
        size += len(piece)
    await file.seek(0)
    key = f"films/{uuid4()}.mp4"
    client.put_object(
        tp.bucket("videos"), key, file.file, size, content_type=file.content_type
    )
    return {"key": key, "size": size, "sha256": digest.hexdigest().upper()}
""",
}

WRONG = {
    # Les plus lentes en dernier : chaque jour, les deux premières suffisent.
    "flux laissé à sa fin": (
        _route(read=_DIGEST, length=-1),
        "mais vide : le flux était déjà lu",
        0,
    ),
    "flux laissé à sa fin, taille annoncée": (
        _route(read=_DIGEST),
        "la route a levé une exception, ",
        0,
    ),
    "empreinte du nom": (
        _route(digest="hashlib.sha256(file.filename.encode()).hexdigest()"),
        "le champ « sha256 » ne l'est pas",
        1,
    ),
    "empreinte MD5": (_route().replace('sha256")', 'md5")'), "le champ « sha256 »", 1),
    "empreinte en octets": (_route().replace(".hexdigest()", ".digest()"), "exception", 0),
    "sans type de contenu": (
        _route(mime='"application/octet-stream"'),
        "rien ne dit son type de contenu",
        1,
    ),
    "sans empreinte": (
        _route().replace(', "sha256": digest', ""),
        "Le champ « sha256 » manque",
        0,
    ),
    "le nom du client pour clé": (
        _route(key="file.filename"),
        "le second a remplacé le premier",
        2,
    ),
    "un compteur": (
        "import itertools\n\ncount = itertools.count(1)\n" + _route(key='f"film-{next(count)}"'),
        "elles ne le resteront pas",
        2,
    ),
    "statut 200": (_route().replace(", status_code=201", ""), "statut 200 au lieu de 201", 2),
    "await file.read()": (
        _route(
            read="data = await file.read()\n    digest = hashlib.sha256(data).hexdigest()",
            data="io.BytesIO(data)",
        ).replace("def upload_video", "async def upload_video"),
        "la route tient le fichier en mémoire",
        1,
    ),
    "lu d'un coup pour l'empreinte": (
        _route(read="digest = hashlib.sha256(file.file.read()).hexdigest()\n    file.file.seek(0)"),
        "la route tient le fichier en mémoire",
        1,
    ),
    "tout lire, grandes parties": (
        _route(
            read="data = file.file.read()\n    digest = hashlib.sha256(data).hexdigest()",
            data="io.BytesIO(data)",
            part=64,
        ),
        "la route tient le fichier en mémoire",
        1,
    ),
    "empreinte après": (
        """
import hashlib
from uuid import uuid4

B = tp.bucket("videos")


@app7.post("/videos", status_code=201)
def videos(file: UploadFile):
    key = uuid4().hex
    client.put_object(B, key, file.file, file.size, content_type=file.content_type)
    return {
        "key": key,
        "size": file.size,
        "sha256": hashlib.sha256(file.file.read()).hexdigest(),
    }
""",
        "d'un contenu vide",
    ),
    "md5": (
        """
import hashlib
from uuid import uuid4

B = tp.bucket("videos")


@app7.post("/videos", status_code=201)
def videos(file: UploadFile):
    digest = hashlib.md5()
    while chunk := file.file.read(1024 * 1024):
        digest.update(chunk)
    file.file.seek(0)
    key = uuid4().hex
    client.put_object(B, key, file.file, file.size, content_type=file.content_type)
    return {"key": key, "size": file.size, "sha256": digest.hexdigest()}
""",
        "et celle-ci 32",
    ),
}

THEN = {
    "flux laissé à sa fin": (_route(read=_DIGEST, length=-1), None),
    "sans type": (_route(mime='"application/octet-stream"'), _route(key="str(uuid4())")),
}
