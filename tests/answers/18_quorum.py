_EACH = """
import json

possible = {{}}
for name, each in json.loads(read("salle", "serveurs.json")).items():
    disks, parity, lost = each["disques"], each["parite"], each["en_panne"]
    left = disks - lost
    possible[name] = {verdict}
"""
_BOTH, _READ, _NOTHING = '"lire et écrire"', '"lire"', '"rien"'


def _by(writes, reads):
    return _EACH.format(verdict=f"{_BOTH} if {writes} else {_READ} if {reads} else {_NOTHING}")


_QUORUM = "max(disks - parity, disks // 2 + 1)"

RIGHT = {
    "les quorums": _by(f"left >= {_QUORUM}", "left >= disks - parity"),
    "les pannes et la parité": _by("lost <= parity and 2 * lost < disks", "lost <= parity"),
    "la règle de MinIO, un de plus à égalité": _by(
        "left >= disks - parity + (disks == 2 * parity)", "left >= disks - parity"
    ),
    "des listes": """
import json

servers = json.load(client.get_object(tp.bucket("salle"), "serveurs.json"))
words = ["rien", "lire", "lire et écrire"]
possible = {}
for name in sorted(servers, reverse=True):
    disks, parity, lost = servers[name].values()
    reads = disks - lost >= disks - parity
    writes = reads and disks - lost > lost
    possible[name] = words[reads + writes]
""",
    "pandas": """
import io

import pandas as pd

table = pd.read_json(io.BytesIO(read("salle", "serveurs.json")), orient="index")
left = table.disques - table.en_panne
verdict = pd.Series("rien", index=table.index)
verdict[left >= table.disques - table.parite] = "lire"
verdict[(verdict == "lire") & (left > table.disques / 2)] = "lire et écrire"
possible = verdict.to_dict()
""",
}

WRONG = {
    "sans la majorité": (_by("lost <= parity", "lost <= parity"), "« lire »", 6 / 7),
    "la majorité seule": (_by("left > disks / 2", "left >= disks / 2"), "« rien »"),
    "autant de pannes que de parité, déjà trop": (
        _by("lost < parity", "lost < parity"),
        "réponses justes",
    ),
    "la moitié suffit pour écrire": (
        _by("lost <= parity and left >= disks / 2", "lost <= parity"),
        "pas plus de la moitié",
        6 / 7,
    ),
    "d'autres mots": (
        _by("lost <= parity", "False").replace('"rien"', '"perdu"'),
        "n'est pas dans la liste",
    ),
    "une liste": (_by("True", "True") + "possible = list(possible.values())\n", "dictionnaire"),
    "un nom oublié": (_by("True", "True") + "possible.popitem()\n", "manque"),
    "toujours lire": (_by("False", "True"), "réponse juste sur 7", 1 / 7),
}

THEN = {
    "sans la majorité": (WRONG["sans la majorité"][0], RIGHT["les quorums"]),
    "une liste": (WRONG["une liste"][0], None),
}
