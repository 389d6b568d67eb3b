_TESTS = """
from base64 import b64decode
from fnmatch import fnmatch

causes = {}
for letter, entry in refusals.items():
    headers = entry["headers"]
    received = datetime.fromisoformat(entry["received"]).timestamp()
    drift = datetime.fromisoformat(headers["X-Amz-Date"]).timestamp() - received
    token = headers.get("X-Amz-Security-Token")
    claims = read_claims(token) if token else {}
    key = headers["Authorization"].partition("Credential=")[2].split("/")[0]
    (statement,) = json.loads(b64decode(claims.get("sessionPolicy", "")) or "{}").get(
        "Statement", [None]
    )
    method, path = entry["request"].split()
    tests = {
        "jeton absent": not token,
        "horloge fausse": abs(drift) > 900,
        "jeton d'une autre session": claims.get("accessKey") != key,
        "jeton expiré": claims.get("exp", 0) < received,
        "action hors de la politique": statement
        and {"GET": "s3:GetObject", "PUT": "s3:PutObject"}[method] not in statement["Action"],
        "préfixe hors de la politique": statement
        and not fnmatch("arn:aws:s3:::" + path[1:], statement["Resource"][0]),
    }
    causes[letter] = next((cause for cause, found in tests.items() if found), "jeton absent")
"""

RIGHT = {
    "une table de conditions": _TESTS,
    "apostrophe courbe, majuscule": _TESTS
    + """
causes = {letter: cause.replace("'", "’").capitalize() for letter, cause in causes.items()}
""",
    "du plus simple au plus long": """
import base64
import re


def cause(entry):
    headers, at = entry["headers"], datetime.fromisoformat(entry["received"])
    if "X-Amz-Security-Token" not in headers:
        return "jeton absent"
    claims = read_claims(headers["X-Amz-Security-Token"])
    if re.search("Credential=([A-Z0-9]+)", headers["Authorization"])[1] != claims["accessKey"]:
        return "jeton d'une autre session"
    if claims["exp"] < at.timestamp():
        return "jeton expiré"
    rule = json.loads(base64.b64decode(claims["sessionPolicy"]))["Statement"][0]
    method, path = entry["request"].split()
    if rule["Action"] != [{"GET": "s3:GetObject", "PUT": "s3:PutObject"}[method]]:
        return "action hors de la politique"
    prefix = rule["Resource"][0].removeprefix("arn:aws:s3:::").rstrip("*")
    return "horloge fausse" if path[1:].startswith(prefix) else "préfixe hors de la politique"


causes = dict(zip(refusals, map(cause, refusals.values())))
""".replace("\\\\", "\\"),
    "par élimination, une cause chacune": _TESTS
    + """
known = [
    "jeton expiré", "jeton absent", "jeton d'une autre session",
    "préfixe hors de la politique", "action hors de la politique", "horloge fausse",
]
(last,) = set(known) - {causes[letter] for letter in "ABCDE"}
causes["F"] = last
""",
}

WRONG = {
    "la méthode seule": (
        _TESTS.replace(
            '{"GET": "s3:GetObject", "PUT": "s3:PutObject"}[method] not in statement["Action"]',
            'method == "PUT"',
        ),
        "réponses justes sur 6",
    ),
    "l'heure de la signature": (
        _TESTS.replace(
            'claims.get("exp", 0) < received', 'claims.get("exp", 0) < received + drift'
        ),
        "5\xa0réponses justes sur 6",
        2.5,
    ),
    "une horloge en retard seulement": (
        _TESTS.replace("abs(drift) > 900", "drift < -900"),
        "5\xa0réponses justes sur 6",
        2.5,
    ),
    "cinq minutes d'écart": (_TESTS.replace("> 900", "> 300"), "réponses justes sur 6"),
    "le préfixe sans sa barre": (
        _TESTS.replace('statement["Resource"][0])', 'statement["Resource"][0].replace("/*", "*"))'),
        "5\xa0réponses justes sur 6",
        2.5,
    ),
    "toutes la même": (
        'causes = {letter: "jeton expiré" for letter in refusals}',
        "1\xa0réponse juste sur 6",
        0.5,
    ),
    "une lettre oubliée": (
        'causes = {letter: "jeton expiré" for letter in "ABCDE"}',
        "il manque 1",
        0,
    ),
    "le statut": (
        'causes = {letter: entry["status"] for letter, entry in refusals.items()}',
        "n'est pas un texte de l'énoncé, mais un nombre",
        0,
    ),
    "à l'envers": (
        _TESTS + "causes = {cause: letter for letter, cause in causes.items()}",
        "Les clés et les valeurs sont inversées",
        0,
    ),
    "l'horloge et l'expiration confondues": (
        _TESTS
        + """
swap = {"horloge fausse": "jeton expiré", "jeton expiré": "horloge fausse"}
causes = {letter: swap.get(cause, cause) for letter, cause in causes.items()}
""",
        "4\xa0réponses justes sur 6",
        2,
    ),
    "l'action prise pour le préfixe": (
        _TESTS
        + """
both = "préfixe hors de la politique"
causes = {letter: both if "politique" in cause else cause for letter, cause in causes.items()}
""",
        "la méthode n'est pas celle de l'action permise",
        2.5,
    ),
    "un texte": ('causes = "jeton expiré"', "doit être un dictionnaire", 0),
}

THEN = {
    "toutes la même": (WRONG["toutes la même"][0], None),
    "à l'envers": (WRONG["à l'envers"][0], _TESTS),
}
