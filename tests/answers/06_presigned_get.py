SECOND = """
from datetime import timedelta

from fastapi.responses import JSONResponse


@app3.get("/documents/{name:path}")
def lookup(name: str):
    bucket = tp.bucket("archives")
    keys = {item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)}
    if name not in keys:
        return JSONResponse({"message": f"pas de document {name}"}, status_code=404)
    return {"url": client.presigned_get_object(bucket, name, timedelta(seconds=600))}
"""

_ROUTE = """
from datetime import timedelta

from minio.error import S3Error


@app3.get("/documents/{{key{converter}}}")
def download_url(key: str):
    bucket = tp.bucket("archives")
    {check}
    url = {url}
    return {answer}
"""
_CHECK = """try:
        client.stat_object(bucket_name=bucket, object_name=key)
    except S3Error:
        raise HTTPException(status_code=404)"""
_SIGN = (
    "client.presigned_get_object(bucket_name=bucket, object_name={key}, "
    "expires=timedelta(minutes={minutes}))"
)


def _route(converter=":path", check=_CHECK, key="key", minutes=10, url=None, answer='{"url": url}'):
    url = url or _SIGN.format(key=key, minutes=minutes)
    return _ROUTE.format(converter=converter, check=check, url=url, answer=answer)


WRONG = {
    "une URL même pour un absent": (
        _route(check="pass"),
        "un document qui n'existe pas",
    ),
    "clé coupée à la barre": (_route(converter=""), "la route ne le trouve pas"),
    "erreur 500 pour un absent": (
        _route(check="client.stat_object(bucket_name=bucket, object_name=key)"),
        "la route a levé une exception",
    ),
    "durée par défaut": (
        _route(url="client.presigned_get_object(bucket_name=bucket, object_name=key)"),
        "n'a pas la durée demandée",
    ),
    "toujours le même document": (
        _route(key='"lisez-moi.txt"'),
        "mène à un autre contenu",
    ),
    "URL de dépôt": (
        _route().replace("presigned_get", "presigned_put"),
        "refuse un GET",
    ),
    "adresse sans signature": (
        _route(answer='{"url": url.split("?")[0]}'),
        "n'est pas présignée",
    ),
    "le contenu au lieu de l'URL": (
        _route(answer="client.get_object(bucket_name=bucket, object_name=key).read().decode()"),
        "n'a pas exactement les champs demandés",
    ),
    "redirection": (
        "from fastapi.responses import RedirectResponse\n" + _route(answer="RedirectResponse(url)"),
        "le statut n'est pas celui demandé",
    ),
}
