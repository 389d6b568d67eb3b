"""Refermer : trois buckets dont deux laissent voir plus qu'il ne faut."""

from __future__ import annotations

import json
from typing import Any

from kit_minio.checks.lesson_08_access.stranger import Stranger, fill_texts, policy_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.policy_engine import inside

_PUBLIC = "public/affiche.txt"
_HIDDEN = ("prive/paie.txt", "public-projets/plan.txt", "notes.txt")
_LISTED = ("", "prive/", "public/", "public", "public-projets/")
_NO_RULE: dict[str, Any] = {"Statement": []}

# Ce qui ne va pas au départ, selon le bucket.
_AT_START = {
    "lecture": "Un bucket laisse encore lire autre chose que son préfixe « public/ ».",
    "listage": "Un bucket laisse encore voir une liste de ses clés.",
    "rien": "",
}


def _halls(context: Context) -> dict[str, str]:
    """Renvoie trois buckets et, pour chacun, ce que sa politique ouvre de trop."""
    rng = context.random()
    names = [f"salle-{number}" for number in rng.sample(range(10, 99), 3)]
    return dict(zip(names, rng.sample(["lecture", "listage", "rien"], 3), strict=True))


def _prepare(context: Context) -> None:
    for name, excess in _halls(context).items():
        bucket = context.make_bucket(name)
        fill_texts(context, name, [_PUBLIC, *_HIDDEN])
        arn = f"arn:aws:s3:::{bucket}"
        anyone = {"Effect": "Allow", "Principal": {"AWS": ["*"]}}
        opened = f"{arn}/*" if excess == "lecture" else f"{arn}/public/*"
        rules = [anyone | {"Action": ["s3:GetObject"], "Resource": [opened]}]
        if excess == "listage":
            rules.append(anyone | {"Action": ["s3:ListBucket"], "Resource": [arn]})
        policy = json.dumps({"Version": "2012-10-17", "Statement": rules})
        context.client.set_bucket_policy(bucket_name=bucket, policy=policy)


def _verify(context: Context) -> None:
    halls = _halls(context)
    faults = {name: _fault(context, name) for name in halls}
    if all(str(faults[name] or "") == _AT_START[excess] for name, excess in halls.items()):
        raise Todo("Les trois buckets laissent voir ce qu'ils laissaient voir au départ.")
    wrong = [fault for fault in faults.values() if fault]
    if wrong:
        wrong[0].points = max(0, len(halls) - len(wrong) - 1)
        raise wrong[0]


def _fault(context: Context, name: str) -> Review | None:
    try:
        _verify_hall(context, name)
    except Review as fault:
        return fault
    return None


def _verify_hall(context: Context, name: str) -> None:
    policy = policy_of(context, name) or _NO_RULE
    stranger, bucket = Stranger(context, name, policy), context.bucket(name)
    if not stranger.reads(_PUBLIC):
        fact = "Un préfixe « public/ » est maintenant fermé, et devait rester ouvert"
        raise stranger.refused(fact, f"{bucket}/{_PUBLIC}", key=_PUBLIC)
    for key in _HIDDEN:
        if stranger.reads(key):
            raise Review(_AT_START["lecture"], found=f"{bucket}/{key} : 200", expected="403")
    for prefix in _LISTED:
        if stranger.lists(prefix):
            raise Review(
                _AT_START["listage"], found=f"{bucket}?prefix={prefix} : 200", expected="403"
            )
    for key in ("public/nouvelle.txt", "public/2027/plan.pdf"):
        if not stranger.would_read(key):
            raise Review(
                "Les objets présents de « public/ » sont ouverts, mais pas ceux que l'on y "
                "déposera demain : ouvrez le préfixe, et non des clés.",
                found=f"{bucket}/{key} : fermé",
            )
    for key in ("prive/nouveau.txt", "public-projets/nouveau.txt", "nouveau.txt"):
        if stranger.would_read(key):
            raise Review(
                "Les objets présents sont protégés, mais pas ceux que l'on déposera demain : "
                "n'ouvrez que « public/ ».",
                found=f"{bucket}/{key} : ouvert",
            )
    stranger.expect_read_only(("public/", "prive/", ""), points=0)
    stranger.expect_exactly(
        lambda action, key, _: action == "GetObject" and inside(key, "public/"),
        ("public/", "prive/"),
        points=0,
    )


EXERCISES = (
    Exercise(
        "audit",
        "Refermer ce qui fuit",
        points=3,
        hints=(
            "get_bucket_policy() donne la politique d'un bucket, en JSON.",
            "Cherchez une ressource qui finit par /* sans préfixe, et l'action s3:ListBucket.",
            "Ne supprimez pas la politique : « public/ » doit rester lisible. Remplacez-la.",
        ),
        verify=_verify,
        prepare=_prepare,
        buckets=("salle-*",),
        traps={
            "une lecture, un listage, et un bucket sans faute": lambda context: (
                sorted(_halls(context).values()) == ["lecture", "listage", "rien"]
            ),
            "un voisin de public/": lambda context: any(
                key.startswith("public-") for key in _HIDDEN
            ),
        },
    ),
)
