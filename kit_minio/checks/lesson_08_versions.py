"""Les exercices de la leçon 08 : garder, relire, restaurer, effacer, peser, faire expirer."""

from __future__ import annotations

import json
from typing import Any

from minio.commonconfig import ENABLED
from minio.lifecycleconfig import Rule
from minio.versioningconfig import VersioningConfig

from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from helpers.s3 import read_object
from helpers.topics.lifecycle import set_lifetimes


def _make_versioned(context: Context, name: str) -> None:
    bucket = context.make_bucket(name)
    context.client.set_bucket_versioning(
        bucket_name=bucket, config=VersioningConfig(status=ENABLED)
    )


def _remove(context: Context, name: str, key: str) -> None:
    context.client.remove_object(bucket_name=context.bucket(name), object_name=key)


def _versions(context: Context, name: str, key: str) -> list[Any]:
    """Renvoie les versions d'une clé qui ont un contenu, de la plus récente à la plus ancienne."""
    return [item for item in _everything(context, name, key) if not item.is_delete_marker]


def _everything(context: Context, name: str, key: str) -> list[Any]:
    """Renvoie les versions et les marqueurs d'une clé."""
    found = context.client.list_objects(
        bucket_name=context.bucket(name), prefix=key, recursive=True, include_version=True
    )
    return [item for item in found if item.object_name == key]


def _texts(context: Context, name: str, key: str, most: int = 20) -> list[str]:
    """Renvoie les textes des versions d'une clé, les plus récentes d'abord."""
    client, bucket = context.client, context.bucket(name)
    return [
        read_object(client, bucket, key, most=10_000, version_id=item.version_id).decode(
            errors="replace"
        )
        for item in _versions(context, name, key)[:most]
    ]


# --- 1. Garder les versions ---------------------------------------------------------------------


def _settings(context: Context) -> list[str]:
    """Renvoie les trois textes à déposer, dans l'ordre."""
    thresholds = context.random().sample(range(10, 99), 3)
    return [f"seuil = {threshold}\n" for threshold in thresholds]


def _prepare_keep(context: Context) -> None:
    context.make_bucket("reglages")
    for number, text in enumerate(_settings(context), 1):
        context.put("reglages", f"a-deposer/{number}.ini", text.encode(), content_type="text/plain")


def _verify_keep(context: Context) -> None:
    bucket = context.bucket("reglages")
    status = context.client.get_bucket_versioning(bucket_name=bucket).status
    deposited = "service.ini" in context.keys("reglages")
    if not deposited and status != ENABLED:
        raise Todo
    if status != ENABLED:
        raise Review(
            "Le bucket reglages ne garde pas les versions : chaque dépôt a écrasé le précédent.",
            found=status or "jamais activée",
            expected=ENABLED,
        )
    found = _texts(context, "reglages", "service.ini", 3)
    expected = _settings(context)[::-1]
    if len(found) < 3:
        raise Review(
            "Le bucket garde les versions, mais service.ini n'en a pas trois.",
            found=len(found),
            expected=3,
            points=0.5,
        )
    if found != expected:
        raise Review(
            "Les trois versions les plus récentes de service.ini ne sont pas celles demandées, "
            "dans cet ordre.",
            found=" puis ".join(text.strip() for text in found[::-1]),
            expected=" puis ".join(text.strip() for text in expected[::-1]),
            points=0.5,
        )


# --- 2. Relire une ancienne version -------------------------------------------------------------


def _history(context: Context) -> list[dict[str, Any]]:
    """Renvoie les contenus successifs de config.json, du plus ancien au plus récent."""
    rng = context.random()
    modes = ["production", "production", "essai", "production", "essai", "essai"]
    modes = [*modes[: rng.randint(4, 6)], "essai"]
    thresholds = rng.sample(range(10, 99), len(modes))
    return [
        {"mode": mode, "seuil": threshold}
        for mode, threshold in zip(modes, thresholds, strict=True)
    ]


def _prepare_read_back(context: Context) -> None:
    _make_versioned(context, "service")
    history = _history(context)
    for settings in history:
        text = json.dumps(settings).encode()
        context.put("service", "config.json", text, content_type="application/json")
    # Une autre clé, qui commence par la même.
    other = {"mode": "production", "seuil": max(step["seuil"] for step in history) + 1}
    text = json.dumps(other).encode()
    context.put("service", "config.json.modele", text, content_type="application/json")


def _verify_read_back(context: Context) -> None:
    history = _history(context)
    running = [step["seuil"] for step in history if step["mode"] == "production"]
    answer = context.answer
    if type(answer) is not int:
        raise Review("La réponse est un nombre entier, le seuil.", found=answer)
    if answer == running[-1]:
        return
    if answer == history[-1]["seuil"]:
        raise Review("C'est le seuil de la version courante, qui est en mode essai.", found=answer)
    if answer in running:
        raise Review(
            "Cette version est en production, mais ce n'est pas la dernière.", found=answer
        )
    if answer == max(step["seuil"] for step in history) + 1:
        raise Review("Ce seuil est celui d'un autre objet.", found=answer)
    raise Review("Aucune version en production n'a ce seuil.", found=answer)


# --- 3. Restaurer -------------------------------------------------------------------------------


def _folder(context: Context) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """Renvoie les textes successifs de chaque clé, les clés à restaurer, celles à laisser."""
    rng = context.random()
    months = sorted(rng.sample(range(1, 13), 4))
    invoices = [f"factures/2026-{month:02}.txt" for month in months]
    history = {key: [f"{key} : {rng.randint(100, 999)} euros"] for key in invoices}
    changed = rng.choice(invoices[:3])
    history[changed].append(f"{changed} : {rng.randint(100, 999)} euros, corrigée")
    left = ["brouillons/note.txt", f"factures-test/2026-{months[0]:02}.txt"]
    history |= {key: [f"{key} {rng.random()}"] for key in left}
    return history, invoices[:3], left


def _prepare_restore(context: Context) -> None:
    history, deleted, left = _folder(context)
    _make_versioned(context, "dossier")
    for key, texts in history.items():
        for text in texts:
            context.put("dossier", key, text.encode(), content_type="text/plain")
    for key in deleted + left:
        _remove(context, "dossier", key)


def _verify_restore(context: Context) -> None:
    history, deleted, left = _folder(context)
    present = context.keys("dossier")
    invoices = [key for key in history if key not in left]
    for key, texts in history.items():
        kept = _texts(context, "dossier", key)
        if any(text not in kept for text in texts):
            raise Review(
                "Une version a été effacée pour de bon ; restaurer ne devait rien faire perdre.",
                found=f"{key} : {len(kept)} version{'s' if len(kept) > 1 else ''}",
                expected=f"{len(texts)} au moins",
            )
    back = [key for key in deleted if key in present]
    strange = [key for key in present if key not in invoices]
    if not back and not strange:
        raise Todo
    if strange:
        raise Review(
            "Un objet qui devait rester supprimé est de retour : il n'est pas sous factures/.",
            found=strange[0],
        )
    if len(back) < len(deleted):
        raise Review(
            "Il manque encore des factures.",
            found=", ".join(present),
            expected=f"{len(invoices)} objets sous factures/",
            points=len(back) - 1,
        )
    for key in invoices:
        text = context.read("dossier", key).decode(errors="replace")
        if text != history[key][-1]:
            raise Review(
                "Une facture est de retour, mais pas dans sa dernière version.",
                found=text,
                expected=history[key][-1],
                points=1,
            )


# --- 4. Effacer pour de bon ---------------------------------------------------------------------


def _customers(context: Context) -> tuple[str, dict[str, list[str | None]]]:
    """Renvoie la clé à effacer, puis l'histoire de chaque clé : un texte, ou ``None`` supprimée."""
    rng = context.random()
    first, second = rng.sample(["alice", "bruno", "chloe", "david", "emma"], 2)
    histories: dict[str, list[str | None]] = {
        f"{first}.csv": ["v1", "v2", None, "v3"],
        f"{first}-martin.csv": ["v1", "v2"],
        f"{second}.csv": ["v1", None],
    }
    texts = {
        key: [step and f"{key} {step} {rng.randint(100, 999)}" for step in steps]
        for key, steps in histories.items()
    }
    return f"{first}.csv", texts


def _prepare_erase(context: Context) -> None:
    key, histories = _customers(context)
    _make_versioned(context, "clients")
    context.put("clients", "demande.txt", key.encode(), content_type="text/plain")
    for name, steps in histories.items():
        for step in steps:
            if step is None:
                _remove(context, "clients", name)
            else:
                context.put("clients", name, step.encode(), content_type="text/csv")


def _verify_erase(context: Context) -> None:
    key, histories = _customers(context)
    for name, steps in histories.items():
        texts = [step for step in steps if step is not None]
        if name != key and _texts(context, "clients", name) != texts[::-1]:
            raise Review(
                "Une autre personne a perdu des versions : sa clé commence pareil, ou vous avez "
                "visé trop large.",
                found=f"{name} : {len(_versions(context, 'clients', name))}",
                expected=f"{len(texts)}",
            )
    found = _everything(context, "clients", key)
    markers = [item for item in found if item.is_delete_marker]
    left = len(found) - len(markers)
    removals = histories[key].count(None)
    if left == len(histories[key]) - removals and len(markers) == removals:
        raise Todo
    if left:
        raise Review(
            f"Des versions de {key} se lisent encore, par leur identifiant.",
            found=f"{left} version{'s' if left > 1 else ''}",
            expected="aucune",
        )
    if markers:
        raise Review(
            f"Les données sont effacées, mais des marqueurs disent encore que {key} a existé.",
            found=f"{len(markers)} marqueur{'s' if len(markers) > 1 else ''}",
            expected="aucun",
            points=1,
        )


# --- 5. Ce que l'on garde, ce que l'on voit -----------------------------------------------------


def _measures(context: Context) -> dict[str, list[int | None]]:
    """Renvoie, pour chaque clé, la taille de chaque dépôt, ou ``None`` pour une suppression."""
    rng = context.random()
    steps = {
        f"mesures/jour-{day:02}.csv": [rng.randint(100, 900) for _ in range(rng.randint(1, 3))]
        for day in sorted(rng.sample(range(1, 29), 4))
    }
    found: dict[str, list[int | None]] = dict(steps)
    for key in rng.sample(sorted(found), rng.randint(1, 2)):
        found[key] = [*found[key], None]
    return found


def _prepare_weigh(context: Context) -> None:
    _make_versioned(context, "mesures")
    for key, steps in _measures(context).items():
        for octets in steps:
            if octets is None:
                _remove(context, "mesures", key)
            else:
                context.put("mesures", key, b"x" * octets, content_type="text/csv")


def _verify_weigh(context: Context) -> None:
    measures = _measures(context).values()
    expected = {
        "visible": sum(steps[-1] or 0 for steps in measures),
        "conserve": sum(octets or 0 for steps in measures for octets in steps),
        "marqueurs": sum(steps.count(None) for steps in measures),
    }
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            "La réponse doit être un dictionnaire de trois nombres.",
            found=answer,
            expected='{"visible": …, "conserve": …, "marqueurs": …}',
        )
    wrong = [name for name, value in expected.items() if answer[name] != value]
    if not wrong:
        return
    said = {
        "visible": "Le poids visible n'est pas celui des versions courantes.",
        "conserve": "Le poids conservé n'est pas celui de toutes les versions.",
        "marqueurs": "Ce n'est pas le nombre de marqueurs de suppression.",
    }
    raise Review(said[wrong[0]], found=answer[wrong[0]], points=1 if len(wrong) == 1 else 0)


# --- 6. Des durées de vie -----------------------------------------------------------------------

_EXISTING = "sauvegardes/"


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
    orders = json.dumps(_orders(context), indent=1).encode()
    context.put("depot", "consigne.json", orders, content_type="application/json")
    set_lifetimes(context.client, bucket, {_EXISTING: 90})


def _verify_lifetimes(context: Context) -> None:
    orders = _orders(context)
    config = context.client.get_bucket_lifecycle(bucket_name=context.bucket("depot"))
    rules = list(config.rules) if config else []
    found = sorted(_lifetime(rule) for rule in rules if rule.status == ENABLED)
    valid = {prefix: days for prefix, days in orders.items() if days > 0}
    expected = sorted((valid | {_EXISTING: 90}).items())
    if found == [(_EXISTING, 90)] and len(rules) == 1:
        raise Todo
    if found == expected:
        return
    shown = ", ".join(f"{prefix or 'tout le bucket'} : {days} j" for prefix, days in found)
    if (_EXISTING, 90) not in found:
        raise Review(
            "La règle qui était là, celle de sauvegardes/, a disparu ou changé.",
            found=shown or "aucune règle",
            expected=f"{_EXISTING} : 90 j, avec les autres",
        )
    strange = [prefix for prefix, days in found if days < 1]
    if strange:
        raise Review(
            "Une règle n'a pas de durée valable : elle ne devait pas être posée.",
            found=f"{strange[0]} : {dict(found)[strange[0]]} j",
        )
    wrong = [prefix for prefix, days in valid.items() if (prefix, days) not in found]
    if wrong:
        raise Review(
            "Une règle demandée manque, vise un autre préfixe, n'a pas la bonne durée ou n'est "
            "pas active.",
            found=shown,
            expected=f"{wrong[0]} : {valid[wrong[0]]} j",
            points=1 if len(wrong) == 1 else 0,
        )
    raise Review("Il y a une règle de trop.", found=shown, points=1)


def _lifetime(rule: Rule) -> tuple[str, int]:
    """Renvoie le préfixe d'une règle, et son nombre de jours ; 0 si elle ne fait pas expirer."""
    prefix = (rule.rule_filter.prefix if rule.rule_filter else None) or ""
    return prefix, (rule.expiration.days if rule.expiration else None) or 0


SERIES = Series(
    "08",
    "versions-et-cycle-de-vie",
    (
        Exercise(
            "keep",
            "Garder les versions",
            points=1,
            hints=(
                "Une version n'est gardée que si le bucket les garde au moment du dépôt.",
                "client.set_bucket_versioning() attend un VersioningConfig(status=ENABLED).",
                "Activez, puis déposez trois fois sous la même clé, service.ini, dans l'ordre.",
            ),
            verify=_verify_keep,
            prepare=_prepare_keep,
        ),
        Exercise(
            "read_back",
            "Retrouver un réglage",
            points=2,
            hints=(
                "list_objects(…, include_version=True) donne les versions, les plus récentes "
                "d'abord.",
                "Un préfixe est un début de clé : un autre objet commence par config.json.",
                "Pour chaque version de la clé exacte : get_object(…, version_id=…), json.loads(), "
                "et arrêtez-vous à la première dont le mode est production.",
            ),
            verify=_verify_read_back,
            prepare=_prepare_read_back,
            answers=True,
        ),
        Exercise(
            "restore",
            "Annuler des suppressions",
            points=3,
            hints=(
                "Un objet supprimé a pour version courante un marqueur de suppression.",
                "Deux chemins : supprimer ce marqueur par son version_id, ou copier la dernière "
                "version sur la clé.",
                "Parcourez list_objects(…, prefix='factures/', recursive=True, "
                "include_version=True) et retirez ceux dont is_delete_marker est vrai.",
            ),
            verify=_verify_restore,
            prepare=_prepare_restore,
        ),
        Exercise(
            "erase",
            "Effacer pour de bon",
            points=2,
            hints=(
                "Sans version_id, une suppression ajoute un marqueur et n'efface rien.",
                "Les marqueurs ont un version_id, eux aussi, et se suppriment de même.",
                "Listez les versions avec prefix=key, ne gardez que la clé exacte, et appelez "
                "remove_object(…, version_id=…) pour chacune.",
            ),
            verify=_verify_erase,
            prepare=_prepare_erase,
        ),
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
        ),
        Exercise(
            "lifetimes",
            "Des durées de vie",
            points=2,
            hints=(
                "set_bucket_lifecycle() remplace toutes les règles : lisez d'abord celles qui "
                "sont là.",
                "Une des durées de la consigne n'a pas de sens : elle ne doit pas devenir une "
                "règle.",
                "LifecycleConfig([*anciennes, *nouvelles]), une Rule par durée d'au moins un jour, "
                "avec Filter(prefix=…) et Expiration(days=…).",
            ),
            verify=_verify_lifetimes,
            prepare=_prepare_lifetimes,
        ),
    ),
)
