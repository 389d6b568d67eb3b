"""Des jetons à juger : six jetons d'identité, à juger comme le ferait un serveur."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.lesson_15_tokens.tokens import iso, start
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import put_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_VERDICTS = (
    "accepté",
    "signature fausse",
    "algorithme refusé",
    "autre émetteur",
    "autre destinataire",
    "expiré",
)


def _verdicts(context: Context) -> dict[str, str]:
    """Renvoie six lettres et, pour chacune, le verdict : tous y sont."""
    return dict(zip("ABCDEF", context.random().sample(_VERDICTS, 6), strict=True))


def _service(context: Context) -> dict[str, str]:
    """Renvoie ce que le serveur attend d'un jeton, et l'instant où il les reçoit."""
    rng = context.random()
    return {
        "emetteur": f"https://identite.univ-{rng.choice(('brest', 'rennes', 'lannion'))}.example",
        "destinataire": f"stockage-{rng.randint(10, 99)}",
        "instant": iso(start(rng)),
    }


def _claims(context: Context, verdict: str, name: str) -> dict[str, Any]:
    """Renvoie les déclarations d'un jeton, dont une seule est fausse, ou aucune."""
    service, rng = _service(context), context.random()
    at = datetime.fromisoformat(service["instant"])
    late = verdict == "expiré"
    end = at + timedelta(seconds=-rng.randint(5, 90) if late else rng.randint(60, 900))
    issuer, audience = service["emetteur"], service["destinataire"]
    return {
        "iss": f"{issuer}.net" if verdict == "autre émetteur" else issuer,
        # Un jeton peut avoir plusieurs destinataires ; un nom peut en commencer un autre.
        "aud": f"{audience}0" if verdict == "autre destinataire" else ["messagerie", audience],
        "sub": name,
        "iat": int((at - timedelta(minutes=30)).timestamp()),
        "exp": int(end.timestamp()),
    }


def _keys(context: Context) -> list[EllipticCurvePrivateKey]:
    """Renvoie trois clés privées : deux du fournisseur, et une qui n'est pas à lui."""
    from cryptography.hazmat.primitives.asymmetric import ec

    rng = context.random()
    return [ec.derive_private_key(rng.getrandbits(250) + 1, ec.SECP256R1()) for _ in range(3)]


def _prepare(context: Context) -> None:
    import jwt
    from jwt.algorithms import ECAlgorithm

    keys, rng = _keys(context), context.random()
    jwks = []
    for number, key in enumerate(keys[:2], 1):
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        jwks.append(public | {"kid": f"cle-{number}", "alg": "ES256", "use": "sig"})
    tokens = {}
    for letter, verdict in _verdicts(context).items():
        claims = _claims(context, verdict, rng.choice(("alice", "bruno", "chloe")))
        number = 2 if verdict == "accepté" else rng.randint(1, 2)
        key = keys[2] if verdict == "signature fausse" else keys[number - 1]
        headers = {"kid": f"cle-{number}"}
        unsigned = verdict == "algorithme refusé"
        tokens[letter] = jwt.encode(
            claims, "" if unsigned else key, "none" if unsigned else "ES256", headers
        )
    context.make_bucket("entree")
    put_json(context, "entree", "service.json", _service(context))
    put_json(context, "entree", "jwks.json", {"keys": jwks})
    put_json(context, "entree", "jetons.json", tokens)


_ADVICE = {
    "accepté": "sa clé est celle que nomme kid, et aud peut être une liste",
    "signature fausse": "la clé publique de même kid ne vérifie pas sa signature",
    "algorithme refusé": "son en-tête dit « none » : il n'est pas signé",
    "autre émetteur": "iss n'est pas exactement l'émetteur attendu",
    "autre destinataire": "aud n'est pas exactement le destinataire attendu",
    "expiré": "exp est passé à l'instant de service.json",
}


def _verify(context: Context) -> None:
    expect_judgements(context, _verdicts(context), _VERDICTS, each=0.5, advice=_ADVICE)


EXERCISES = (
    Exercise(
        "admit",
        "Des jetons à juger",
        points=3,
        hints=(
            "Regardez d'abord l'en-tête : jwt.get_unverified_header(token) donne alg et kid.",
            "jwt.PyJWKSet.from_dict(jwks)[kid] est la clé publique ; jwt.decode(…) vérifie la "
            "signature, et lève jwt.InvalidSignatureError si elle est fausse.",
            "jwt.decode(token, key, algorithms=['ES256'], issuer=…, audience=…, "
            "options={'verify_exp': False, 'verify_iat': False}) lève InvalidIssuerError ou "
            "InvalidAudienceError ; comparez exp vous-même à l'instant de service.json.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "les six verdicts": lambda context: (
                sorted(_verdicts(context).values()) == sorted(_VERDICTS)
            ),
            "l'émetteur attendu commence l'autre": lambda context: _claims(
                context, "autre émetteur", "alice"
            )["iss"].startswith(_service(context)["emetteur"]),
            "le destinataire attendu commence l'autre": lambda context: _claims(
                context, "autre destinataire", "alice"
            )["aud"].startswith(_service(context)["destinataire"]),
            "le jeton accepté a deux destinataires": lambda context: (
                len(_claims(context, "accepté", "alice")["aud"]) == 2
            ),
        },
    ),
)
