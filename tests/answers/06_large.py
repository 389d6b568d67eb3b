SECOND = """
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
"""

_ROUTE = """
import hashlib
import io
from uuid import uuid4


@app7.post("/videos", status_code=201)
def upload_video(file: UploadFile):
    {read}
    key = uuid4().hex
    client.put_object(
        bucket_name=tp.bucket("videos"),
        object_name=key,
        data={data},
        length={length},
        part_size=10 * 1024 * 1024,
        content_type={mime},
    )
    return {{"key": key, "size": file.size, "sha256": {digest}}}
"""


def _route(
    read='digest = hashlib.file_digest(file.file, "sha256").hexdigest()\n    file.file.seek(0)',
    data="file.file",
    length="file.size",
    mime="file.content_type",
    digest="digest",
):
    return _ROUTE.format(read=read, data=data, length=length, mime=mime, digest=digest)


WRONG = {
    "tout est lu en mémoire": (
        _route(
            read="data = file.file.read()\n    digest = hashlib.sha256(data).hexdigest()",
            data="io.BytesIO(data)",
        ),
        "la route tient le fichier en mémoire",
    ),
    "flux laissé à sa fin": (
        _route(read='digest = hashlib.file_digest(file.file, "sha256").hexdigest()', length=-1),
        "ses octets ne sont pas ceux du fichier",
    ),
    "flux laissé à sa fin, taille annoncée": (
        _route(read='digest = hashlib.file_digest(file.file, "sha256").hexdigest()'),
        "la route a levé une exception",
    ),
    "empreinte du nom": (
        _route(digest="hashlib.sha256(file.filename.encode()).hexdigest()"),
        "« size » ou « sha256 »",
    ),
    "sans type de contenu": (
        _route(mime='"application/octet-stream"'),
        "Le type de contenu de l'objet",
    ),
    "sans empreinte": (
        _route().replace(', "sha256": digest', ""),
        "n'a pas exactement les champs demandés",
    ),
}
