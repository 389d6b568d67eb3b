SECOND = """
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
"""

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
}
