_ASK = """
import httpx


def ask(method, url):
    with httpx.Client(timeout=5, follow_redirects=False) as http:
        return http.request(method, url)


causes = {}
for letter, url in urls.items():
    answer = ask("GET", url)
    if answer.status_code == 404:
        causes[letter] = "objet absent"
    elif "<Message>Request has expired" in answer.text:
        causes[letter] = "expirée"
    elif "<Code>InvalidAccessKeyId" in answer.text:
        causes[letter] = "clé d'accès"
    elif ask("HEAD", url).is_success:
        causes[letter] = "méthode"
    elif ask("GET", url.replace("//localhost", "//127.0.0.1")).is_success:
        causes[letter] = "hôte"
    else:
        causes[letter] = "clé modifiée"
"""

RIGHT = {
    "clé par clé": """
import httpx


def ask(method, url):
    with httpx.Client(timeout=5, follow_redirects=False) as http:
        return http.request(method, url)


causes = {}
for letter, url in urls.items():
    answer = ask("GET", url)
    if answer.status_code == 404:
        causes[letter] = "objet absent"
    elif "<Message>Request has expired" in answer.text:
        causes[letter] = "expirée"
    elif "<Code>InvalidAccessKeyId" in answer.text:
        causes[letter] = "clé d'accès"
    elif ask("HEAD", url).is_success:
        causes[letter] = "méthode"
    elif ask("GET", url.replace("//localhost", "//127.0.0.1")).is_success:
        causes[letter] = "hôte"
    else:
        head, _, tail = url.partition("?")
        folder = head.rpartition("/")[0]
        names = [o.object_name for o in client.list_objects(bucket_name=tp.bucket("refus"))]
        if any(ask("GET", f"{folder}/{name}?{tail}").is_success for name in names):
            causes[letter] = "clé modifiée"
""",
    "apostrophe courbe, majuscules": _ASK
    + """
causes = {letter: cause.replace("'", "’").title() for letter, cause in causes.items()}
""",
    "une énumération": _ASK
    + """
from enum import StrEnum


class Cause(StrEnum):
    KEY = "clé d'accès"
    METHOD = "méthode"


causes = {
    letter: next((each for each in Cause if each == cause), cause)
    for letter, cause in sorted(causes.items(), reverse=True)
}
""",
    "lue dans l'URL": """
from datetime import UTC, datetime

from helpers.topics.presigned import read_url

known = {item.object_name for item in client.list_objects(tp.bucket("refus"))}
causes = {}
for letter, url in urls.items():
    parts = read_url(url)
    if parts.expires_at < datetime.now(UTC):
        causes[letter] = "expirée"
    elif parts.path.rpartition("/")[2] not in known:
        causes[letter] = "objet absent"
    elif not parts.parameters["X-Amz-Credential"].startswith(server.access_key + "/"):
        causes[letter] = "clé d'accès"
    elif not parts.address.endswith(f"//{server.endpoint}"):
        causes[letter] = "hôte"
    else:
        head = requests.head(url, timeout=5)
        causes[letter] = "méthode" if head.ok else "clé modifiée"
""",
    "fonction": """
import re


def cause(url):
    answer = requests.get(url, timeout=5)
    code = "".join(re.findall("<Code>(.+?)</Code>", answer.text))
    if code == "NoSuchKey":
        return "objet absent"
    if code == "InvalidAccessKeyId":
        return "clé d'accès"
    if code == "AccessDenied":
        return "expirée"
    if server.endpoint not in url:
        return "hôte"
    for method in ("HEAD", "PUT", "DELETE"):
        if requests.request(method, url, timeout=5).status_code != 403:
            return "méthode"
    return "clé modifiée"


causes = {k: cause(u) for k, u in urls.items()}
""",
}

_SWAP = """
swapped = {{"{one}": "{other}", "{other}": "{one}"}}
causes = {{letter: swapped.get(cause, cause) for letter, cause in causes.items()}}
"""

WRONG = {
    "toutes la même": (
        'causes = {letter: "clé modifiée" for letter in urls}',
        "1\xa0réponse juste sur 6",
        0.5,
    ),
    "une lettre oubliée": (
        'causes = {letter: "expirée" for letter in "ABCDE"}',
        "il manque 1\xa0nom",
        0,
    ),
    "le code de la réponse": (
        'causes = {letter: "SignatureDoesNotMatch" for letter in urls}',
        "n'est pas dans la liste",
        0,
    ),
    "méthode et clé confondues": (
        _ASK + _SWAP.format(one="méthode", other="clé modifiée"),
        "4\xa0réponses justes sur 6",
        2,
    ),
    "hôte et clé confondus": (
        _ASK + _SWAP.format(one="hôte", other="clé modifiée"),
        "4\xa0réponses justes sur 6",
        2,
    ),
    "expirée prise pour une clé refusée": (
        _ASK + "causes = {k: c if c != 'expirée' else \"clé d'accès\" for k, c in causes.items()}",
        "« expirée » : lisez le message de la réponse",
        2.5,
    ),
    "une lettre par cause": (
        _ASK + "causes = {cause: letter for letter, cause in causes.items()}",
        "Les clés et les valeurs sont inversées",
        0,
    ),
    "les causes décalées": (
        _ASK
        + "shifted = [*causes.values()]\n"
        + "causes = dict(zip(causes, shifted[1:] + shifted[:1]))",
        "0\xa0réponse juste sur 6",
        0,
    ),
    "une liste": (_ASK + "causes = list(causes.values())", "doit être un dictionnaire", 0),
    "des listes de causes": (
        _ASK + "causes = {letter: [cause] for letter, cause in causes.items()}",
        "n'est pas un texte de l'énoncé, mais une liste",
        0,
    ),
    "sans accent": (
        """
import re


def cause(url):
    answer = requests.get(url, timeout=5)
    code = "".join(re.findall("<Code>(.+?)</Code>", answer.text))
    if code == "NoSuchKey":
        return "objet absent"
    if code == "InvalidAccessKeyId":
        return "clé d'accès"
    if code == "AccessDenied":
        return "expirée"
    if server.endpoint not in url:
        return "hôte"
    for method in ("HEAD", "PUT", "DELETE"):
        if requests.request(method, url, timeout=5).status_code != 403:
            return "méthode"
    return "clé modifiée"


causes = {k: cause(u).replace("é", "e").replace("ô", "o") for k, u in urls.items()}
""",
        "seuls les accents diffèrent",
    ),
    "statuts": (
        "causes = {k: requests.get(u).status_code for k, u in urls.items()}",
        "mais un nombre",
    ),
}

THEN = {
    "toutes la même": (WRONG["toutes la même"][0], None),
    "méthode et clé confondues": (WRONG["méthode et clé confondues"][0], None),
}
