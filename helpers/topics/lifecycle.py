"""Les durées de vie : au bout de combien de jours expirent les objets d'un préfixe ; les montrer.

Un serveur ne les vérifie pas toujours : SeaweedFS enregistre une durée négative, et d'une durée
nulle fait une règle sans effet. Le kit les vérifie toutes avant d'envoyer quoi que ce soit.
"""

from collections.abc import Mapping
from typing import Any

from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from helpers.components import Table
from helpers.errors import SettingsError

_LONGEST = 2**31 - 1  # jours ; les serveurs les comptent sur 32 bits


def set_lifetimes(client: Minio, bucket: str, lifetimes: Mapping[str, int]) -> None:
    """Remplace les règles de durée de vie d'un bucket, toutes à la fois.

    ``lifetimes`` dit, pour chaque préfixe, l'âge en jours où ses objets expirent ; vide, il n'y a
    plus de règle.

    Raises:
        SettingsError: une durée n'est pas un nombre entier de jours, 1 au moins ; les règles du
            bucket n'ont alors pas changé.
    """
    for prefix, days in lifetimes.items():
        if type(days) is not int or not 1 <= days <= _LONGEST:
            raise SettingsError.of("lifecycle.days", prefix=prefix, days=repr(days))
    if not lifetimes:
        client.delete_bucket_lifecycle(bucket_name=bucket)
        return
    rules = [
        Rule(
            status=ENABLED,
            rule_id=f"expire-{prefix}",
            rule_filter=Filter(prefix=prefix),
            expiration=Expiration(days=days),
        )
        for prefix, days in lifetimes.items()
    ]
    client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))


def show_rules(config: Any) -> Table:
    """Montre les règles que renvoie ``client.get_bucket_lifecycle(...)``, même ``None``."""
    rules = config.rules if config else ()
    rows = sorted([_scope(rule), _effects(rule), rule.rule_id or "–"] for rule in rules)
    return Table(["S'applique à", "Effet", "Règle"], rows, "Aucune règle.")


def _scope(rule: Any) -> str:
    chosen = rule.rule_filter
    tag = f"tag {chosen.tag.key}={chosen.tag.value}" if chosen and chosen.tag else ""
    scope = tag or (chosen.prefix if chosen else None) or "tout le bucket"
    return scope if rule.status == "Enabled" else f"{scope} (suspendue)"


def _effects(rule: Any) -> str:
    found = []
    if rule.expiration and rule.expiration.days:
        found.append(f"expire après {rule.expiration.days} j")
    if rule.expiration and rule.expiration.date:
        found.append(f"expire le {rule.expiration.date:%d/%m/%Y}")
    if rule.expiration and rule.expiration.expired_object_delete_marker:
        found.append("efface les marqueurs restés seuls")
    old = rule.noncurrent_version_expiration
    if old and old.noncurrent_days:
        kept = old.newer_noncurrent_versions
        spared = f", sauf les {kept} dernières" if kept else ""
        found.append(f"anciennes versions effacées après {old.noncurrent_days} j{spared}")
    return " ; ".join(found) or "aucun"
