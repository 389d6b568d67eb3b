"""Ce que l'on garde : ce que pèsent les versions, et combien de temps vivent les objets."""

from __future__ import annotations

from minio.commonconfig import ENABLED
from minio.lifecycleconfig import Rule

from helpers.topics.lifecycle import set_lifetimes
from kit_minio.checks.comparison import gap, kind, same
from kit_minio.checks.expectations import bucket_lost, destroyed
from kit_minio.checks.lesson_09_versions.histories import put_history
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import make_versioned, put_json

# --- 4. Ce que l'on garde, ce que l'on voit -----------------------------------------------------


def _measures(context: Context) -> dict[str, list[int | None]]:
    """Renvoie, pour chaque clé, la taille de chaque dépôt, ou ``None`` pour une suppression."""
    rng = context.random()
    days = rng.sample(range(1, 29), 5)
    shapes = ("oo", "ooo", "oox", "oxo", "ox" if rng.random() < 0.5 else "o")
    return {
        f"mesures/jour-{day:02}.csv": [
            rng.randint(100, 900) if step == "o" else None for step in shape
        ]
        for day, shape in sorted(zip(days, shapes, strict=True))
    }


def _prepare_weigh(context: Context) -> None:
    make_versioned(context, "mesures")
    texts = {
        key: [None if octets is None else "x" * octets for octets in steps]
        for key, steps in _measures(context).items()
    }
    put_history(context, "mesures", texts, "text/csv")


def _verify_weigh(context: Context) -> None:
    measures, answer = list(_measures(context).values()), context.answer
    expected = {
        "visible": sum(steps[-1] or 0 for steps in measures),
        "conserve": sum(octets or 0 for steps in measures for octets in steps),
        "marqueurs": sum(steps.count(None) for steps in measures),
    }
    named = dict.fromkeys(answer, 0) if isinstance(answer, dict) else answer
    if fault := gap(named, dict.fromkeys(expected, 0)):
        raise Review(
            fault.message, found=answer, expected='{"visible": …, "conserve": …, "marqueurs": …}'
        )
    said = {
        "visible": "Le poids visible n'est pas celui des versions courantes.",
        "conserve": "Le poids conservé n'est pas celui de toutes les versions.",
        "marqueurs": "Ce n'est pas le nombre de marqueurs de suppression.",
    }
    counts = {
        "visible": sum(steps[-1] is not None for steps in measures),
        "conserve": sum(octets is not None for steps in measures for octets in steps),
    }
    for name, value in answer.items():
        if not isinstance(value, int | float):
            said[name] = f"Sous « {name} », un nombre est attendu, pas {kind(value)}."
        elif value == counts.get(name):
            said[name] = f"« {name} » est un nombre d'objets : des octets sont demandés."
        elif name != "marqueurs" and value == 0:
            said[name] = f"« {name} » est nul : sans recursive=True, un listage donne des préfixes."
    if answer["marqueurs"] == sum(steps[-1] is None for steps in measures):
        said["marqueurs"] = "Un marqueur reste, même quand l'objet a été déposé de nouveau."
    wrong = [name for name, value in expected.items() if not same(answer[name], value)]
    if wrong:
        points = 1 if len(wrong) == 1 else 0
        raise Review(said[wrong[0]], found=answer[wrong[0]], points=points)


# --- 5. Des durées de vie -----------------------------------------------------------------------

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


EXERCISES = (
    Exercise(
        "weigh",
        "Visible et conservé",
        points=2,
        hints=(
            "Le listage ordinaire ne donne que les versions courantes.",
            "Avec include_version=True, les marqueurs sont là aussi, sans taille utile.",
            "Trois sommes : .size sans versions ; .size de ce qui n'est pas un marqueur ; "
            "le nombre d'éléments dont is_delete_marker est vrai.",
        ),
        verify=_verify_weigh,
        prepare=_prepare_weigh,
        answers=True,
        traps={
            "un objet de plusieurs versions, supprimé": lambda context: any(
                len(steps) > 2 and steps[-1] is None for steps in _measures(context).values()
            ),
            "un marqueur sous une version plus récente": lambda context: any(
                None in steps[:-1] for steps in _measures(context).values()
            ),
        },
    ),
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
)
