"""Des règles de durée de vie : pour des préfixes, puis pour les versions d'un préfixe."""

from __future__ import annotations

from minio.commonconfig import ENABLED
from minio.lifecycleconfig import Rule

from helpers.topics.lifecycle import set_lifetimes
from kit_minio.checks.expectations import bucket_lost, destroyed
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import make_versioned, put_json

# --- 1. Des durées de vie -----------------------------------------------------------------------

_EXISTING, _DAYS = "sauvegardes/", 90


def _orders(context: Context) -> dict[str, int]:
    """Renvoie ce que demande la consigne : pour chaque préfixe, des jours ; l'un est négatif."""
    rng = context.random()
    orders = {
        "logs/": rng.randint(15, 45),
        "temp/": rng.randint(2, 9),
        "archives/": rng.randint(300, 400),
        "cache/": -rng.randint(1, 9),
    }
    return {prefix: orders[prefix] for prefix in rng.sample(sorted(orders), 4)}


def _prepare_lifetimes(context: Context) -> None:
    bucket = context.make_bucket("depot")
    put_json(context, "depot", "consigne.json", _orders(context))
    set_lifetimes(context.client, bucket, {_EXISTING: _DAYS})


def _verify_lifetimes(context: Context) -> None:
    bucket, orders = context.bucket("depot"), _orders(context)
    if not context.client.bucket_exists(bucket_name=bucket):
        raise bucket_lost(context, "depot")
    config = context.client.get_bucket_lifecycle(bucket_name=bucket)
    rules = list(config.rules) if config else []
    active = sorted({_lifetime(rule) for rule in rules if rule.status == ENABLED})
    valid = {prefix: days for prefix, days in orders.items() if days > 0}
    if active == [(_EXISTING, _DAYS)] and len(rules) == 1:
        raise Todo("Le bucket « depot » n'a que sa règle de départ.")
    if active == sorted((valid | {_EXISTING: _DAYS}).items()):
        return
    shown = ", ".join(f"{prefix or 'tout le bucket'} : {days} j" for prefix, days in active)
    if (_EXISTING, _DAYS) not in active:
        fact = f"La règle de départ, « {_EXISTING} » : {_DAYS} jours, a disparu ou changé."
        if set(active) <= set(valid.items()):
            fact += " set_bucket_lifecycle(), comme set_lifetimes(), remplace toutes les règles."
        raise destroyed(context, fact)
    asleep = {_lifetime(rule)[0] for rule in rules if rule.status != ENABLED} & set(valid)
    if asleep:
        raise Review("Une règle demandée est posée, mais suspendue.", found=min(asleep))
    asleep = {_lifetime(rule)[0] for rule in rules if rule.noncurrent_version_expiration}
    if asleep & set(valid):
        raise Review(
            "Une règle ne vise que les versions remplacées (NoncurrentVersionExpiration) : les "
            "objets eux-mêmes n'expirent pas.",
            found=min(asleep),
        )
    strange = [(prefix, days) for prefix, days in active if days < 1]
    if strange:
        raise Review(
            "Une règle ne fait rien expirer : elle n'a pas de durée valable.",
            found=f"{strange[0][0]} : {strange[0][1]} j",
        )
    if any(prefix not in valid and prefix in orders for prefix, _ in active):
        raise Review(
            "La durée qui n'a pas de sens est devenue une règle.",
            found=shown,
            expected="aucune règle pour elle",
            points=1,
        )
    wrong = [prefix for prefix, days in valid.items() if (prefix, days) not in active]
    if wrong:
        prefix, lives = wrong[0], dict(active)
        what = "n'a pas la durée demandée" if prefix in lives else "manque"
        if prefix.rstrip("/") in lives:
            what = "vise un préfixe sans sa barre finale"
        elif "" in lives:
            what = "vise tout le bucket"
        raise Review(
            f"Une règle demandée {what}.",
            found=shown,
            expected=f"{prefix} : {valid[prefix]} j",
            points=1 if len(wrong) == 1 else 0,
        )
    raise Review("Il y a une règle de trop.", found=shown, points=1)


def _lifetime(rule: Rule) -> tuple[str, int]:
    """Renvoie le préfixe d'une règle, et son nombre de jours ; 0 si elle ne fait pas expirer."""
    prefix = (rule.rule_filter.prefix if rule.rule_filter else None) or ""
    return prefix, (rule.expiration.days if rule.expiration else None) or 0


# --- 2. Le ménage des versions ------------------------------------------------------------------

_OTHER, _YEAR = "archives/", 365


def _order(context: Context) -> tuple[str, int]:
    """Renvoie le préfixe dont on fait le ménage, et les jours que vivent ses anciennes versions."""
    rng = context.random()
    return rng.choice(["releves/", "exports/", "rapports/"]), rng.randint(10, 60)


def _neighbour(prefix: str) -> str:
    return f"{prefix.rstrip('/')}-signes/"


def _prepare_sweep(context: Context) -> None:
    prefix, days = _order(context)
    bucket = make_versioned(context, "historique")
    put_json(context, "historique", "consigne.json", {"prefixe": prefix, "jours": days})
    # Un préfixe voisin, que rien ne doit toucher.
    for key in (f"{prefix}a.csv", f"{_neighbour(prefix)}b.csv"):
        context.put("historique", key, b"1\n", content_type="text/csv")
    set_lifetimes(context.client, bucket, {_OTHER: _YEAR})


def _verify_sweep(context: Context) -> None:
    bucket, (prefix, days) = context.bucket("historique"), _order(context)
    if not context.client.bucket_exists(bucket_name=bucket):
        raise bucket_lost(context, "historique")
    config = context.client.get_bucket_lifecycle(bucket_name=bucket)
    rules = list(config.rules) if config else []
    active = [rule for rule in rules if rule.status == ENABLED]
    start = [rule for rule in active if _lifetime(rule) == (_OTHER, _YEAR)]
    if not start:
        fact = f"La règle de départ, « {_OTHER} » : {_YEAR} jours, a disparu ou changé."
        raise destroyed(context, fact)
    if len(rules) == 1:
        raise Todo("Le bucket « historique » n'a que sa règle de départ.")
    if len(active) < len(rules):
        raise Review("Une règle est posée, mais suspendue.")
    added = [rule for rule in active if rule not in start]
    for rule in added:
        _expect_scope(rule, prefix)
    if any(_lifetime(rule)[1] for rule in added):
        raise Review(
            "Une règle fait expirer les objets eux-mêmes (Expiration(days=…)) : seules les "
            "anciennes versions doivent disparaître.",
            found=f"{prefix} : {max(_lifetime(rule)[1] for rule in added)} j",
        )
    old = [rule.noncurrent_version_expiration for rule in added]
    lives = [(each.noncurrent_days, each.newer_noncurrent_versions or 0) for each in old if each]
    alone = any(rule.expiration and rule.expiration.expired_object_delete_marker for rule in added)
    if not lives:
        raise Review("Aucune règle n'efface les anciennes versions.", points=1 if alone else 0)
    if any(spared for _, spared in lives):
        raise Review(
            "La règle épargne les dernières anciennes versions (newer_noncurrent_versions) : "
            "celles-là ne disparaîtraient jamais.",
            found=f"sauf les {max(spared for _, spared in lives)} dernières",
            points=1 if alone else 0,
        )
    if {found for found, _ in lives} != {days}:
        raise Review(
            "Les anciennes versions ne vivent pas le nombre de jours demandé.",
            found=", ".join(f"{found} j" for found, _ in lives),
            expected=f"{days} j",
            points=1 if alone else 0,
        )
    if not alone:
        raise Review(
            "Les anciennes versions disparaîtront, mais aucune règle ne retire les marqueurs "
            "restés seuls.",
            points=1,
        )


def _expect_scope(rule: Rule, prefix: str) -> None:
    chosen = rule.rule_filter
    if chosen and (chosen.tag or (chosen.and_operator and chosen.and_operator.tags)):
        raise Review("Une règle ne porte que sur des objets qui ont un tag.", found=rule.rule_id)
    found = _lifetime(rule)[0]
    if found != prefix:
        what = "vise un autre préfixe"
        if not found:
            what = "vise tout le bucket"
        elif prefix.startswith(found):
            what = "vise un préfixe plus court, qui en couvre d'autres"
        raise Review(f"Une règle {what}.", found=found or "aucun préfixe", expected=prefix)


EXERCISES = (
    Exercise(
        "lifetimes",
        "Des durées de vie",
        points=2,
        hints=(
            "set_bucket_lifecycle() remplace toutes les règles : lisez d'abord celles qui sont là.",
            "Une des durées de la consigne n'a pas de sens : elle ne doit pas devenir une règle.",
            "LifecycleConfig([*anciennes, *nouvelles]), une Rule par durée d'au moins un jour, "
            "avec Filter(prefix=…) et Expiration(days=…).",
        ),
        verify=_verify_lifetimes,
        prepare=_prepare_lifetimes,
        traps={
            "une durée négative": lambda context: min(_orders(context).values()) < 0,
            "une règle déjà là": lambda context: _EXISTING not in _orders(context),
        },
    ),
    Exercise(
        "sweep",
        "Le ménage des versions",
        points=2,
        hints=(
            "Une expiration ordinaire ajoute un marqueur : elle ne libère rien.",
            "Il faut deux effets : effacer les versions remplacées, et retirer les marqueurs sous "
            "lesquels il ne reste plus rien.",
            "NoncurrentVersionExpiration(noncurrent_days=…), puis "
            "Expiration(expired_object_delete_marker=True), avec Filter(prefix=…), après la règle "
            "déjà là.",
        ),
        verify=_verify_sweep,
        prepare=_prepare_sweep,
        traps={
            "un préfixe voisin ne diffère que par la barre": lambda context: _neighbour(
                _order(context)[0]
            ).startswith(_order(context)[0][:-1]),
            "une règle déjà là, sur un autre préfixe": lambda context: _order(context)[0] != _OTHER,
        },
    ),
)
