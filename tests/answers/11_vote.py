_ROUTE = """
import io
import json

import requests
from fastapi import HTTPException


def ask(method, **options):
    url = client.get_presigned_url(method, tp.bucket("scrutin"), "urne.json")
    return requests.request(method, url, **options)


@votes.post("/votes/{{choix}}")
def vote(choix: str):
    while True:
        found = ask("GET")
        urn = found.json()
        {unknown}
        urn[choix] = urn.get(choix, 0) + 1
        {write}
"""
_UNKNOWN = """if choix not in urn:
            raise HTTPException(404)"""
_WRITE = """reply = ask("PUT", data=json.dumps(urn), headers={headers})
        if reply.status_code != 412:
            return {answer}"""
_MATCH = '{"If-Match": found.headers["ETag"], "Content-Type": "application/json"}'
_ANSWER = '{"choix": choix, "voix": urn[choix]}'
_PLAIN = '{"Content-Type": "application/json"}'


def _write(headers=_MATCH, answer=_ANSWER):
    return _WRITE.format(headers=headers, answer=answer)


def _route(unknown=_UNKNOWN, write=None):
    return _ROUTE.format(unknown=unknown, write=write or _write())


RIGHT = {
    "une boucle": _route(),
    "cinq essais, sans attente": _route().replace("while True:", "for _ in range(5):"),
    "boto3": """
import json

from botocore.exceptions import ClientError
from fastapi import HTTPException


@votes.post("/votes/{choix}")
def vote(choix: str):
    where = {"Bucket": tp.bucket("scrutin"), "Key": "urne.json"}
    for _ in range(1000):
        found = s3.get_object(**where)
        urn = json.load(found["Body"])
        if choix not in urn:
            raise HTTPException(status_code=404, detail="inconnu")
        urn[choix] += 1
        try:
            s3.put_object(**where, Body=json.dumps(urn), IfMatch=found["ETag"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
        else:
            return {"choix": choix, "voix": urn[choix], "total": sum(urn.values())}
    raise HTTPException(503)
""",
    "minio lit, l'ETag de la même réponse": _route().replace(
        'found = ask("GET")\n        urn = found.json()',
        'with client.get_object(tp.bucket("scrutin"), "urne.json") as found:\n'
        "            urn = json.load(found)",
    ),
    "un verrou en plus, qui épargne des essais": "from threading import Lock\n\nlock = Lock()\n"
    + _route()
    .replace("    while True:", "    with lock:\n      while True:")
    .replace("        found = ask", "        found = ask"),
}

WRONG = {
    "sans condition": (_route(write=_write(headers=_PLAIN)), "perdue", 1),
    "les trois choix dans le code": (
        _route(
            unknown="""if choix not in ("oui", "non", "blanc"):
            raise HTTPException(404)"""
        ),
        "connaît un choix de plus",
        2,
    ),
    "l'ETag lu après": (
        _route(
            write=_write(
                headers='{"If-Match": ask("HEAD").headers["ETag"], '
                '"Content-Type": "application/json"}'
            )
        ),
        "perdue",
        1,
    ),
    "sans recommencer": (
        _route(write=_write().replace("reply.status_code != 412", "True")),
        "perdue",
        1,
    ),
    "500 au premier conflit": (
        _route(
            write=_write().replace(
                "if reply.status_code != 412:\n            return",
                "reply.raise_for_status()\n        if True:\n            return",
            )
        ),
        "exception",
        1,
    ),
    "un choix de plus": (_route(unknown=""), "404", 2),
    "la voix d'avant": (
        _route(write=_write(answer='{"choix": choix, "voix": urn[choix] - 1}')),
        "voix",
        2,
    ),
    "rien d'écrit": (_route(write=f"return {_ANSWER}"), "Après une voix", 0),
    "l'urne réduite": (
        _route(write=_write().replace("json.dumps(urn)", "json.dumps({choix: urn[choix]})")),
        "n'est plus un décompte",
        0,
    ),
    "un verrou seul": (
        "from threading import Lock\n\nlock = Lock()\n"
        + _route(write=_write(headers=_PLAIN)).replace(
            "    while True:", "    with lock:\n      while True:"
        ),
        "perdue",
        1,
    ),
}

THEN = {
    "sans condition": (
        WRONG["sans condition"][0],
        "from fastapi import FastAPI\n\nvotes = FastAPI()\n" + RIGHT["une boucle"],
    ),
    "l'urne réduite": (
        WRONG["l'urne réduite"][0],
        "from fastapi import FastAPI\n\nvotes = FastAPI()\n" + RIGHT["boto3"],
    ),
}
