"""Les personnes d'un service de documents : leurs noms, leurs jetons, et ceux que nul ne porte."""

from __future__ import annotations

import hashlib

from kit_minio.checks.model import Context, Review
from kit_minio.checks.preparation import put_json
from kit_minio.checks.routes import ask, reading

NAMES = ("alice", "emma", "hugo", "louis", "nadia")
_DECOYS = ("user", "username", "utilisateur", "nom", "name", "owner", "who", "user_id", "login")

_TOKEN_NAMES = ("token", "jeton", "access_token", "authorization")

Headers = dict[str, str]


def people(context: Context) -> tuple[str, str]:
    """Renvoie deux utilisateurs dont l'un a un nom qui commence comme celui de l'autre."""
    name = context.random().choice(NAMES)
    return name, f"{name}-2"


def home(user: str) -> str:
    """Renvoie le préfixe des documents d'un utilisateur."""
    return f"utilisateurs/{user}/documents/"


def tokens(context: Context) -> dict[str, str]:
    """Renvoie le jeton de chaque utilisateur.

    lstrip("Bearer ") en ôterait le début ; lower() en changerait la fin.
    """
    rng = context.random()
    return {user: f"ea{rng.getrandbits(148):037x}Z" for user in people(context)}


def _unknown(context: Context) -> str:
    """Renvoie un jeton que personne ne porte."""
    token = next(iter(tokens(context).values()))
    return hashlib.sha256(token.encode()).hexdigest()[::-1][:40]


def token_key(token: str) -> str:
    """Renvoie la clé de l'objet qui fait connaître un jeton."""
    return f"jetons/{hashlib.sha256(token.encode()).hexdigest()}.json"


def prepare_tokens(context: Context, name: str) -> None:
    """Crée un bucket qui contient un objet par jeton.

    Un autre y a une empreinte qui commence comme celle d'un jeton inconnu.
    """
    context.make_bucket(name)
    twin = hashlib.sha256(_unknown(context).encode()).hexdigest()
    put_json(context, name, f"jetons/{twin[:32]}{twin[31::-1]}.json", {"user": "zoe"})
    for user, token in tokens(context).items():
        put_json(context, name, token_key(token), {"user": user})


def bearer(token: str) -> Headers:
    """Renvoie l'en-tête qui porte un jeton."""
    return {"Authorization": f"Bearer {token}"}


def as_user(context: Context, user: str) -> Headers:
    """Renvoie l'en-tête d'un utilisateur connu."""
    return bearer(tokens(context)[user])


def decoys(name: str) -> dict[str, str]:
    """Renvoie les champs par lesquels une demande prétendrait venir de quelqu'un."""
    return dict.fromkeys(_DECOYS, name)


def disguise(context: Context, user: str, name: str) -> dict[str, dict[str, str]]:
    """Renvoie de quoi demander avec le jeton de l'un, en se disant partout un autre."""
    headers = as_user(context, user) | {"X-User": name, "User": name, "X-User-Id": name}
    return {"headers": headers, "params": decoys(name), "cookies": {"user": name}}


def _strangers(context: Context) -> dict[str, Headers]:
    """Renvoie des en-têtes qui n'identifient personne, avec leur nom."""
    user, token = next(iter(tokens(context).items()))
    digest = hashlib.sha256(token.encode()).hexdigest()
    return {
        "sans en-tête": {},
        "avec un jeton inconnu": bearer(_unknown(context)),
        "avec un nom à la place du jeton": bearer(user),
        "avec l'empreinte à la place du jeton": bearer(digest),
        "avec un jeton tronqué": bearer(token[:-1]),
        "avec le schéma Basic à la place de Bearer": {"Authorization": f"Basic {token}"},
        "avec le schéma Token à la place de Bearer": {"Authorization": f"Token {token}"},
        "avec un jeton sans schéma": {"Authorization": token},
        "avec le mot Bearer seul": {"Authorization": "Bearer"},
    }


def expect_strangers_refused(context: Context, method: str, path: str, **form: object) -> None:
    """S'assure qu'une route répond 401 à qui n'est personne, même s'il se dit quelqu'un."""
    user, _ = people(context)
    for words, headers in _strangers(context).items():
        _expect_401(context, method, path, words, headers=headers, **form)
    start = f"{path}&" if "?" in path else f"{path}?"
    lie = "&".join(f"{name}={value}" for name, value in decoys(user).items())
    _expect_401(context, method, f"{start}{lie}", "sans en-tête", **form)
    token = tokens(context)[user]
    given = "&".join(f"{name}={token}" for name in _TOKEN_NAMES)
    elsewhere = {"headers": {"X-Token": token}, "cookies": dict.fromkeys(_TOKEN_NAMES, token)}
    words = "avec un jeton ailleurs que dans l'en-tête"
    _expect_401(context, method, f"{start}{given}", words, **form)
    _expect_401(context, method, path, words, **elsewhere, **form)


def _expect_401(context: Context, method: str, path: str, words: str, **options: object) -> None:
    reply = ask(context, method, path, **options)
    if reply.status != 401:
        raise Review(
            f"{method} {path[:60]} {words} : ce n'est personne, et l'API ne le dit pas ; "
            f"{reading(reply, method, '401')}.",
            found=reply.said,
            expected="401",
        )
