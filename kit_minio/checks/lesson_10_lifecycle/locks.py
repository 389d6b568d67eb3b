"""Des verrous : geler les versions d'une affaire, puis en retenir d'autres un nombre de jours."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from minio.commonconfig import GOVERNANCE
from minio.error import S3Error
from minio.retention import Retention

from helpers.french import count_of, number
from kit_minio.checks.expectations import destroyed
from kit_minio.checks.lesson_09_versions.histories import history_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_json
from kit_minio.checks.steps import in_steps

# Ce que répondent SeaweedFS et Amazon devant une version sans gel, ou sans rétention ; MinIO n'en
# fait pas une erreur.
_NEVER_HELD = ("NoSuchObjectLegalHold", "NoSuchObjectLockConfiguration")
_NEVER_KEPT = ("ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration")

# --- 3. Geler une affaire -----------------------------------------------------------------------

_Case = tuple[str, str, str, dict[str, list[str | None]]]


def _case(context: Context) -> _Case:
    """Renvoie l'affaire à geler, la close, une troisième déjà gelée, et chaque histoire.

    Une histoire est une suite de numéros d'affaire, un par version ; ``None`` est une suppression.
    """
    rng = context.random()
    number = rng.randint(11, 49)
    opened, closed, other = f"A-{number}", f"A-{number + 1}", f"A-{number}0"
    third = f"{closed}0"
    keys = rng.sample(["contrat", "devis", "facture", "courrier", "plan", "recu"], 5)
    histories: list[list[str | None]] = [
        [opened, other],  # la version à geler n'est plus la courante
        [closed, opened, None],  # elle est sous un marqueur
        [other, opened],
        [closed, other],
        [third],
    ]
    return (
        opened,
        closed,
        third,
        dict(zip((f"pieces/{key}.json" for key in keys), histories, strict=True)),
    )


def _body(key: str, rank: int, case: str) -> dict[str, Any]:
    return {"affaire": case, "piece": key.partition("/")[2], "redaction": rank + 1}


def _prepare_freeze(context: Context) -> None:
    opened, closed, third, histories = _case(context)
    bucket = context.make_bucket("litige", locked=True)
    put_json(context, "litige", "affaires.json", {"ouverte": opened, "close": closed})
    for key, cases in histories.items():
        for rank, case in enumerate(cases):
            if case is None:
                context.client.remove_object(bucket_name=bucket, object_name=key)
                continue
            context.put(
                "litige",
                key,
                json.dumps(_body(key, rank, case)).encode(),
                content_type="application/json",
                legal_hold=case in (closed, third),
            )


def _holds(context: Context) -> list[tuple[str, str, bool]]:
    """Renvoie, pour chaque version de départ, sa clé, son affaire, et si elle est gelée.

    Raises:
        Review: une version a disparu, ou une autre est venue.
    """
    found = []
    for key, cases in _case(context)[3].items():
        versions = [item for item in history_of(context, "litige", key) if item.version_id]
        bodies = [item for item in versions if not item.is_delete_marker]
        expected = [case for case in cases if case is not None]
        if len(bodies) < len(expected):
            raise destroyed(context, f"Une version de « {key} » a été effacée pour de bon.")
        if len(bodies) > len(expected) or len(versions) - len(bodies) > cases.count(None):
            raise destroyed(
                context,
                f"« {key} » a une version de plus : geler ne dépose, ne copie et ne supprime rien.",
            )
        # Les plus récentes d'abord.
        for item, case in zip(bodies, reversed(expected), strict=True):
            found.append((key, case, _held(context, key, item.version_id)))
    return found


def _held(context: Context, key: str, version: str | None) -> bool:
    try:
        return context.client.is_object_legal_hold_enabled(
            bucket_name=context.bucket("litige"), object_name=key, version_id=version
        )
    except S3Error as error:
        if error.code in _NEVER_HELD:
            return False
        raise


def _verify_freeze(context: Context) -> None:
    opened, closed, third, _ = _case(context)
    holds = _holds(context)

    def freeze() -> None:
        wanted = [key for key, case, _ in holds if case == opened]
        frozen = [key for key, case, held in holds if case == opened and held]
        strange = [
            (key, case) for key, case, held in holds if held and case not in (opened, closed, third)
        ]
        if strange:
            key, case = strange[0]
            raise Review(
                "Une version d'une autre affaire est gelée : lisez le numéro de chaque version.",
                found=f"{key}, affaire {case}",
                expected=f"affaire {opened} seulement",
                points=1 if len(frozen) == len(wanted) else 0,
            )
        if not frozen:
            raise Todo(f"Aucune version de l'affaire {opened} n'est gelée.")
        if len(frozen) < len(wanted):
            missing = next(key for key in wanted if key not in frozen)
            raise Review(
                "Il manque un gel : la version à geler n'est pas toujours la version courante, et "
                "elle peut être sous un marqueur.",
                found=count_of(len(frozen), "version gelée", "versions gelées"),
                expected=f"{len(wanted)}, dont une de {missing}",
                points=1 if len(frozen) == len(wanted) - 1 else 0,
            )

    def lift() -> None:
        for key, case, held in holds:
            if case == third and not held:
                raise Review(
                    f"Une version de l'affaire {third} a perdu son gel : seule l'affaire {closed} "
                    "est close.",
                    found=key,
                )
        left = [key for key, case, held in holds if case == closed and held]
        if len(left) == sum(case == closed for _, case, _ in holds):
            raise Todo(f"L'affaire {closed} est close : ses versions sont encore gelées.")
        if left:
            raise Review(
                "Une version de l'affaire close est encore gelée.",
                found=left[0],
                expected="aucune",
            )

    in_steps((2, freeze), (1, lift))


# --- 4. Retenir des factures --------------------------------------------------------------------

_HOUR = timedelta(hours=1)


def _invoices(context: Context) -> tuple[dict[str, tuple[str, int]], str]:
    """Renvoie, pour chaque facture, son texte et les jours à la retenir ; puis celle déjà là."""
    rng = context.random()
    months = sorted(rng.sample(range(1, 13), 3))
    days = rng.sample(range(3, 8), 3)
    orders = {
        f"factures/2026-{month:02}.txt": (f"{rng.randint(100, 999)} euros", life)
        for month, life in zip(months, days, strict=True)
    }
    return orders, rng.choice(sorted(orders))


def _prepare_retain(context: Context) -> None:
    orders, present = _invoices(context)
    context.make_bucket("coffre", locked=True)
    wanted = {key: {"texte": text, "jours": days} for key, (text, days) in orders.items()}
    put_json(context, "coffre", "consigne.json", wanted)
    context.put("coffre", present, orders[present][0].encode(), content_type="text/plain")
    (item,) = history_of(context, "coffre", present)
    # Un jour, ce qui est trop peu.
    context.client.set_object_retention(
        bucket_name=context.bucket("coffre"),
        object_name=present,
        version_id=item.version_id,
        config=Retention(GOVERNANCE, item.last_modified + timedelta(days=1)),
    )


def _verify_retain(context: Context) -> None:
    orders, present = _invoices(context)
    histories = {key: history_of(context, "coffre", key) for key in orders}
    kept = {key: _kept(context, key, items[0]) for key, items in histories.items() if items}
    if not histories[present]:
        raise destroyed(context, f"La facture de départ, « {present} », a été effacée.")
    first = kept[present]
    if len(kept) == 1 and first and first.retain_until_date < _end(histories[present][0], 2):
        raise Todo(f"Seule « {present} » est là, retenue un jour.")
    in_steps(*((1, _retained(context, key, histories[key], kept.get(key))) for key in orders))


def _end(item: Any, days: int) -> Any:
    return item.last_modified + timedelta(days=days)


def _kept(context: Context, key: str, item: Any) -> Retention | None:
    try:
        return context.client.get_object_retention(
            bucket_name=context.bucket("coffre"), object_name=key, version_id=item.version_id
        )
    except S3Error as error:
        if item.is_delete_marker or error.code in _NEVER_KEPT:
            return None
        raise


def _retained(context: Context, key: str, items: list[Any], kept: Retention | None) -> Any:
    orders, present = _invoices(context)
    text, days = orders[key]

    def verify() -> None:
        if not items:
            raise Review("Une facture n'est pas déposée.", expected=key)
        if any(item.is_delete_marker for item in items):
            raise Review("Une facture a été supprimée depuis : un marqueur la cache.", found=key)
        if len(items) > 1:
            again = "il fallait prolonger sa rétention, sans la déposer de nouveau"
            why = again if key == present else "un dépôt de trop reste sans sa rétention"
            raise Review(f"Une facture a plusieurs versions : {why}.", found=key)
        if context.read("coffre", key).decode(errors="replace") != text:
            raise Review("Une facture n'a pas le texte de la consigne.", found=key, expected=text)
        if kept is None:
            raise Review("Une facture n'a pas de rétention.", found=key, expected=f"{days} jours")
        if kept.mode != GOVERNANCE:
            raise Review(
                "Une facture est retenue en mode conformité : plus personne ne peut corriger une "
                "erreur avant la date.",
                found=f"{key}, {kept.mode}",
                expected=GOVERNANCE,
            )
        if abs(kept.retain_until_date - _end(items[0], days)) > _HOUR:
            lasts = (kept.retain_until_date - items[0].last_modified) / timedelta(days=1)
            raise Review(
                "Une facture n'est pas retenue le nombre de jours demandé.",
                found=f"{key} : {number(round(lasts, 1))} j",
                expected=f"{days} j après son dépôt",
            )

    return verify


EXERCISES = (
    Exercise(
        "freeze",
        "Geler une affaire",
        points=3,
        hints=(
            "Un gel protège une version : enable_object_legal_hold(…, version_id=…).",
            "Listez les versions sans les marqueurs, lisez chacune en donnant son version_id, et "
            "regardez son numéro d'affaire.",
            "Pour chaque version : enable_object_legal_hold si le numéro est celui de l'affaire "
            "ouverte, disable_object_legal_hold si c'est celui de l'affaire close.",
        ),
        verify=_verify_freeze,
        prepare=_prepare_freeze,
        traps={
            "la version à geler n'est pas la courante": lambda context: any(
                _case(context)[0] in cases[:-1] and cases[-1] is not None
                for cases in _case(context)[3].values()
            ),
            "une version à geler est sous un marqueur": lambda context: any(
                _case(context)[0] in cases and cases[-1] is None
                for cases in _case(context)[3].values()
            ),
            "un numéro commence par un autre": lambda context: any(
                case and case != _case(context)[0] and case.startswith(_case(context)[0])
                for cases in _case(context)[3].values()
                for case in cases
            ),
            "une autre affaire a un gel, qui doit rester": lambda context: (
                [_case(context)[2]] in _case(context)[3].values()
            ),
        },
    ),
    Exercise(
        "retain",
        "Retenir des factures",
        points=3,
        hints=(
            "put_object(…, retention=Retention(GOVERNANCE, date)) donne la rétention au dépôt.",
            "Une version déjà déposée a aussi sa rétention : set_object_retention(…) la prolonge.",
            "La date est celle du dépôt, en temps universel, plus timedelta(days=…) ; "
            "stat_object(…).last_modified donne celle de la facture déjà là.",
        ),
        verify=_verify_retain,
        prepare=_prepare_retain,
        traps={
            "une facture est déjà là, retenue trop peu": lambda context: (
                _invoices(context)[0][_invoices(context)[1]][1] > 2
            ),
            "des durées toutes différentes": lambda context: (
                len({days for _, days in _invoices(context)[0].values()}) == 3
            ),
        },
    ),
)
