_ROUTE = """
from uuid import uuid4

from minio.commonconfig import CopySource
from minio.error import S3Error

arrivals, published = tp.bucket("arrivees"), tp.bucket("publies")


@app.post("/admissions/{key}", status_code=201)
def admit(key: str):
    try:
        stat = client.stat_object(arrivals, key)
    except S3Error:
        raise HTTPException(404)
    good = GOOD
    if good:
        new = NEW
        client.copy_object(published, new, CopySource(arrivals, key))
    REMOVE
    if not good:
        raise HTTPException(422)
    return {"key": new}


def start(key, length):
    with client.get_object(arrivals, key, length=length) as response:
        return response.read()
"""
_GOOD = "3 <= stat.size <= 1 << 20 and start(key, 3) == bytes.fromhex('ffd8ff')"


def _route(good=_GOOD, new='f"{uuid4()}.jpg"', remove="client.remove_object(arrivals, key)"):
    return _ROUTE.replace("GOOD", good).replace("NEW", new).replace("REMOVE", remove)


RIGHT = {
    "les noms courts": _route(),
    "tout lu, puis déposé": """
import io
import secrets

from minio.error import S3Error


@app.post("/admissions/{name}", status_code=201)
async def admit(name: str):
    arrivals = tp.bucket("arrivees")
    try:
        with client.get_object(bucket_name=arrivals, object_name=name) as response:
            data, kind = response.read(), response.headers["Content-Type"]
    except S3Error as error:
        if error.code != "NoSuchKey":
            raise
        raise HTTPException(status_code=404, detail="inconnue")
    client.remove_object(bucket_name=arrivals, object_name=name)
    if len(data) > 1_048_576 or not data.startswith(b"\\xff\\xd8\\xff"):
        raise HTTPException(status_code=422, detail="refusée")
    new = "2026/" + secrets.token_urlsafe(12) + ".jpeg"
    client.put_object(
        bucket_name=tp.bucket("publies"), object_name=new, data=io.BytesIO(data),
        length=len(data), content_type=kind,
    )
    return {"key": new, "size": len(data)}
""",
    "l'intervalle refusé, attrapé": """
import uuid

from fastapi.responses import JSONResponse
from minio.commonconfig import CopySource
from minio.error import S3Error


@app.post("/admissions/{key}")
def admit(key: str):
    where = {"bucket_name": tp.bucket("arrivees"), "object_name": key}
    try:
        size = client.stat_object(**where).size
        with client.get_object(**where, length=3) as response:
            ok = size <= 1024**2 and response.read() == b"\\xff\\xd8\\xff"
    except S3Error as error:
        if error.code == "NoSuchKey":
            return JSONResponse({"detail": "rien"}, 404)
        ok = False
    new = uuid.uuid4().hex
    if ok:
        client.copy_object(tp.bucket("publies"), new, CopySource(**where))
    client.remove_object(**where)
    return JSONResponse({"key": new} if ok else {"detail": "non"}, 201 if ok else 422)
""",
    "une fonction par étape, un gestionnaire d'erreur": """
from uuid import uuid4

from fastapi.responses import JSONResponse
from minio.commonconfig import CopySource
from minio.error import S3Error

source = tp.bucket("arrivees")


@app.exception_handler(S3Error)
def refused(request, error):
    return JSONResponse({"error": error.code}, 404 if error.code == "NoSuchKey" else 502)


def looks_right(key):
    stat = client.stat_object(source, key)
    if not 0 < stat.size <= 2**20:
        return False
    with client.get_object(source, key, offset=0, length=3) as response:
        return response.read().hex() == "ffd8ff"


@app.post("/admissions/{key}", status_code=201)
def admit(key: str):
    try:
        if not looks_right(key):
            raise HTTPException(422, "Pas une photo.")
        new = f"photos/{uuid4().hex}"
        client.copy_object(tp.bucket("publies"), new, CopySource(source, key))
        return {"key": new}
    finally:
        client.remove_object(source, key)
""",
}

WRONG = {
    "le type déclaré": (
        _route('stat.size <= 1 << 20 and stat.content_type == "image/jpeg"'),
        "L'API refuse une photo JPEG de type image/pjpeg",
        1,
    ),
    "l'extension": (_route('key.endswith(".jpg")'), "L'API publie une page HTML", 1),
    "sans limite de taille": (
        _route("stat.size and start(key, 3) == bytes.fromhex('ffd8ff')"),
        "L'API publie une photo de plus de 1 Mio",
        1,
    ),
    "un mégaoctet décimal": (
        _route(_GOOD.replace("1 << 20", "1_000_000")),
        "L'API refuse une photo JPEG de 1 Mio juste",
        1,
    ),
    "toute image": (
        _route("3 <= stat.size <= 1 << 20 and start(key, 3) in (b'\\xff\\xd8\\xff', b'\\x89PN')"),
        "L'API publie une image PNG",
        1,
    ),
    "un compteur": (
        "from itertools import count\n\nnumbers = count(1)\n"
        + _route(new='f"{next(numbers)}.jpg"'),
        "elles ne le resteront pas",
        1,
    ),
    "un compteur sur huit chiffres": (
        "from itertools import count\n\nnumbers = count(1)\n"
        + _route(new='f"{next(numbers):08}.jpg"'),
        "un compteur repart avec l'application",
        1,
    ),
    "l'empreinte du contenu": (
        _route(new="stat.etag"),
        "Une photo publiée auparavant a été remplacée",
        1,
    ),
    "la même clé": (_route(new="key"), "garde la clé de son dépôt", 0),
    "jamais retirée": (_route(remove="pass"), "encore dans « arrivees »", 1),
    "retirée si admise": (
        _route(remove="if good: client.remove_object(arrivals, key)"),
        "mais l'objet est encore dans « arrivees »",
        2,
    ),
    "200 partout": (
        _route().replace(", status_code=201", ""),
        "201",
        1,
    ),
    "400 pour un refus": (
        _route().replace("HTTPException(422)", "HTTPException(400)"),
        "ne refuse pas comme demandé une page HTML",
        1,
    ),
    "absent, non prévu": (
        _route().replace(
            "except S3Error:\n        raise HTTPException(404)", "finally:\n        pass"
        ),
        "POST /admissions/",
        3,
    ),
    "un vide lu quand même": (
        _route(_GOOD.replace("3 <= ", "")),
        "ne refuse pas comme demandé un fichier vide",
        1,
    ),
    "une autre route": (
        _route().replace("/admissions/{key}", "/admission/{key}"),
        "L'application n'a pas la route demandée",
        0,
    ),
    "deux octets seulement": (
        _route("3 <= stat.size <= 1 << 20 and start(key, 2) == b'\\xff\\xd8'"),
        "un fichier qui commence par ff d8, mais pas par ff d8 ff",
        1,
    ),
    "un type imposé": (
        _route().replace(
            "CopySource(arrivals, key))",
            'CopySource(arrivals, key), metadata={"Content-Type": "image/jpeg"},\n'
            '            metadata_directive="REPLACE")',
        ),
        "son type de contenu n'est pas le bon",
        1,
    ),
}

THEN = {
    "le type déclaré": (WRONG["le type déclaré"][0], "app = FastAPI()\n" + _route()),
    "la même clé": (WRONG["la même clé"][0], "app = FastAPI()\n" + _route()),
}
