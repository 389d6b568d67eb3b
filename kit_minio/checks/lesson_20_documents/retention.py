"""Exercice 2 : régler la durée des documents de chacun, sans toucher à celle des autres."""

from __future__ import annotations

from minio.commonconfig import ENABLED, Filter
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from kit_minio.checks.expectations import destroyed
from kit_minio.checks.lesson_20_documents.people import NAMES, home, people
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.preparation import put_json
from kit_minio.checks.steps import keeping

_BUCKET = "conservation"


def durations(context: Context) -> tuple[dict[str, int], dict[str, int]]:
    """Renvoie les durées déjà réglées, puis celles que l'on demande, en jours."""
    rng = context.random()
    first, second = people(context)
    other = rng.choice([name for name in NAMES if name != first])
    old = {first: rng.randint(200, 400), other: rng.randint(60, 90), f"{other}-2": 30}
    return old, {second: rng.randint(10, 50), other: rng.randint(91, 120)}


def rule_of(prefix: str, days: int) -> Rule:
    """Renvoie la règle qui expire les objets d'un préfixe."""
    return Rule(
        status=ENABLED,
        rule_filter=Filter(prefix=prefix),
        rule_id=prefix.split("/")[1],
        expiration=Expiration(days=days),
    )


def prepare_retention(context: Context) -> None:
    """Règle les premières durées, et dépose les demandes."""
    bucket = context.make_bucket(_BUCKET)
    old, wishes = durations(context)
    rules = [rule_of(home(user), days) for user, days in old.items()]
    context.client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))
    put_json(context, _BUCKET, "demandes.json", wishes)


def retention_of(context: Context, name: str) -> dict[str, int]:
    """Renvoie la durée de chaque préfixe d'un bucket, en jours.

    Raises:
        Review: deux règles se contredisent, ou l'une d'elles n'est pas une durée.
    """
    config = context.client.get_bucket_lifecycle(bucket_name=context.bucket(name))
    found: dict[str, int] = {}
    for rule in config.rules if config else ():
        prefix = _prefix(rule)
        days = rule.expiration.days if rule.expiration else None
        if rule.status != ENABLED:
            raise Review("Une règle existe, mais elle n'est pas active.", found=prefix)
        if days is None:
            raise Review("Une règle ne dit pas au bout de combien de jours.", found=prefix)
        if prefix in found:
            raise Review(
                "Deux règles portent sur le même préfixe : la plus courte l'emporterait.",
                found=prefix,
            )
        found[prefix] = days
    return found


def _prefix(rule: Rule) -> str:
    """Renvoie le préfixe d'une règle, vide si elle vaut pour tout le bucket."""
    if rule.rule_filter is None:
        return ""
    both = rule.rule_filter.and_operator
    if rule.rule_filter.tag or (both and both.tags):
        raise Review("Une règle ne porte que sur des objets qui ont un tag.", found=rule.rule_id)
    return (both.prefix if both else rule.rule_filter.prefix) or ""


def verify_retention(context: Context) -> None:
    """Compare les règles du bucket à celles d'avant, et aux demandes."""
    old, wishes = durations(context)
    before = {home(user): days for user, days in old.items()}
    expected = before | {home(user): days for user, days in wishes.items()}
    try:
        found = retention_of(context, _BUCKET)
    except S3Error:
        raise destroyed(context, "Le bucket « conservation » n'existe plus.") from None
    if found == before:
        raise Todo("Les règles du bucket « conservation » sont celles du début.")
    for user, days in old.items():
        if user not in wishes and found.get(home(user)) is None:
            raise destroyed(
                context,
                f"La règle de « {user} », que rien ne demandait de changer, a disparu : en donner "
                "de nouvelles remplace toutes les autres.",
            )
        if user not in wishes and found[home(user)] != days:
            raise destroyed(context, f"La durée de « {user} », à garder telle quelle, a changé.")
    with keeping(1):
        _compare(found, expected)


def _compare(found: dict[str, int], expected: dict[str, int]) -> None:
    for prefix in sorted(set(found) - set(expected)):
        raise Review(
            "Le préfixe d'une règle n'est pas celui des documents d'un utilisateur de l'énoncé.",
            found=prefix or "tout le bucket",
            expected="utilisateurs/<nom>/documents/",
        )
    for prefix, days in expected.items():
        if found.get(prefix) != days:
            raise Review(
                "La durée d'un utilisateur n'est pas celle demandée."
                if prefix in found
                else "Un utilisateur qui demandait une durée n'a pas de règle.",
                found=f"{prefix} : {found.get(prefix, 'aucune règle')}",
                expected=f"{days} jours",
            )
