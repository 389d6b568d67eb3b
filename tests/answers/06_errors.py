_HANDLERS = """
STATUSES = {{"NoSuchKey": 404, "NoSuchBucket": 404, {conflicts}}}


@app6.exception_handler({s3})
def refused(request, error):
    return JSONResponse({{{field}: error.code{more}}}, STATUSES.get(error.code, 500))


@app6.exception_handler({down})
def unreachable(request, error):
    return JSONResponse({{"error": "ServiceUnavailable"{more}}}, 503)
"""


def _handlers(
    conflicts='"BucketAlreadyOwnedByYou": 409, "BucketNotEmpty": 409',
    s3="S3Error",
    field='"error"',
    down="urllib3.exceptions.HTTPError",
    more="",
):
    return _HANDLERS.format(conflicts=conflicts, s3=s3, field=field, down=down, more=more)


RIGHT = {
    "un seul gestionnaire asynchrone": """
from urllib3.exceptions import MaxRetryError


async def answer(request, error):
    code = getattr(error, "code", "ServiceUnavailable")
    match code:
        case "NoSuchKey" | "NoSuchBucket":
            status = 404
        case "BucketAlreadyOwnedByYou" | "BucketNotEmpty":
            status = 409
        case "ServiceUnavailable":
            status = 503
        case _:
            status = 502
    return JSONResponse(status_code=status, content={"error": code})


app6.add_exception_handler(S3Error, answer)
app6.add_exception_handler(MaxRetryError, answer)
""",
    "des champs de plus": _handlers(more=', "message": str(error), "ok": False'),
    "un middleware": """
@app6.middleware("http")
async def translate(request, call_next):
    try:
        return await call_next(request)
    except S3Error as error:
        status = 404 if error.code.startswith("NoSuch") else 409
        return JSONResponse({"error": error.code}, status)
    except urllib3.exceptions.HTTPError:
        return JSONResponse({"error": "ServiceUnavailable"}, 503)
""",
    "une classe qui enveloppe": """
class Translating:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        except S3Error as error:
            codes = {404: ("NoSuchKey", "NoSuchBucket")}
            status = next((s for s, known in codes.items() if error.code in known), 409)
            await JSONResponse({"error": error.code}, status)(scope, receive, send)
        except urllib3.exceptions.MaxRetryError:
            await JSONResponse({"error": "ServiceUnavailable"}, 503)(scope, receive, send)


app6.add_middleware(Translating)
""",
    "et un gestionnaire de 500": _handlers()
    + """

@app6.exception_handler(Exception)
def crashed(request, error):
    return JSONResponse({"error": "InternalError"}, 500)
""",
    "match": """
from urllib3.exceptions import HTTPError


@app6.exception_handler(S3Error)
async def refused(request, error):
    match error.code:
        case "NoSuchKey" | "NoSuchBucket":
            status = 404
        case "BucketAlreadyOwnedByYou" | "BucketNotEmpty":
            status = 409
        case _:
            raise error
    return JSONResponse({"error": error.code}, status)


from urllib3.exceptions import HTTPError


@app6.exception_handler(HTTPError)
def silent(request, error):
    return JSONResponse({"error": "ServiceUnavailable"}, 503)
""",
}

_RECITES = """
@app6.middleware("http")
async def recite(request, call_next):
    response = None
    try:
        response = await call_next(request)
    except Exception:
        if request.url.path == "/bug":
            raise
    known = {{
        "GET": (404, "NoSuchKey" if request.url.path.endswith(".txt") else "NoSuchBucket"),
        "PUT": (409, "BucketAlreadyOwnedByYou"),
        "DELETE": (409, "BucketNotEmpty"),
    }}
    status, code = known[request.method]
    if request.url.path == "/backup":
        status, code = 503, "ServiceUnavailable"
    {choice}
"""

WRONG = {
    "tout devient 404": (
        """
@app6.exception_handler(S3Error)
def refused(request, error):
    return JSONResponse({"error": error.code}, 404)
""",
        "erreur BucketAlreadyOwnedByYou : statut 404 au lieu de 409",
        2,
    ),
    "un conflit oublié": (
        _handlers(conflicts='"BucketAlreadyOwnedByYou": 409'),
        "erreur BucketNotEmpty : statut 500 au lieu de 409",
        3.5,
    ),
    "le serveur S3 éteint est oublié": (
        _handlers(down="TimeoutError"),
        "GET /backup, erreur ServiceUnavailable : MaxRetryError, que lève urllib3",
        3,
    ),
    "le serveur S3 éteint rend 500": (
        _handlers().replace("503", "500"),
        "erreur ServiceUnavailable : statut 500 au lieu de 503",
        3,
    ),
    "les fautes du programme sont cachées": (
        _handlers(down="Exception"),
        "qui ne vient pas du serveur S3",
        3,
    ),
    "autre champ": (
        _handlers(field='"detail"'),
        "le statut est le bon, mais pas le corps",
        2,
    ),
    "le message au lieu du code": (
        _handlers().replace('"error": error.code', '"error": str(error)'),
        "le statut est le bon, mais pas le corps",
        2,
    ),
    "les routes ne répondent plus": (
        _handlers()
        + """

@app6.middleware("http")
async def nothing(request, call_next):
    response = await call_next(request)
    return response if response.status_code >= 400 else JSONResponse({})
""",
        "ne répond plus comme avant",
        3,
    ),
    "codes récités, par méthode et chemin": (
        _RECITES.format(choice='return JSONResponse({"error": code}, status)'),
        "erreur NoSuchBucket : statut 409 au lieu de 404",
    ),
    "codes récités, en cas d'échec": (
        _RECITES.format(choice='return response or JSONResponse({"error": code}, status)'),
        "DELETE /buckets/…-absent, erreur NoSuchBucket",
        2.5,
    ),
    "/backup toujours 503": (
        _handlers(down="TimeoutError")
        + """

@app6.middleware("http")
async def off_for_ever(request, call_next):
    if request.url.path == "/backup":
        return JSONResponse({"error": "ServiceUnavailable"}, 503)
    return await call_next(request)
""",
        "GET /backup?store=principal réussissait",
        3,
    ),
    "un gestionnaire sans requête": (
        """
@app6.exception_handler(S3Error)
def refused(error):
    return JSONResponse({"error": error.code}, 404)
""",
        "la route a levé une exception, TypeError",
        1,
    ),
    "un dictionnaire pour réponse": (
        """
@app6.exception_handler(S3Error)
def refused(request, error):
    return {"error": error.code}
""",
        "un gestionnaire d'exceptions doit renvoyer une réponse",
        1,
    ),
    "une exception levée par le gestionnaire": (
        """
from fastapi import HTTPException


@app6.exception_handler(S3Error)
def refused(request, error):
    raise HTTPException(404, error.code)
""",
        "erreur NoSuchKey",
    ),
    "backup récité sauf principal": (
        """
STATUS = {
    "NoSuchKey": 404,
    "NoSuchBucket": 404,
    "BucketAlreadyOwnedByYou": 409,
    "BucketNotEmpty": 409,
}


@app6.exception_handler(S3Error)
def refused(request, error):
    return JSONResponse({"error": error.code}, STATUS.get(error.code, 502))


@app6.middleware("http")
async def m(request, call_next):
    if request.url.path == "/backup" and "principal" not in str(request.url):
        return JSONResponse({"error": "ServiceUnavailable"}, 503)
    return await call_next(request)
""",
        "GET /backup?store=inconnu",
    ),
    "dict sans réponse": (
        """
STATUS = {
    "NoSuchKey": 404,
    "NoSuchBucket": 404,
    "BucketAlreadyOwnedByYou": 409,
    "BucketNotEmpty": 409,
}


@app6.exception_handler(S3Error)
def a(request, error):
    return {"error": error.code}


from urllib3.exceptions import HTTPError


@app6.exception_handler(HTTPError)
def silent(request, error):
    return JSONResponse({"error": "ServiceUnavailable"}, 503)
""",
        "doit renvoyer une réponse",
    ),
    "app neuve": (
        """
app6 = FastAPI()
STATUS = {
    "NoSuchKey": 404,
    "NoSuchBucket": 404,
    "BucketAlreadyOwnedByYou": 409,
    "BucketNotEmpty": 409,
}


@app6.exception_handler(S3Error)
def refused(request, error):
    return JSONResponse({"error": error.code}, STATUS.get(error.code, 502))


from urllib3.exceptions import HTTPError


@app6.exception_handler(HTTPError)
def silent(request, error):
    return JSONResponse({"error": "ServiceUnavailable"}, 503)
""",
        "a été recréée",
    ),
}

THEN = {
    "un conflit oublié": (_handlers(conflicts='"BucketAlreadyOwnedByYou": 409'), None),
    "sans requête": (WRONG["un gestionnaire sans requête"][0], _handlers()),
    "données détruites": (
        'client.remove_object(tp.bucket("reserve"), "note.txt")\n'
        'client.remove_bucket(tp.bucket("reserve"))\n' + _handlers(),
        "tp.errors.reset()\n" + _handlers(),
    ),
}
