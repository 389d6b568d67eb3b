_JUDGE = """
from datetime import UTC, datetime

now = datetime.fromisoformat(service["instant"])


def judge(token):
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={{"verify_signature": False}})
    {algorithm}
    {signature}
    if {issuer}:
        return "autre émetteur"
    if {audience}:
        return "autre destinataire"
    if {expired}:
        return "expiré"
    return "accepté"


verdicts = {{letter: judge(token) for letter, token in tokens.items()}}
"""
_GOOD = {
    "algorithm": 'if header["alg"] != "ES256":\n        return "algorithme refusé"',
    "signature": """try:
        jwt.decode(token, keys[header["kid"]], algorithms=["ES256"], options={
            "verify_exp": False, "verify_aud": False, "verify_iat": False})
    except jwt.InvalidSignatureError:
        return "signature fausse\"""",
    "issuer": 'claims["iss"] != service["emetteur"]',
    "audience": 'service["destinataire"] not in (claims["aud"] if isinstance(claims["aud"], list)'
    ' else [claims["aud"]])',
    "expired": 'datetime.fromtimestamp(claims["exp"], UTC) <= now',
}

RIGHT = {
    "un défaut après l'autre": _JUDGE.format(**_GOOD),
    "l'heure en secondes": _JUDGE.format(**_GOOD | {"expired": 'claims["exp"] <= now.timestamp()'}),
    "les exceptions de jwt, dans un dictionnaire": """
from datetime import UTC, datetime

causes = {
    jwt.InvalidAlgorithmError: "algorithme refusé",
    jwt.InvalidSignatureError: "signature fausse",
    jwt.InvalidIssuerError: "autre émetteur",
    jwt.InvalidAudienceError: "autre destinataire",
}
now = datetime.fromisoformat(service["instant"]).timestamp()
verdicts = {}
for letter in tokens:
    key = keys[jwt.get_unverified_header(tokens[letter])["kid"]]
    try:
        claims = jwt.decode(
            tokens[letter], key.key, ["ES256"],
            issuer=service["emetteur"], audience=service["destinataire"],
            options={"verify_exp": False, "verify_iat": False},
        )
        verdicts[letter] = "accepté" if claims["exp"] > now else "expiré"
    except jwt.PyJWTError as error:
        verdicts[letter] = causes[type(error)]
""",
    "cryptography, sans jwt.decode": """
import base64
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


def decode(text):
    return base64.urlsafe_b64decode(text + "==")


now = datetime.fromisoformat(service["instant"]).timestamp()
verdicts = {}
for letter, token in tokens.items():
    head, body, signature = token.split(".")
    header, claims, raw = json.loads(decode(head)), json.loads(decode(body)), decode(signature)
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if header["alg"] != "ES256":
        verdicts[letter] = "algorithme refusé"
        continue
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    try:
        keys[header["kid"]].key.verify(
            utils.encode_dss_signature(r, s), f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256())
        )
    except InvalidSignature:
        verdicts[letter] = "signature fausse"
        continue
    verdicts[letter] = (
        "autre émetteur" if claims["iss"] != service["emetteur"]
        else "autre destinataire" if service["destinataire"] not in audiences
        else "expiré" if claims["exp"] <= now
        else "accepté"
    )
""",
    "sans accents ni majuscules": _JUDGE.format(**_GOOD).replace('"expiré"', '"Expiré"'),
}

WRONG = {
    "sans vérifier la signature": (
        _JUDGE.format(**_GOOD | {"signature": "pass"}),
        "la clé publique de même kid ne vérifie pas sa signature",
    ),
    "sans regarder l'algorithme": (
        _JUDGE.format(**_GOOD | {"algorithm": "pass"}).replace(
            "except jwt.InvalidSignatureError", "except jwt.PyJWTError"
        ),
        "son en-tête dit « none »",
    ),
    "l'émetteur par son début": (
        _JUDGE.format(**_GOOD | {"issuer": 'not claims["iss"].startswith(service["emetteur"])'}),
        "iss n'est pas exactement l'émetteur attendu",
    ),
    "le destinataire par son début": (
        _JUDGE.format(**_GOOD | {"audience": 'service["destinataire"] not in str(claims["aud"])'}),
        "aud n'est pas exactement le destinataire attendu",
    ),
    "un seul destinataire": (
        _JUDGE.format(**_GOOD | {"audience": 'claims["aud"] != service["destinataire"]'}),
        "réponses justes sur 6",
    ),
    "l'expiration oubliée": (
        _JUDGE.format(**_GOOD | {"expired": "False"}),
        "exp est passé à l'instant de service.json",
    ),
    "l'heure de la machine": (
        _JUDGE.format(**_GOOD | {"expired": 'claims["exp"] <= datetime.now().timestamp()'}),
        "exp est passé à l'instant de service.json",
    ),
    "inversées": (
        _JUDGE.format(**_GOOD)
        + "verdicts = {verdict: letter for letter, verdict in verdicts.items()}",
        "inversées",
    ),
}

THEN = {
    "sans vérifier la signature": (
        WRONG["sans vérifier la signature"][0],
        RIGHT["un défaut après l'autre"],
    ),
    "un seul destinataire": (
        WRONG["un seul destinataire"][0],
        RIGHT["les exceptions de jwt, dans un dictionnaire"],
    ),
}
