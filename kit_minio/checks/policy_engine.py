"""Décider, comme le ferait un serveur, si une politique permet une demande, et dire pourquoi."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import product
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


# De quoi remplacer l'étoile d'un modèle : un nom, un nom plus bas dans l'arborescence, rien.
_STARS = ("a", "zz/b.txt", "")
_MARKS = ("0", "z")  # et son point d'interrogation
_LISTINGS = ("ListBucket", "ListBucketMultipartUploads", "ListBucketVersions")
# Une action, sans « s3: », une clé (vide pour le bucket) et un préfixe listé ; vrai s'il faut la
# permettre, faux s'il faut la refuser, None si l'énoncé n'en dit rien.
Wanted = Callable[[str, str, str | None], bool | None]


def misjudged(
    policy: Mapping[str, Any],
    bucket: str,
    wanted: Wanted,
    under: Collection[str],
    *,
    elsewhere: bool = True,
) -> tuple[str, bool] | None:
    """Renvoie une demande que la politique ne juge pas comme l'énoncé : en mots, et permise ou non.

    Sont essayées toutes les actions connues, sous les préfixes donnés et sur ce que désignent les
    modèles de la politique elle-même : aucun droit de plus ne peut y rester caché.

    Args:
        policy: le document.
        bucket: le bucket.
        wanted: ce que l'énoncé demande.
        under: les préfixes dont il parle, barre finale comprise.
        elsewhere: vrai si un droit sur un autre bucket est de trop ; la politique d'un bucket,
            elle, ne vaut que pour lui.

    Raises:
        ContentError: une condition porte sur autre chose que du texte.
    """
    rules = _rules(policy)
    named = [one for rule in rules for one in as_list(rule.get("Action"))]
    named = [one.removeprefix("s3:") for one in named if "*" not in one and "?" not in one]
    unknown = set(named) - WORDS["objects"] - WORDS["buckets"]
    prefixes: dict[str | None, None] = dict.fromkeys([None, "", *under])
    prefixes |= dict.fromkeys(f"{prefix}2027/" for prefix in under)
    prefixes |= dict.fromkeys(_examples(value for rule in rules for value in _listed(rule)))
    resources = dict.fromkeys(f"{bucket}/{one}{end}" for one in under for end in _STARS[:2])
    resources |= dict.fromkeys((bucket, f"{bucket}-2", f"{bucket}/a", f"{bucket}-2/a"))
    targets = [one for rule in rules for name in ("Resource", "NotResource")
               for one in as_list(rule.get(name))]  # fmt: skip
    resources |= dict.fromkeys(_examples(one.removeprefix(ARN) for one in targets))
    for resource in resources:
        place, slash, key = resource.partition("/")
        if not place or (slash and not key) or (place != bucket and not elsewhere):
            continue
        actions = WORDS["objects" if key else "buckets"] | unknown
        for action in sorted(actions):
            for prefix in prefixes if action in _LISTINGS and not key else [None]:
                known = {} if prefix is None else {"prefix": prefix}
                expected = wanted(action, key, prefix) if place == bucket else False
                granted = allows(policy, f"s3:{action}", resource, **known)
                if expected is not None and granted != expected:
                    what = prefix if prefix is not None else key
                    where = f"{place}/{what}" if place != bucket else what or "tout le bucket"
                    return f"s3:{action} sur « {where} »", granted
    if elsewhere and allows(policy, "s3:ListAllMyBuckets", "*"):
        return "s3:ListAllMyBuckets", True
    return None


def inside(key: str, prefix: str) -> bool | None:
    """Dit si une clé est sous un préfixe ; ``None`` pour le préfixe lui-même, que rien ne vise."""
    return None if key == prefix else key.startswith(prefix)


def read_and_write(read: str, write: str) -> Wanted:
    """Renvoie ce que demande un énoncé qui fait lire sous un préfixe et déposer sous un autre."""
    parts = ("AbortMultipartUpload", "ListMultipartUploadParts")  # d'un dépôt par parties

    def wanted(action: str, key: str, _: str | None) -> bool | None:
        if action in parts and inside(key, write) is not False:
            return None
        return {"GetObject": inside(key, read), "PutObject": inside(key, write)}.get(action, False)

    return wanted


def _examples(patterns: Iterable[str]) -> Iterator[str]:
    """Donne des textes qui suivent ces modèles."""
    for pattern, (star, mark) in product(patterns, product(_STARS, _MARKS)):
        yield pattern.replace("*", star).replace("?", mark)


def _listed(rule: Mapping[str, Any]) -> list[str]:
    """Renvoie les préfixes dont parlent les conditions d'une règle."""
    return [
        value
        for keys in rule.get("Condition", {}).values()
        for name, values in keys.items()
        if name == "s3:prefix"
        for value in as_list(values)
    ]


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
