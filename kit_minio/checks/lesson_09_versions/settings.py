"""Des réglages : garder leurs versions, puis retrouver une ancienne."""

from __future__ import annotations

import time
from typing import Any

from minio.commonconfig import ENABLED

from helpers.french import count_of
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.expectations import bucket_lost
from kit_minio.checks.lesson_09_versions.histories import history_of, texts_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import make_versioned, put_json

# --- 1. Garder les versions ---------------------------------------------------------------------


def _settings(context: Context) -> list[str]:
    """Renvoie les trois textes à déposer, dans l'ordre ; ce n'est pas celui des nombres."""
    low, middle, high = sorted(context.random().sample(range(10, 99), 3))
    return [f"seuil = {threshold}\n" for threshold in (middle, high, low)]


def _prepare_keep(context: Context) -> None:
    context.make_bucket("reglages")
    for number, text in enumerate(_settings(context), 1):
        context.put("reglages", f"a-deposer/{number}.ini", text.encode(), content_type="text/plain")


def _verify_keep(context: Context) -> None:
    bucket = context.bucket("reglages")
    if not context.client.bucket_exists(bucket_name=bucket):
        raise bucket_lost(context, "reglages")
    status = context.client.get_bucket_versioning(bucket_name=bucket).status
    found = texts_of(context, "reglages", "service.ini", 3)
    if not found and status != ENABLED:
        raise Todo("Le bucket « reglages » ne garde pas les versions, et n'a pas de service.ini.")
    if status != ENABLED:
        raise Review(
            "Le bucket « reglages » ne garde pas les versions : chaque dépôt a écrasé le "
            "précédent.",
            found=status or "jamais activée",
            expected=ENABLED,
        )
    expected = _settings(context)[::-1]
    if len(found) < 3:
        others = [key for key in context.keys("reglages") if not key.startswith("a-deposer/")]
        raise Review(
            "Le bucket garde les versions, mais service.ini n'en a pas trois : un dépôt d'avant "
            "l'activation, ou sous une autre clé, ne compte pas.",
            found=f"{count_of(len(found), 'version', 'versions')} ; "
            f"{', '.join(others) or 'aucun autre objet'}",
            expected="3 versions",
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
    history = history_of(context, "reglages", "service.ini")
    if history[2].version_id in (None, "null"):
        raise Review(
            "La première des trois versions date d'avant l'activation : le bucket doit garder les "
            "versions dès le premier dépôt.",
            found="version_id : null",
            points=0.5,
        )
    if any(item.is_delete_marker and item.is_latest == "true" for item in history):
        raise Review(
            "Les trois versions sont là, mais service.ini a été supprimé depuis : sa version "
            "courante est un marqueur de suppression.",
            points=0.5,
        )


# --- 2. Relire une ancienne version -------------------------------------------------------------

_LAST = 3  # le rang de la dernière version en production


def _history(context: Context) -> list[dict[str, Any]]:
    """Renvoie les contenus successifs de config.json, du plus ancien au plus récent.

    Le dernier seuil en production n'est ni le plus grand ni le plus petit.
    """
    rng = context.random()
    modes = ["production", "production", "essai", "production", "essai", "essai"]
    modes = [*modes[: rng.randint(5, 6)], "essai"]
    thresholds = rng.sample(range(10, 99), len(modes))
    low, middle, high = sorted(thresholds[rank] for rank in (0, 1, _LAST))
    thresholds[0], thresholds[1], thresholds[_LAST] = high, low, middle
    return [
        {"mode": mode, "seuil": threshold}
        for mode, threshold in zip(modes, thresholds, strict=True)
    ]


def _other(context: Context) -> dict[str, Any]:
    """Renvoie le contenu d'une autre clé, qui commence par la même."""
    return {"mode": "production", "seuil": max(step["seuil"] for step in _history(context)) + 1}


def _prepare_read_back(context: Context) -> None:
    make_versioned(context, "service")
    for rank, settings in enumerate(_history(context)):
        if rank == _LAST:
            # Datée à la seconde, cette version doit être après les précédentes pour qui trie.
            time.sleep(1.01 - time.time() % 1)
        put_json(context, "service", "config.json", settings)
    put_json(context, "service", "config.json.modele", _other(context))


def _verify_read_back(context: Context) -> None:
    history = _history(context)
    running = [step["seuil"] for step in history if step["mode"] == "production"]
    known = [
        Known(
            history[-1]["seuil"], "C'est le seuil de la version courante, qui est en mode essai."
        ),
        Known(_other(context)["seuil"], "Ce seuil est celui d'un autre objet."),
        *(
            Known(value, "Cette version est en production, mais ce n'est pas la dernière.")
            for value in running[:-1]
        ),
        *(Known(step["seuil"], "Cette version est en mode essai.") for step in history[:-1]
          if step["mode"] == "essai"),
    ]  # fmt: skip
    expect_answer(context, running[-1], known=known)


EXERCISES = (
    Exercise(
        "keep",
        "Garder les versions",
        points=1,
        hints=(
            "Le bucket ne garde une version que si vous l'avez demandé avant le dépôt.",
            "client.set_bucket_versioning() attend un VersioningConfig(status=ENABLED).",
            "Activez la conservation des versions, puis déposez les trois textes sous la même "
            "clé, service.ini, dans l'ordre.",
        ),
        verify=_verify_keep,
        prepare=_prepare_keep,
        traps={
            "ni croissants, ni décroissants": lambda context: (
                _settings(context)
                not in (sorted(_settings(context)), sorted(_settings(context))[::-1])
            ),
        },
    ),
    Exercise(
        "read_back",
        "Retrouver un réglage",
        points=2,
        hints=(
            "list_objects(…, include_version=True) donne les versions, les plus récentes d'abord.",
            "Un préfixe est un début de clé : un autre objet commence par config.json.",
            "Pour chaque version de la clé exacte : get_object(…, version_id=…), json.loads(), "
            "et arrêtez-vous à la première dont le mode est production.",
        ),
        verify=_verify_read_back,
        prepare=_prepare_read_back,
        answers=True,
        traps={
            "la courante est à l'essai": lambda context: _history(context)[-1]["mode"] == "essai",
            "trois versions en production": (
                lambda context: (
                    _history(context)[_LAST]["seuil"]
                    not in (_history(context)[0]["seuil"], _history(context)[1]["seuil"])
                )
            ),
            "un autre objet en production": lambda context: _other(context)["mode"] == "production",
        },
    ),
)
