_START = """
def follow(keep=True, expires=True, offset=True, replace=True):
    current, keys = None, []
    for reading in readings:
        now = datetime.fromisoformat(reading["at"])
        try:
            document = json.loads(reading["content"])
            end = document["Expiration"]
            end = datetime.fromisoformat(end if offset else end[:19] + "Z")
            if replace or end > now:
                current = document["AccessKeyId"], end
        except (ValueError, KeyError):
            current = current if keep else None
        valid = current and (not expires or current[1] > now)
        keys.append(current[0] if valid else None)
    return keys


"""

RIGHT = {
    "read_token de la leçon": """
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import KitError, read_token

keys = []
found = None
with TemporaryDirectory() as folder:
    path = Path(folder) / "jeton.json"
    for reading in readings:
        path.write_text(reading["content"])
        try:
            found = read_token(path)
        except KitError:
            pass
        now = datetime.fromisoformat(reading["at"]).replace(tzinfo=None)
        keys.append(found.access_key if found and found.expiration > now else None)
""",
    "une fonction, en tuple": _START + "keys = tuple(follow())",
    "des dates en secondes": """
keys, access, limit = [], None, 0.0
for reading in readings:
    try:
        token = json.loads(reading["content"])
        end = datetime.fromisoformat(token["Expiration"])
        access, limit = token["AccessKeyId"], end.timestamp()
    except (json.JSONDecodeError, KeyError):
        pass
    alive = limit > datetime.fromisoformat(reading["at"]).timestamp()
    keys += [access if alive else None]
""",
    "l'histoire relue à chaque requête": """
def token_of(content):
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "AccessKeyId" in found else None


def used(rank):
    tokens = [token_of(reading["content"]) for reading in readings[: rank + 1]]
    last = next((token for token in reversed(tokens) if token), None)
    now = datetime.fromisoformat(readings[rank]["at"])
    if last is None or datetime.fromisoformat(last["Expiration"]) <= now:
        return None
    return last["AccessKeyId"]


keys = list(map(used, range(len(readings))))
""",
}

WRONG = {
    "un fichier abîmé oublie le précédent": (
        _START + "keys = follow(keep=False)",
        "un jeton valable était disponible",
    ),
    "jamais expiré": (
        _START + "keys = follow(expires=False)",
        "aucun jeton valable n'était disponible",
    ),
    "sans le fuseau": (
        _START + "keys = follow(offset=False)",
        "aucun jeton valable n'était disponible",
    ),
    "un jeton expiré ne remplace rien": (
        _START + "keys = follow(replace=False)",
        "aucun jeton valable n'était disponible",
    ),
    "toujours la même": (
        _START + "keys = [follow()[1] for _ in readings]",
        "aucun jeton valable n'était disponible",
    ),
    "une clé de moins": (_START + "keys = follow()[:-1]", "une liste : une clé d'accès"),
    "un texte": (_START + "keys = ' '.join(map(str, follow()))", "une liste : une clé d'accès"),
    "la clé lue par un modèle, même coupée": (
        """
import re

keys = follow_up = []
found = None
for reading in readings:
    match = re.search('"AccessKeyId": "(\\\\w+)"', reading["content"])
    found = match[1] if match else found
    keys.append(found)
""",
        "requêtes justes sur 12",
    ),
    "le document entier": (
        _START + "keys = [{'AccessKeyId': key} for key in follow()]",
        "une clé d'accès, un texte",
    ),
    "None en texte": (
        _START + "keys = [str(key) for key in follow()]",
        "None s'écrit sans guillemets",
    ),
}

THEN = {
    "jamais expiré": (_START + "keys = follow(expires=False)", None),
    "un texte": (WRONG["un texte"][0], RIGHT["une fonction, en tuple"]),
}
