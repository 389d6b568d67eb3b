"""Juste le nécessaire : une politique de session, jugée par ce qu'elle permet."""

from __future__ import annotations

from helpers.errors import ContentError
from helpers.topics.policies import read_policy
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.policy_engine import Wanted, allows, inside, misjudged, read_and_write
from kit_minio.checks.preparation import put_json

Demand = tuple[str, str, dict[str, str]]  # action, ressource, préfixe listé


def _need(context: Context) -> dict[str, str]:
    """Renvoie ce dont a besoin le programme à qui l'on prête un jeton."""
    rng = context.random()
    station = rng.choice(("brest", "cherbourg", "roscoff", "concarneau"))
    return {
        "bucket": f"mesures-{rng.randint(2020, 2027)}",
        "read": f"{station}/entrees/",
        "write": f"{station}/sorties/",
    }


def trials(need: dict[str, str]) -> list[tuple[bool, str, Demand]]:
    """Renvoie des demandes : permise ou non, en mots, et ce qu'en voit le serveur."""
    bucket, read, write = need["bucket"], need["read"], need["write"]
    near = f"{read.rstrip('/')}-privees/"
    beside = f"{write.rstrip('/')}-verifiees/"
    below = f"{read}2026/"
    return [
        (True, f"lire sous {read}", ("s3:GetObject", f"{bucket}/{read}a.csv", {})),
        (True, f"lire plus bas, sous {below}", ("s3:GetObject", f"{bucket}/{below}a.csv", {})),
        (True, f"déposer sous {write}", ("s3:PutObject", f"{bucket}/{write}a.csv", {})),
        (True, f"lister {read}", ("s3:ListBucket", bucket, {"prefix": read})),
        (False, f"lire sous {write}", ("s3:GetObject", f"{bucket}/{write}a.csv", {})),
        (False, f"lire sous {near}", ("s3:GetObject", f"{bucket}/{near}a.csv", {})),
        (False, f"déposer sous {beside}", ("s3:PutObject", f"{bucket}/{beside}a.csv", {})),
        (False, f"déposer sous {read}", ("s3:PutObject", f"{bucket}/{read}a.csv", {})),
        (False, f"supprimer sous {write}", ("s3:DeleteObject", f"{bucket}/{write}a.csv", {})),
        (False, f"supprimer sous {read}", ("s3:DeleteObject", f"{bucket}/{read}a.csv", {})),
        (False, "lister tout le bucket", ("s3:ListBucket", bucket, {"prefix": ""})),
        (False, f"lister {write}", ("s3:ListBucket", bucket, {"prefix": write})),
        (False, f"lister {near}", ("s3:ListBucket", bucket, {"prefix": near})),
        (
            False,
            f"lister {read[:-1]}, sans barre",
            ("s3:ListBucket", bucket, {"prefix": read[:-1]}),
        ),
        (False, "lire dans un autre bucket", ("s3:GetObject", f"{bucket}-2/{read}a.csv", {})),
    ]


def _beyond(need: dict[str, str]) -> list[tuple[bool, str, Demand]]:
    """Renvoie d'autres demandes, à refuser, que le test ne fait pas au serveur."""
    bucket, read, write = need["bucket"], need["read"], need["write"]
    other = f"{bucket}-2"
    return [
        (False, "déposer dans un autre bucket", ("s3:PutObject", f"{other}/{write}a.csv", {})),
        (False, "lister un autre bucket", ("s3:ListBucket", other, {"prefix": read})),
        (False, "changer la politique du bucket", ("s3:PutBucketPolicy", bucket, {})),
        (False, "supprimer le bucket", ("s3:DeleteBucket", bucket, {})),
        (False, "créer un bucket", ("s3:CreateBucket", other, {})),
    ]


def _wanted(need: dict[str, str]) -> Wanted:
    """Renvoie ce que la politique doit permettre."""
    read, objects = need["read"], read_and_write(need["read"], need["write"])

    def wanted(action: str, key: str, prefix: str | None) -> bool | None:
        if key:
            return objects(action, key, prefix)
        # Un listage du préfixe montre tout ce qu'il contient : plus bas, rien n'est demandé.
        listed = prefix is not None and inside(prefix, read)
        return action == "ListBucket" and (prefix == read or (None if listed else False))

    return wanted


def _prepare(context: Context) -> None:
    context.make_bucket("besoin")
    put_json(context, "besoin", "besoin.json", _need(context))


def _verify(context: Context) -> None:
    need = _need(context)
    try:
        policy = read_policy(context.answer)
        outcomes = [
            (welcome, words, allows(policy, action, resource, **known))
            for welcome, words, (action, resource, known) in trials(need) + _beyond(need)
        ]
        found = misjudged(policy, need["bucket"], _wanted(need), (need["read"], need["write"]))
    except ContentError as error:
        raise Review(error.fact, expected=error.remedy) from None
    refused = [words for welcome, words, allowed in outcomes if welcome and not allowed]
    extra = [words for welcome, words, allowed in outcomes if allowed and not welcome]
    if found and not (extra if found[1] else refused):
        (extra if found[1] else refused).append(f"faire ceci : {found[0]}")
    if refused:
        raise Review(f"Le programme ne pourrait pas {refused[0]}.", points=0 if extra else 1)
    if extra:
        raise Review(
            f"Le programme peut faire son travail, mais il pourrait aussi {extra[0]}.",
            points=2 if len(extra) == 1 else 1,
        )


EXERCISES = (
    Exercise(
        "policy",
        "Juste le nécessaire",
        points=3,
        hints=(
            "Trois déclarations suffisent : lire, déposer, lister.",
            "Lire et déposer portent sur des objets (bucket/préfixe*) ; lister porte sur le "
            "bucket lui-même.",
            "Limitez s3:ListBucket par une condition : "
            '{"StringEquals": {"s3:prefix": "…"}}, ou StringLike.',
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "deux préfixes qui commencent de même": lambda context: all(
                any(name in words for _, words, _ in trials(_need(context)))
                for name in ("-privees/", "-verifiees/")
            ),
        },
    ),
)
