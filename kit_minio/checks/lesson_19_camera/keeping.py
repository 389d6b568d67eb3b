"""Leçon 19, exercices 1 à 3 : la clé d'une image, les réglages, les durées de vie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from helpers.display import user_metadata
from helpers.errors import SettingsError
from helpers.french import count_of
from helpers.topics.camera import Settings, key_of, parse_settings
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import same
from kit_minio.checks.expectations import destroyed, expect_intact, stat_of
from kit_minio.checks.model import Context, Exercise, Review, Todo

# --- 1. Nommer ----------------------------------------------------------------------------------


def _moments(context: Context) -> list[datetime]:
    """Renvoie des instants de plusieurs fuseaux ; certains changent de jour, ou d'année."""
    rng = context.random()
    found = [datetime(2025, 12, 31, 23, 30, 5, 7000, timezone(timedelta(hours=-rng.randint(1, 5))))]
    for hour in (0, 23, *rng.sample(range(1, 23), 4)):
        # À 0 h, un fuseau à l'est ; à 23 h, un fuseau à l'ouest : le jour n'y est pas le nôtre.
        shift = timedelta(hours=rng.randint(1, 5) * (-1 if hour == 23 else 1))
        if len(found) == 3:
            shift += timedelta(minutes=30)  # comme en Inde ou en Iran
        thousandths = rng.randint(10, 99) if hour in (0, 23) else rng.randint(100, 999)
        moment = datetime(
            2025, rng.randint(1, 11), rng.randint(2, 27), hour, rng.randint(0, 59),
            rng.randint(0, 59), thousandths * 1000, timezone(shift),
        )  # fmt: skip
        found.append(moment)
    return sorted(found, key=lambda moment: -moment.microsecond)


def _prepare_keys(context: Context) -> None:
    context.make_bucket("horloge")
    lines = "\n".join(moment.isoformat(timespec="milliseconds") for moment in _moments(context))
    context.put("horloge", "instants.txt", lines.encode(), content_type="text/plain")


def _verify_keys(context: Context) -> None:
    moments, answer = _moments(context), context.answer
    expected = [key_of(moment) for moment in moments]
    local = [key_of(moment.replace(tzinfo=UTC)) for moment in moments]
    prefix = "camera/"
    zones = [timezone(-(moment.utcoffset() or timedelta())) for moment in moments]
    mirrored = [key_of(m.replace(tzinfo=zone)) for m, zone in zip(moments, zones, strict=True)]
    known = [
        Known(local, "Ces clés donnent l'heure de la montre, pas le temps universel.", 1),
        Known([key_of(m.replace(microsecond=0)) for m in moments],
              "Les millisecondes sont perdues.", 1),
        Known([key.removeprefix(prefix) for key in expected],
              "Il manque le début de chaque clé, « camera/ »."),
        Known(mirrored, "Le décalage du fuseau est appliqué à l'envers."),
    ]  # fmt: skip
    shape = "camera/AAAA/MM/JJ/HHMMSS-mmm.jpg"
    listed = answer if isinstance(answer, list) and len(answer) == len(expected) else []
    for key in listed:
        if isinstance(key, str) and len(key) != len(shape) and key.startswith(prefix):
            raise Review(
                "Une clé n'a pas la bonne largeur : chaque nombre a la sienne, les millisecondes "
                "comprises.",
                found=key,
                expected=shape,
            )
    if not any(same(listed, wrong.answer) for wrong in known):
        for key, right in zip(listed, expected, strict=False):
            if isinstance(key, str) and key not in expected and len(key) == len(shape):
                raise Review(
                    f"Une clé n'est pas la bonne : {_wrong_part(key, right)}.",
                    found=key,
                    expected=shape,
                )
    expect_answer(context, expected, known=known, out_of_order=1)


def _wrong_part(key: str, right: str) -> str:
    """Dit quelle partie d'une clé, de la bonne largeur, n'est pas la bonne."""
    marks = [place for place, mark in enumerate(right) if not mark.isdigit()]
    if [key[place] for place in marks] != [right[place] for place in marks]:
        return "les nombres, ou ce qui les sépare, ne sont pas à leur place"
    parts = {"l'année": (7, 11), "le mois": (12, 14), "le jour": (15, 17), "l'heure": (18, 20),
             "les minutes": (20, 22), "les secondes": (22, 24)}  # fmt: skip
    wrong = [name for name, (start, end) in parts.items() if key[start:end] != right[start:end]]
    return f"regardez {' et '.join(wrong[:2]) or 'les millisecondes'}"


# --- 2. Régler ----------------------------------------------------------------------------------


_BUCKET, _GIVEN, _FIXED = "reglages", "quai.yaml", "corrige.yaml"


def _yaml(context: Context) -> tuple[str, Settings, dict[str, str]]:
    """Renvoie un fichier de réglages fautif, ce qu'il devrait donner, et les clés qu'il montre.

    Aucune valeur n'est celle que prend un réglage oublié.
    """
    rng = context.random()
    secrets = {"La clé secrète": rng.randbytes(12).hex()}
    settings = Settings(
        bucket="images-du-quai",
        camera=rng.choice(["Quai nord", "Quai sud", "Jetée"]),
        threshold=rng.randint(6, 30) / 10,
        every=rng.randint(1, 9) / 2,
        keep_days=rng.randint(31, 90),
    )
    secrets["La clé d'accès"] = f"quai-{rng.randint(100, 999)}"
    text = f"""\
# Caméra du quai
bucket: {settings.bucket}
camera: {settings.camera}
treshold: {settings.threshold}
every: {settings.every}
keep_days: {settings.keep_days} jours
access_key: {secrets["La clé d'accès"]}
secret_key: {secrets["La clé secrète"]}
"""
    return text, settings, secrets


def _prepare_settings(context: Context) -> None:
    context.make_bucket("reglages")
    text, _, _ = _yaml(context)
    context.put("reglages", "quai.yaml", text.encode(), content_type="application/yaml")


def _verify_settings(context: Context) -> None:
    start, expected, secrets = _yaml(context)
    expect_intact(context, _BUCKET, {_GIVEN: start.encode()})
    keys = context.keys(_BUCKET)
    if _FIXED not in keys:
        others = [key for key in keys if key != _GIVEN]
        if not others:
            raise Todo(f"L'objet « {_FIXED} » n'est pas dans le bucket « {_BUCKET} ».")
        raise Review("L'objet déposé n'a pas le nom demandé.", found=others[0], expected=_FIXED)
    stat = stat_of(context, _BUCKET, _FIXED)
    size = stat.size or 0
    if size > 2048:  # des alias YAML peuvent se multiplier
        raise Review("Le fichier corrigé est bien trop long.", found=f"{size} octets")
    try:
        text = context.read(_BUCKET, _FIXED).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Review(f"« {_FIXED} » n'est pas en UTF-8.") from None
    try:
        found = parse_settings(text, _FIXED)
    except SettingsError as error:
        raise Review(error.fact) from None
    for what, value in secrets.items():
        if value in text:
            raise Review(f"{what} est encore dans le fichier.", found=_FIXED)
        if value in str(dict(user_metadata(stat))):
            raise Review(f"{what} est dans les métadonnées de l'objet.", found=_FIXED)
    for name, value in vars(expected).items():
        if getattr(found, name) != value:
            lost = getattr(found, name) == getattr(Settings("…"), name)
            raise Review(
                f"« {name} » est perdu, et prend sa valeur par défaut."
                if lost
                else f"« {name} » n'a pas la valeur de {_GIVEN} : lisez les valeurs dans ce "
                "fichier, qui change à la correction.",
                found=getattr(found, name),
                points=0.5,
            )


# --- 3. Laisser expirer -------------------------------------------------------------------------


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
    rules = list(config.rules) if config else []
    found = {_prefix_of(rule): _days_of(rule) for rule in rules if rule.status == ENABLED}
    disabled = [_prefix_of(rule) for rule in rules if rule.status != ENABLED]
    if found == {"rapports/": kept} and not disabled:
        raise Todo("La seule règle du bucket est encore celle des rapports.")
    right = found.get("camera/") == days
    shown = ", ".join(prefix or "tout le bucket" for prefix in found) or "aucune règle active"
    both = "camera/, rapports/"
    if disabled and not {"camera/", "rapports/"} <= found.keys():
        message = "Une règle existe, mais elle est désactivée (Disabled) : elle ne fait rien."
        raise Review(message, found=disabled[0] or "tout le bucket", points=1)
    if "rapports/" not in found:
        raise Review(
            "La règle des rapports a disparu : enregistrer des règles remplace toutes les autres. "
            f"tp.{context.name}.reset() la remet.",
            found=shown,
            expected=both,
            points=1 if right else 0,
        )
    if "" in found or "camera" in found:
        message = "Une règle vise plus que les images : regardez son préfixe."
        raise Review(message, found=shown, expected=both)
    if found["rapports/"] != kept:
        raise destroyed(
            context,
            f"La durée de vie des rapports, {count_of(kept, 'jour', 'jours')}, a changé.",
            points=1 if right else 0,
        )
    if "camera/" not in found:
        message = "Aucune règle ne vise les images, sous « camera/ »."
        raise Review(message, found=shown, expected=both)
    if not right:
        raise Review(
            "Les images n'ont pas la durée de vie demandée.",
            found=_told(found["camera/"]),
            expected=_told(days),
            points=1,
        )
    if len(rules) > 2:
        raise Review("Il y a une règle de trop.", found=shown, expected=both, points=1)


def _prefix_of(rule: Rule) -> str:
    kept = rule.rule_filter
    joined = kept.and_operator.prefix if kept and kept.and_operator else None
    return (kept.prefix if kept else None) or joined or ""


def _days_of(rule: Rule) -> int | None:
    return rule.expiration.days if rule.expiration else None


def _told(days: int | None) -> str:
    return "aucun nombre de jours" if days is None else count_of(days, "jour", "jours")


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
        traps={
            "l'année change en temps universel": lambda context: any(
                moment.astimezone(UTC).year != moment.year for moment in _moments(context)
            ),
            "des millisecondes de un, deux et trois chiffres": lambda context: (
                {len(str(moment.microsecond // 1000)) for moment in _moments(context)} == {1, 2, 3}
            ),
            "les instants sont dans le désordre": lambda context: (
                _moments(context) != sorted(_moments(context))
            ),
        },
    ),
    Exercise(
        "settings",
        "Un fichier de réglages à corriger",
        points=2,
        hints=(
            "parse_settings() ou read_settings() dit une faute à la fois : recommencez "
            "jusqu'à ce qu'il n'y en ait plus.",
            "Retirez deux lignes, corrigez un nom mal écrit, et faites d'une durée un nombre.",
            "Gardez les autres valeurs telles quelles, et déposez le texte corrigé sous "
            "« corrige.yaml ».",
        ),
        verify=_verify_settings,
        prepare=_prepare_settings,
        traps={
            "aucune valeur n'est celle par défaut": lambda context: (
                not (
                    set(vars(_yaml(context)[1]).items())
                    & {
                        (name, vars(Settings("…"))[name])
                        for name in ("camera", "threshold", "every", "keep_days")
                    }
                )
            ),
        },
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
        traps={
            "les deux durées diffèrent": lambda context: len({*_lifetimes(context)}) == 2,
        },
    ),
)
