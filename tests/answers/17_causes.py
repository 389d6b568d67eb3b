_START = """
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature

known = x509.load_pem_x509_certificates(read("visites", "autorites.pem"))
visits = json.loads(read("visites", "visites.json"))


def load(letter):
    return x509.load_pem_x509_certificate(read("visites", f"{letter}.pem"))


def is_known(certificate):
    for authority in known:
        try:
            certificate.verify_directly_issued_by(authority)
            return True
        except (ValueError, InvalidSignature):
            pass
    return False


def names(certificate):
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return found.value.get_values_for_type(x509.DNSName)


def covers(name, host):
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host


def judge(letter, known=is_known, covers=covers, now=None, dates=True):
    certificate, visit = load(letter), visits[letter]
    date = now or datetime.fromisoformat(visit["date"])
    if not known(certificate):
        return "autorité inconnue"
    if not any(covers(name, visit["hote"]) for name in names(certificate)):
        return "autre nom"
    if dates and date > certificate.not_valid_after_utc:
        return "expiré"
    if dates and date < certificate.not_valid_before_utc:
        return "pas encore valable"
    return "accepté"


"""
_ALL = "verdicts = {{letter: judge(letter{}) for letter in visits}}"

RIGHT = {
    "une fonction": _START + _ALL.format(""),
    "par l'identifiant de la clé": _START
    + """
def by_identifier(certificate):
    own, signer = x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier
    found = certificate.extensions.get_extension_for_class(signer).value.key_identifier
    return found in [
        each.extensions.get_extension_for_class(own).value.digest for each in known
    ]


"""
    + _ALL.format(", known=by_identifier"),
    "la signature vérifiée à la main, une boucle": _START
    + """
def verified(certificate):
    for authority in known:
        try:
            key = authority.public_key()
            key.verify(certificate.signature, certificate.tbs_certificate_bytes)
        except InvalidSignature:
            continue
        return True
    return False


verdicts = {}
for letter in sorted(visits, reverse=True):
    verdicts[letter] = judge(letter, known=verified).upper()
""",
    "des expressions régulières, des dates en secondes": _START
    + """
import re


def pattern(name, host):
    return re.fullmatch(re.escape(name).replace(r"\\*", "[^.]+"), host)


verdicts = {}
for letter, visit in visits.items():
    found = judge(letter, covers=pattern, dates=False)
    seconds = datetime.fromisoformat(visit["date"]).timestamp()
    if found == "accepté":
        if seconds > load(letter).not_valid_after_utc.timestamp():
            found = "expiré"
        elif seconds < load(letter).not_valid_before_utc.timestamp():
            found = "pas encore valable"
    verdicts[letter] = found
""",
}

WRONG = {
    "le nom de l'autorité suffit": (
        _START
        + "def named(certificate):\n    return certificate.issuer in [a.subject for a in known]\n\n"
        + _ALL.format(", known=named"),
        "le nom de l'autorité ne prouve rien",
        1.5,
    ),
    "l'étoile remplace tout": (
        _START
        + "def wide(name, host):\n    return host.endswith(name.lstrip('*'))\n\n\n"
        + _ALL.format(", covers=wide"),
        "l'étoile remplace un seul morceau",
        1.5,
    ),
    "sans étoile": (
        _START
        + "def same(name, host):\n    return name == host\n\n\n"
        + _ALL.format(", covers=same"),
        "il a un nom à étoile",
        1.5,
    ),
    "les dates à l'envers": (
        _START
        + "turn = {'expiré': 'pas encore valable', 'pas encore valable': 'expiré'}\n"
        + "verdicts = {letter: turn.get(judge(letter), judge(letter)) for letter in visits}",
        "comparez ses dates à celle de la visite",
        1.2,
    ),
    "l'heure d'un autre jour": (
        _START + _ALL.format(", now=datetime(2020, 1, 1, tzinfo=UTC)"),
        "réponses justes sur 6",
        0.9,
    ),
    "sans les dates": (
        _START + _ALL.format(", dates=False"),
        "comparez ses dates à celle de la visite",
        1.2,
    ),
    "tout accepté": (
        _START + "verdicts = dict.fromkeys(visits, 'accepté')",
        "réponses justes sur 6",
        0.6,
    ),
    "des mots à soi": (
        _START + "verdicts = {letter: 'refusé' for letter in visits}",
        "n'est pas dans la liste de l'énoncé",
        0,
    ),
    "une liste": (
        _START + "verdicts = [judge(letter) for letter in visits]",
        "un dictionnaire",
        0,
    ),
    "au jour près": (
        _START.replace(
            'date = now or datetime.fromisoformat(visit["date"])',
            'date = datetime.fromisoformat(visit["date"]).replace(hour=12)',
        )
        + _ALL.format(""),
        "réponses justes sur 6",
    ),
}

THEN = {
    "sans étoile": (WRONG["sans étoile"][0], RIGHT["une fonction"]),
    "une liste": (WRONG["une liste"][0], None),
}
