SECOND = """
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
        "action hors de la politique": statement and method == "PUT",
        "préfixe hors de la politique": statement
        and not fnmatch("arn:aws:s3:::" + path[1:], statement["Resource"][0]),
    }
    causes[letter] = next(cause for cause, found in tests.items() if found)
"""

WRONG = {
    "toutes la même": (
        'causes = {letter: "jeton expiré" for letter in refusals}',
        "sur 5 juste",
    ),
    "une lettre oubliée": (
        'causes = {letter: "jeton expiré" for letter in "ABCD"}',
        "une cause pour chaque lettre",
    ),
    "le statut": (
        'causes = {letter: entry["status"] for letter, entry in refusals.items()}',
        "n'est pas dans la liste",
    ),
    "la réponse d'une autre graine": (
        """
causes = ["horloge fausse", "jeton absent", "jeton expiré", "préfixe hors de la politique"]
causes = dict(zip("ABCDE", [*causes, "action hors de la politique"]))
""",
        "Reprenez par exemple",
    ),
}
