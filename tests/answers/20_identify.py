_ROUTE = """
import hashlib
from typing import Annotated

from fastapi import Header, HTTPException
from minio.error import S3Error


@app1.get("/me")
def me({parameters}):
    {split}
    digest = {digest}
    try:
        return {answer}
    except S3Error as error:
        {otherwise}
"""
_SPLIT = """scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise HTTPException(status_code=401)"""


def _route(
    parameters='authorization: Annotated[str, Header()] = ""',
    split=_SPLIT,
    digest="hashlib.sha256(token.encode()).hexdigest()",
    answer='statement("badges", f"jetons/{digest}.json")',
    otherwise="raise HTTPException(status_code=401)",
):
    return _ROUTE.format(
        parameters=parameters, split=split, digest=digest, answer=answer, otherwise=otherwise
    )


RIGHT = {
    "HTTPBearer, liste des comptes à chaque demande": """
import hashlib

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer


@app1.get("/me")
def me(found: HTTPAuthorizationCredentials | None = Depends(HTTPBearer(auto_error=False))):
    digest = hashlib.sha256((found.credentials if found else "").encode()).hexdigest()
    bucket, key = tp.bucket("badges"), f"jetons/{digest}.json"
    if key not in [item.object_name for item in client.list_objects(bucket, "jetons/")]:
        raise HTTPException(401)
    return json.loads(client.get_object(bucket, key).read())
""",
    "des champs de plus": _route(answer='statement("badges", f"jetons/{digest}.json") | {"ok": 1}'),
    "une dépendance, la requête elle-même": """
import hashlib
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from minio.error import S3Error


async def who(request: Request):
    words = request.headers.get("authorization", "").split()
    if len(words) != 2 or words[0].lower() != "bearer":
        raise HTTPException(status_code=401, detail="jeton attendu")
    try:
        digest = hashlib.sha256(words[1].encode()).hexdigest()
        return statement("badges", f"jetons/{digest}.json")["user"]
    except S3Error:
        raise HTTPException(status_code=401, detail="jeton inconnu") from None


@app1.get("/me")
async def me(user: Annotated[str, Depends(who)]):
    return {"user": user}
""",
    "en-tête facultatif, réponse écrite": """
import hashlib
from typing import Annotated

from fastapi import Header
from fastapi.responses import JSONResponse


@app1.get("/me")
def me(authorization: Annotated[str | None, Header()] = None):
    refused = JSONResponse({"error": "qui êtes-vous ?"}, 401)
    if not (authorization or "").startswith("Bearer "):
        return refused
    token = authorization[len("Bearer "):]
    key = f"jetons/{hashlib.sha256(bytes(token, 'utf-8')).hexdigest()}.json"
    try:
        client.stat_object(tp.bucket("badges"), key)
    except Exception:
        return refused
    return {"user": statement("badges", key)["user"]}
""",
    "un middleware": """
import hashlib

from fastapi import Request
from fastapi.responses import JSONResponse
from minio.error import S3Error


@app1.middleware("http")
async def identify(request, call_next):
    if request.url.path != "/me":
        return await call_next(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    digest = hashlib.sha256(token.encode()).hexdigest()
    try:
        assert scheme == "Bearer"
        request.state.user = statement("badges", f"jetons/{digest}.json")["user"]
    except (AssertionError, S3Error):
        return JSONResponse({"detail": "jeton inconnu"}, status_code=401)
    return await call_next(request)


@app1.get("/me")
def me(request: Request):
    return {"user": request.state.user}
""",
}

WRONG = {
    "tout schéma sauf Basic": (
        _route(split=_SPLIT.replace('!= "Bearer"', '== "Basic" or not token')),
        "avec le schéma Token",
        1,
    ),
    "un en-tête X-User": (
        _route(
            parameters='authorization: Annotated[str, Header()] = "", '
            "x_user: Annotated[str | None, Header()] = None",
            answer='{"user": x_user} if x_user else statement("badges", f"jetons/{digest}.json")',
        ),
        "l'API croit ce champ",
        1,
    ),
    "le jeton dans l'adresse": (
        _route(
            parameters='authorization: Annotated[str, Header()] = "", token: str = ""',
            split=_SPLIT.replace(
                "scheme, _, token =", "scheme, _, token = ('Bearer', '', token) if token else"
            ),
        ),
        "avec un jeton ailleurs que dans l'en-tête",
        1,
    ),
    "le début de l'empreinte": (
        _route(
            answer="json.loads(client.get_object(tp.bucket('badges'), next(client.list_objects("
            "tp.bucket('badges'), f'jetons/{digest[:8]}')).object_name).data)",
            otherwise="raise HTTPException(status_code=401)\n"
            "    except StopIteration:\n        raise HTTPException(status_code=401)",
        ),
        "avec un jeton inconnu",
        1,
    ),
    "en-tête obligatoire": (
        _route(parameters="authorization: Annotated[str, Header()]"),
        "GET /me sans en-tête : ce n'est personne, et l'API ne le dit pas ; FastAPI refuse la "
        "requête de l'énoncé, qui n'a pas un en-tête « authorization »",
        1,
    ),
    "schéma non vérifié": (
        _route(split='token = authorization.removeprefix("Bearer ")'),
        "avec un jeton sans schéma",
        1,
    ),
    "le dernier mot, quel que soit le schéma": (
        _route(split='token = authorization.split(" ")[-1]'),
        "avec le schéma Basic",
        1,
    ),
    "404 pour un inconnu": (
        _route(otherwise="raise HTTPException(status_code=404)"),
        "avec un jeton inconnu : ce n'est personne, et l'API ne le dit pas ; statut 404 au lieu de",
        1,
    ),
    "403 sans jeton": (
        _route(split=_SPLIT.replace("401", "403")),
        "statut 403 au lieu de 401",
        1,
    ),
    "exception renvoyée": (
        _route(otherwise="return HTTPException(status_code=401)"),
        "l'exception est renvoyée au lieu d'être levée",
        1,
    ),
    "jeton non haché": (
        _route(digest="token"),
        "L'API ne reconnaît pas le jeton de",
        0,
    ),
    "Bearer gardé": (
        _route(split="token = authorization"),
        "L'API ne reconnaît pas le jeton de",
        0,
    ),
    "empreinte MD5": (
        _route(digest="hashlib.md5(token.encode()).hexdigest()"),
        "L'API ne reconnaît pas le jeton de",
        0,
    ),
    "l'en-tête lu comme un paramètre": (
        _route(parameters='authorization: str = ""'),
        "L'API ne reconnaît pas le jeton de",
        0,
    ),
    "401 à tous": (
        '@app1.get("/me")\ndef me():\n    raise HTTPException(401)\n'.replace(
            "@app1", "from fastapi import HTTPException\n\n\n@app1"
        ),
        "L'API ne reconnaît pas le jeton de",
        0,
    ),
    "le premier venu": (
        _route(answer='{"user": "alice"}'),
        "Le champ « user » n'a pas la bonne valeur",
        0,
    ),
    "autre champ": (
        _route(answer='{"name": statement("badges", f"jetons/{digest}.json")["user"]}'),
        "Le champ « user » manque à la réponse",
        0,
    ),
    "le nom en paramètre": (
        _route(
            parameters='authorization: Annotated[str, Header()] = "", user: str = ""',
            answer='{"user": user or statement("badges", f"jetons/{digest}.json")["user"]}',
        ),
        "l'API croit ce champ",
        1,
    ),
    "le nom en paramètre, avec un jeton": (
        _route(
            parameters='authorization: Annotated[str, Header()] = "", user: str = ""',
            answer='{"user": user} if user else statement("badges", f"jetons/{digest}.json")',
        ),
        "l'API croit ce champ",
        1,
    ),
    "comptes lus une fois": (
        """
import hashlib
from typing import Annotated

from fastapi import Header, HTTPException

known = {
    item.object_name: statement("badges", item.object_name)
    for item in client.list_objects(tp.bucket("badges"), prefix="jetons/")
}


@app1.get("/me")
def me(authorization: Annotated[str, Header()] = ""):
    scheme, _, token = authorization.partition(" ")
    key = f"jetons/{hashlib.sha256(token.encode()).hexdigest()}.json"
    if scheme != "Bearer" or key not in known:
        raise HTTPException(401)
    return known[key]
""",
        "qui vient d'être ajouté au bucket",
        1,
    ),
    "comptes gardés": (
        "from functools import cache\n\n\n@cache\ndef account(digest):\n"
        '    return statement("badges", f"jetons/{digest}.json")\n'
        + _route(answer="account(digest)"),
        "Un jeton vient d'être retiré du bucket, et l'API le connaît encore",
        1,
    ),
    "erreur non traduite": (
        _route(otherwise="raise"),
        "la route a levé une exception, S3Error NoSuchKey",
        1,
    ),
    "autre route": (_route().replace("/me", "/moi"), "n'a pas la route demandée", 0),
}

THEN = {
    "en-tête obligatoire": (WRONG["en-tête obligatoire"][0], None),
    "jeton non haché": (_route(digest="token"), _route()),
}
