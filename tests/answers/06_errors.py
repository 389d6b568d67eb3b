SECOND = """
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
"""

_HANDLERS = """
STATUSES = {{"NoSuchKey": 404, "NoSuchBucket": 404, {conflicts}}}


@app6.exception_handler({s3})
def refused(request, error):
    return JSONResponse({{{field}: error.code}}, STATUSES.get(error.code, 500))


@app6.exception_handler({down})
def unreachable(request, error):
    return JSONResponse({{"error": "ServiceUnavailable"}}, 503)
"""


def _handlers(
    conflicts='"BucketAlreadyOwnedByYou": 409, "BucketNotEmpty": 409',
    s3="S3Error",
    field='"error"',
    down="urllib3.exceptions.HTTPError",
):
    return _HANDLERS.format(conflicts=conflicts, s3=s3, field=field, down=down)


WRONG = {
    "tout devient 404": (
        """
@app6.exception_handler(S3Error)
def refused(request, error):
    return JSONResponse({"error": error.code}, 404)
""",
        "l'erreur BucketAlreadyOwnedByYou du store n'a pas le statut demandé",
    ),
    "un conflit oublié": (
        _handlers(conflicts='"BucketAlreadyOwnedByYou": 409'),
        "l'erreur BucketNotEmpty du store",
    ),
    "le store éteint est oublié": (
        _handlers(down="KeyError"),
        "l'erreur ServiceUnavailable du store",
    ),
    "les fautes du programme sont cachées": (
        _handlers(down="Exception"),
        "qui ne vient pas du store",
    ),
    "autre champ": (
        _handlers(field='"detail"'),
        "le corps n'est pas celui demandé",
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
    ),
}
