"""Un rôle pour tous : la politique où le serveur met le nom de chacun."""

from __future__ import annotations

import json
from typing import Any

from helpers.errors import ContentError
from helpers.topics.policies import read_policy
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.policy_engine import Wanted, allows, inside, misjudged
from kit_minio.checks.preparation import put_json

NAME = "${jwt:preferred_username}"
_Demand = tuple[str, str, dict[str, str]]  # action, ressource, préfixe listé


def _role(context: Context) -> tuple[str, str, tuple[str, str]]:
    """Renvoie le bucket, le préfixe commun, et deux personnes : un nom en commence un autre."""
    rng = context.random()
    name = rng.choice(("ana", "leo", "zoe", "tom"))
    common = rng.choice(("communs/", "cours/", "enonces/"))
    return f"tp-{rng.randint(2020, 2027)}", common, (name, f"{name}-{rng.choice('bdm')}")


def _trials(context: Context, user: str, other: str) -> list[tuple[bool, str, _Demand]]:
    """Renvoie ce que cette personne peut faire ou non : en mots, et ce qu'en voit le serveur."""
    bucket, common, _ = _role(context)
    own, far = f"{user}/", f"{other}/"
    return [
        (True, f"lire sous {own}", ("s3:GetObject", f"{bucket}/{own}a.csv", {})),
        (True, f"lire plus bas, sous {own}2026/", ("s3:GetObject", f"{bucket}/{own}2026/a", {})),
        (True, f"déposer sous {own}", ("s3:PutObject", f"{bucket}/{own}a.csv", {})),
        (True, f"lister {own}", ("s3:ListBucket", bucket, {"prefix": own})),
        (True, f"lire sous {common}", ("s3:GetObject", f"{bucket}/{common}a.pdf", {})),
        (False, f"lire sous {far}", ("s3:GetObject", f"{bucket}/{far}a.csv", {})),
        (False, f"déposer sous {far}", ("s3:PutObject", f"{bucket}/{far}a.csv", {})),
        (False, f"lister {far}", ("s3:ListBucket", bucket, {"prefix": far})),
        (False, "lister tout le bucket", ("s3:ListBucket", bucket, {"prefix": ""})),
        (False, f"déposer sous {common}", ("s3:PutObject", f"{bucket}/{common}a.pdf", {})),
        (False, f"supprimer sous {own}", ("s3:DeleteObject", f"{bucket}/{own}a.csv", {})),
        (False, f"lister {common}", ("s3:ListBucket", bucket, {"prefix": common})),
        (False, "lister un autre bucket", ("s3:ListBucket", f"{bucket}-2", {"prefix": own})),
        (False, "lire dans un autre bucket", ("s3:GetObject", f"{bucket}-2/{own}a.csv", {})),
    ]


def _wanted(own: str, common: str) -> Wanted:
    """Renvoie ce que la politique doit permettre à qui a ce préfixe."""
    parts = ("AbortMultipartUpload", "ListMultipartUploadParts")  # d'un dépôt par parties

    def wanted(action: str, key: str, prefix: str | None) -> bool | None:
        if not key:
            # Un listage du préfixe montre tout ce qu'il contient : plus bas, rien n'est demandé.
            listed = prefix is not None and inside(prefix, own)
            return action == "ListBucket" and (prefix == own or (None if listed else False))
        if inside(key, own) is not False:
            if action in parts:
                return None
            return action in ("GetObject", "PutObject") and inside(key, own)
        return action == "GetObject" and inside(key, common)

    return wanted


def _prepare(context: Context) -> None:
    bucket, common, _ = _role(context)
    context.make_bucket("role")
    put_json(context, "role", "role.json", {"bucket": bucket, "commun": common})


def _as_seen_by(policy: dict[str, Any], user: str) -> dict[str, Any]:
    """Renvoie la politique où le serveur a mis le nom de cette personne."""
    text = json.dumps(policy).replace(NAME, user)
    if "${" in text:
        name = text.partition("${")[2].partition("}")[0]
        raise Review(
            "La politique emploie une variable que le jeton ne donne pas.",
            found="${" + name[:50] + "}",
            expected=NAME,
        )
    seen: dict[str, Any] = json.loads(text)
    return seen


def _verify(context: Context) -> None:
    bucket, common, (first, second) = _role(context)
    refused: list[str] = []
    extra: list[str] = []
    try:
        policy = read_policy(context.answer)
        for user, other in ((first, second), (second, first)):
            seen = _as_seen_by(policy, user)
            for welcome, words, (action, resource, known) in _trials(context, user, other):
                if allows(seen, action, resource, **known) != welcome:
                    (refused if welcome else extra).append(f"{user} {words}")
            places = (f"{user}/", common)
            found = misjudged(seen, bucket, _wanted(*places), places)
            if found and not (extra if found[1] else refused):
                (extra if found[1] else refused).append(f"{user} faire ceci : {found[0]}")
    except ContentError as error:
        raise Review(error.fact, expected=error.remedy) from None
    if refused and NAME not in json.dumps(policy):
        raise Review(
            "La politique ne contient pas la variable du nom : le rôle est le même pour tous, et "
            "rien n'y donne son préfixe à chacun.",
            expected=NAME,
        )
    if refused:
        user, _, words = refused[0].partition(" ")
        raise Review(f"{user.capitalize()} ne pourrait pas {words}.")
    if extra:
        user, _, words = extra[0].partition(" ")
        raise Review(f"{user.capitalize()} pourrait aussi {words}.", points=1)


EXERCISES = (
    Exercise(
        "role",
        "Un rôle pour tous",
        points=2,
        hints=(
            f"Dans la politique, le serveur remplace {NAME} par le nom écrit dans le jeton.",
            "Lire et déposer portent sur des objets ; lister porte sur le bucket, avec une "
            "condition sur s3:prefix, où la variable sert aussi.",
            f"La barre compte : {NAME}/* donne le préfixe d'ana sans donner celui d'ana-b.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "un nom en commence un autre": lambda context: _role(context)[2][1].startswith(
                _role(context)[2][0]
            ),
        },
    ),
)
