SECOND = """
import ipaddress


def judge(name):
    try:
        ipaddress.IPv4Address(name)
        return "adresse IP"
    except ValueError:
        pass
    if len(name) < 3 or len(name) > 63:
        return "longueur"
    if any(letter.isupper() for letter in name):
        return "majuscule"
    if name.startswith("-") or name.endswith("-"):
        return "bord"
    if not all(letter.isascii() and (letter.isalnum() or letter in ".-") for letter in name):
        return "caractère"
    return "valable"


reasons = dict(zip(names, map(judge, names)))
"""

WRONG = {
    "tous valables": (
        'reasons = {name: "valable" for name in names}',
        "1\xa0réponse juste sur 6",
    ),
    "un nom oublié": (
        'reasons = {name: "longueur" for name in names[1:]}',
        "il manque 1\xa0nom",
    ),
    "raison inventée": (
        'reasons = {name: "interdit" for name in names}',
        "n'est pas dans la liste",
    ),
    "un ensemble Python": (
        "reasons = set(names)",
        "La réponse doit être un dictionnaire",
    ),
}
