"""Leçon 13, exercices 1, 4 et 5 : la clé d'une image, les réglages, les durées de vie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from helpers.errors import SettingsError
from helpers.exercises.model import Context, Exercise, Review, Todo
from helpers.topics.camera import Settings, key_of, parse_settings

if TYPE_CHECKING:
    pass


# --- 1. Nommer ----------------------------------------------------------------------------------


def _moments(context: Context) -> list[datetime]:
    """Renvoie des instants de plusieurs fuseaux, dont un qui change de jour en temps universel."""
    rng = context.random()
    found = []
    for hour in (0, 23, *rng.sample(range(1, 23), 4)):
        # À 0 h, un fuseau à l'est ; à 23 h, un fuseau à l'ouest : le jour n'y est pas le nôtre.
        shift = rng.randint(1, 5) * (-1 if hour == 23 else 1)
        moment = datetime(
            2025, rng.randint(1, 12), rng.randint(2, 27), hour, rng.randint(0, 59),
            rng.randint(0, 59), rng.randint(1, 99) * 1000, timezone(timedelta(hours=shift)),
        )  # fmt: skip
        found.append(moment)
    rng.shuffle(found)
    return found


def _prepare_keys(context: Context) -> None:
    context.make_bucket("horloge")
    lines = "\n".join(moment.isoformat(timespec="milliseconds") for moment in _moments(context))
    context.put("horloge", "instants.txt", lines.encode(), content_type="text/plain")


def _verify_keys(context: Context) -> None:
    moments, answer = _moments(context), context.answer
    expected = [key_of(moment) for moment in moments]
    if not isinstance(answer, list) or not all(isinstance(key, str) for key in answer):
        raise Review("La réponse doit être une liste de clés.", found=answer)
    if answer == expected:
        return
    if len(answer) != len(expected):
        raise Review(
            "Il faut une clé par instant.",
            found=f"{len(answer)} clés",
            expected=f"{len(expected)} clés",
        )
    if sorted(answer) == sorted(expected):
        raise Review("Les clés sont justes, mais pas dans l'ordre du fichier.", points=1)
    if answer == [key_of(moment.replace(tzinfo=UTC)) for moment in moments]:
        raise Review(
            "Ces clés donnent l'heure de la montre, pas le temps universel.",
            found=answer[0],
            points=1,
        )
    wrong = next(rank for rank, key in enumerate(answer) if key != expected[rank])
    if len(answer[wrong]) != len(expected[wrong]):
        raise Review(
            "Une clé n'a pas la bonne largeur : chaque nombre a la sienne, les millisecondes "
            "comprises.",
            found=answer[wrong],
            expected="camera/AAAA/MM/JJ/HHMMSS-mmm.jpg",
        )
    raise Review("Une clé n'est pas celle de son instant.", found=answer[wrong])


# --- 4. Régler ----------------------------------------------------------------------------------


def _yaml(context: Context) -> tuple[str, Settings, str]:
    """Renvoie un fichier de réglages fautif, ce qu'il devrait donner, et le secret qu'il montre."""
    rng = context.random()
    secret = rng.randbytes(12).hex()
    settings = Settings(
        bucket="images-du-quai",
        camera=rng.choice(["Quai nord", "Quai sud", "Jetée"]),
        threshold=rng.randint(2, 30) / 10,
        every=rng.randint(1, 9) / 2,
        keep_days=rng.randint(8, 90),
    )
    text = f"""\
# Caméra du quai
bucket: {settings.bucket}
camera: {settings.camera}
treshold: {settings.threshold}
every: {settings.every}
keep_days: {settings.keep_days} jours
access_key: quai-{rng.randint(100, 999)}
secret_key: {secret}
"""
    return text, settings, secret


def _prepare_settings(context: Context) -> None:
    context.make_bucket("reglages")
    text, _, _ = _yaml(context)
    context.put("reglages", "quai.yaml", text.encode(), content_type="application/yaml")


def _verify_settings(context: Context) -> None:
    if "corrige.yaml" not in context.keys("reglages"):
        raise Todo
    _, expected, secret = _yaml(context)
    stat = context.client.stat_object(
        bucket_name=context.bucket("reglages"), object_name="corrige.yaml"
    )
    if (stat.size or 0) > 2048:  # des alias YAML peuvent se multiplier
        raise Review("Le fichier corrigé est bien trop long.", found=f"{stat.size} octets")
    text = context.read("reglages", "corrige.yaml").decode("utf-8", errors="replace")
    if secret in text:
        raise Review("La clé secrète est encore dans le fichier.", found="corrige.yaml")
    try:
        found = parse_settings(text, "corrige.yaml")
    except SettingsError as error:
        raise Review(error.fact) from None
    if found != expected:
        wrong = next(
            name for name in vars(expected) if getattr(found, name) != getattr(expected, name)
        )
        raise Review(
            f"« {wrong} » n'a plus la valeur du fichier d'origine.",
            found=getattr(found, wrong),
            points=0.5,
        )


# --- 5. Laisser expirer -------------------------------------------------------------------------


def _lifetimes(context: Context) -> tuple[int, int]:
    """Renvoie la durée demandée pour les images, et celle des rapports, déjà réglée."""
    rng = context.random()
    return rng.randint(5, 40), rng.randint(200, 400)


def _prepare_expire(context: Context) -> None:
    days, kept = _lifetimes(context)
    bucket = context.make_bucket("album")
    rule = Rule(
        status=ENABLED,
        rule_id="rapports",
        rule_filter=Filter(prefix="rapports/"),
        expiration=Expiration(days=kept),
    )
    context.client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([rule]))
    context.put("album", "consigne.txt", str(days).encode(), content_type="text/plain")


def _verify_expire(context: Context) -> None:
    days, kept = _lifetimes(context)
    config = context.client.get_bucket_lifecycle(bucket_name=context.bucket("album"))
    found: dict[str, Any] = {}
    for rule in config.rules if config else ():
        prefix = (rule.rule_filter.prefix if rule.rule_filter else "") or ""
        if rule.status == ENABLED and rule.expiration:
            found[prefix] = rule.expiration.days
    if found == {"rapports/": kept}:
        raise Todo
    if found == {"camera/": days, "rapports/": kept}:
        return
    if "rapports/" not in found:
        raise Review(
            "La règle des rapports a disparu : enregistrer des règles remplace toutes les autres.",
            found=", ".join(found) or "aucune règle",
            expected="camera/, rapports/",
            points=1 if found.get("camera/") == days else 0,
        )
    if "" in found or "camera" in found:
        raise Review(
            "Une règle vise plus que les images : regardez son préfixe.",
            found=", ".join(prefix or "tout le bucket" for prefix in found),
            expected="camera/, rapports/",
        )
    if found["rapports/"] != kept:
        raise Review(
            "La durée de vie des rapports a changé.",
            found=f"{found['rapports/']} jours",
            expected=f"{kept} jours",
        )
    if found.get("camera/") != days:
        raise Review(
            "Les images n'ont pas la durée de vie demandée.",
            found=f"{found.get('camera/', 'aucune')}",
            expected=f"{days} jours",
            points=1 if "camera/" in found else 0,
        )
    raise Review("Il y a une règle de trop.", found=", ".join(found), points=1)


EXERCISES = (
    Exercise(
        "keys",
        "La clé de chaque image",
        points=2,
        hints=(
            "datetime.fromisoformat() lit un instant et son fuseau.",
            "astimezone(UTC) le convertit ; le jour peut changer.",
            "strftime écrit « %Y/%m/%d/%H%M%S » ; les millisecondes sont microsecond // 1000, "
            "sur trois chiffres.",
        ),
        verify=_verify_keys,
        prepare=_prepare_keys,
        answers=True,
    ),
    Exercise(
        "settings",
        "Un fichier de réglages à corriger",
        points=2,
        hints=(
            "parse_settings() ou read_settings() dit une faute à la fois : recommencez "
            "jusqu'à ce qu'il n'y en ait plus.",
            "Deux lignes sont à retirer, un nom est mal écrit, et une durée est un nombre.",
            "Gardez les autres valeurs telles quelles, et déposez le texte corrigé sous "
            "« corrige.yaml ».",
        ),
        verify=_verify_settings,
        prepare=_prepare_settings,
    ),
    Exercise(
        "expire",
        "Laisser expirer les images",
        points=2,
        hints=(
            "Enregistrer des règles remplace toutes celles du bucket.",
            "get_bucket_lifecycle() donne la règle des rapports, et sa durée.",
            "set_lifetimes(client, bucket, {…}) prend tous les préfixes à la fois : celui des "
            "images et celui des rapports.",
        ),
        verify=_verify_expire,
        prepare=_prepare_expire,
    ),
)
