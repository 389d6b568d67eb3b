SECOND = """
import hashlib

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

known = {
    item.object_name: json.loads(
        client.get_object(
            bucket_name=tp.bucket("badges"), object_name=item.object_name
        ).read()
    )
    for item in client.list_objects(bucket_name=tp.bucket("badges"), prefix="jetons/")
}


@app1.get("/me")
def me(found: HTTPAuthorizationCredentials | None = Depends(HTTPBearer(auto_error=False))):
    digest = hashlib.sha256((found.credentials if found else "").encode()).hexdigest()
    if f"jetons/{digest}.json" not in known:
        raise HTTPException(401)
    return known[f"jetons/{digest}.json"]
"""

_ROUTE = """
import hashlib
from typing import Annotated

from fastapi import Header, HTTPException
from minio.error import S3Error


@app1.get("/me")
def me(authorization: Annotated[str, Header()]{default}):
    token = authorization.removeprefix({scheme})
    digest = {digest}
    try:
        return {answer}
    except S3Error as error:
        {otherwise}
"""


def _route(
    default=' = ""',
    scheme='"Bearer "',
    digest="hashlib.sha256(token.encode()).hexdigest()",
    answer='statement("badges", f"jetons/{digest}.json")',
    otherwise="raise HTTPException(status_code=401)",
):
    return _ROUTE.format(
        default=default, scheme=scheme, digest=digest, answer=answer, otherwise=otherwise
    )


WRONG = {
    "en-tête obligatoire": (_route(default=""), "ce n'est personne"),
    "404 pour un inconnu": (
        _route(otherwise="raise HTTPException(status_code=404)"),
        "ce n'est personne",
    ),
    "jeton non haché": (_route(digest="token"), "le statut n'est pas celui demandé"),
    "Bearer gardé": (_route(scheme='""'), "le statut n'est pas celui demandé"),
    "le premier venu": (
        _route(answer='{"user": "alice"}'),
        "ne reconnaît pas la personne",
    ),
    "erreur non traduite": (_route(otherwise="raise"), "ce n'est personne"),
    "autre route": (_route().replace("/me", "/moi"), "n'a pas la route demandée"),
}
