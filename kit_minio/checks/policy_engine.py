"""Décider, comme le ferait un serveur, si une politique permet une demande."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from helpers.errors import ContentError
from helpers.topics.policies import ARN, as_list, like


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
