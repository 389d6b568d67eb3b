"""Décider, comme le ferait un serveur, si une politique permet une demande, et dire pourquoi."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from helpers.errors import ContentError
from helpers.topics.policies import ARN, WORDS, as_list, like, read_policy


def allows(policy: Mapping[str, Any], action: str, resource: str, **context: str) -> bool:
    """Dit si une politique permet une action, comme le ferait le serveur.

    Une interdiction l'emporte toujours ; sans permission, c'est non.

    Args:
        policy: le document.
        action: ``"s3:GetObject"``.
        resource: le bucket ou l'objet, avec ou sans ``arn:aws:s3:::``.
        context: ce que l'on sait de la demande : ``prefix="public/"`` pour un listage.

    Raises:
        ContentError: une condition porte sur autre chose que du texte.
    """
    arn = f"{ARN}{resource.removeprefix(ARN)}"
    known = {f"s3:{name}": value for name, value in context.items()}
    effects = {
        statement["Effect"]
        for statement in _rules(policy)
        if _covers(statement, "Action", action)
        and _covers(statement, "Resource", arn)
        and _holds(statement.get("Condition", {}), known)
    }
    return effects == {"Allow"}


def why_refused(policy: Mapping[str, Any], action: str, resource: str) -> str:
    """Dit ce qui, dans la politique d'un bucket, refuse une action à un inconnu.

    Renvoie la fin d'une phrase, vide si les règles la permettent ; les conditions ne sont pas
    regardées.
    """
    bucket, _, key = resource.partition("/")
    about = [rule for rule in _rules(policy) if _covers(rule, "Action", action)]
    allowing = [rule for rule in about if rule["Effect"] == "Allow"]
    reaching = [rule for rule in allowing if _covers(rule, "Resource", f"{ARN}{resource}")]
    denying = [
        rule
        for rule in about
        if rule["Effect"] == "Deny" and _covers(rule, "Resource", f"{ARN}{resource}")
    ]
    if denying:
        return f"une règle l'interdit, sur « {_target(denying[0], bucket)} »"
    if allowing and not reaching:
        aim = "cette clé" if key else "le bucket, sans rien après son nom"
        return f"la ressource permise, « {_target(allowing[0], bucket)} », ne désigne pas {aim}"
    try:
        read_policy(policy, bucket=bucket)
    except ContentError as error:
        return error.fact[:1].lower() + error.fact[1:].rstrip(".")
    if not allowing:
        return f"aucune règle ne permet {action}"
    if not any(_to_anyone(rule) for rule in reaching):
        return "« Principal » ne désigne pas tout le monde, « * »"
    return ""


def surplus(policy: Mapping[str, Any], bucket: str, wanted: Mapping[str, Collection[str]]) -> str:
    """Renvoie une action permise que rien ne demandait, et sur quoi ; vide s'il n'y en a pas.

    Args:
        policy: le document.
        bucket: le bucket.
        wanted: les actions demandées, sans ``s3:``, pour chaque clé à essayer ; une clé finie par
            « / » est le préfixe d'un listage.

    Raises:
        ContentError: une condition porte sur autre chose que du texte.
    """
    for key, names in wanted.items():
        listed = key.endswith("/")
        resource, known = (bucket, {"prefix": key}) if listed else (f"{bucket}/{key}", {})
        for name in sorted(WORDS["buckets" if listed else "objects"] - set(names)):
            if allows(policy, f"s3:{name}", resource, **known):
                return f"s3:{name} sur « {key} »"
    return "s3:ListAllMyBuckets" if allows(policy, "s3:ListAllMyBuckets", "*") else ""


def _target(rule: Mapping[str, Any], bucket: str) -> str:
    """Renvoie la première ressource d'une règle, sans le nom du bucket : « /public/* »."""
    return str(next(iter(as_list(rule.get("Resource"))), "")).removeprefix(f"{ARN}{bucket}")


def _to_anyone(rule: Mapping[str, Any]) -> bool:
    named = rule.get("Principal")
    return "*" in as_list(named.get("AWS") if isinstance(named, Mapping) else named)


def _rules(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rules = policy["Statement"]
    return [rules] if isinstance(rules, Mapping) else list(rules)


def _covers(statement: Mapping[str, Any], name: str, value: str) -> bool:
    if patterns := as_list(statement.get(name)):  # un serveur peut rendre une liste vide
        return any(like(pattern, value) for pattern in patterns)
    return not any(like(pattern, value) for pattern in as_list(statement[f"Not{name}"]))


def _holds(condition: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    return all(
        _true(operator, as_list(values), known.get(key))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _true(operator: str, values: list[str], found: str | None) -> bool:
    many, _, plain = operator.rpartition(":")
    negated = plain.startswith("StringNot")
    if many not in ("", "ForAnyValue", "ForAllValues") or plain not in _COMPARISONS:
        raise ContentError(
            f"Le kit ne sait pas évaluer une condition « {operator} ».",
            "Essayez cette politique sur le serveur : lui seul connaît l'heure et l'adresse.",
        )
    if found is None:
        return negated or many == "ForAllValues"
    return any(_COMPARISONS[plain](value, found) for value in values) != negated


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringNotEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda value, found: value.casefold() == found.casefold(),
    "StringNotEqualsIgnoreCase": lambda value, found: value.casefold() == found.casefold(),
    "StringLike": like,
    "StringNotLike": like,
}
