"""Limiter ce que l'on reçoit : une politique de formulaire, essayée pour de bon."""

from __future__ import annotations

import base64
import json
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from helpers.french import count_of
from kit_minio.checks.comparison import kind, shown_list
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import put_json
from kit_minio.checks.store_requests import Answer, call, names_of, store_of

_LIMIT = 1024 * 1024  # octets
_FILLED = ("key", "content-type")  # les champs que remplit celui qui dépose


class Trial(NamedTuple):
    """Un envoi d'essai ; ``rule`` est ce qu'il enfreint, rien s'il doit être accepté."""

    words: str
    key: str
    type: str
    length: int
    rule: str = ""


def prefix_of(context: Context) -> str:
    """Renvoie le préfixe de l'équipe, barre finale comprise."""
    return f"photos/equipe-{context.random().randint(10, 99)}/"


def trials_of(context: Context) -> list[Trial]:
    """Renvoie les envois d'essai ; leurs clés ne se devinent pas."""
    prefix, token = prefix_of(context), uuid.uuid4().hex
    jpeg = "image/jpeg"
    return [
        Trial("une petite photo JPEG", f"{prefix}{token}-1.jpg", jpeg, 1024),
        Trial("une petite image PNG", f"{prefix}{token}-0.png", "image/png", 1024),
        Trial("une photo JPEG de 1 Mio juste", f"{prefix}{token}-2.jpg", jpeg, _LIMIT),
        Trial("une vignette WebP", f"{prefix}ete/{token}-3.webp", "image/webp", 64),
        Trial("une photo de plus de 1 Mio", f"{prefix}{token}-4.jpg", jpeg, _LIMIT + 1, "taille"),
        Trial("un fichier PDF", f"{prefix}{token}-5.pdf", "application/pdf", 1024, "type"),
        Trial(
            "un fichier de type « imagerie/plan »",
            f"{prefix}{token}-10.plan",
            "imagerie/plan",
            1024,
            "type",
        ),
        Trial("un texte", f"{prefix}{token}-6.txt", "text/plain", 1024, "type"),
        Trial("une photo hors du préfixe", f"ailleurs/{token}-7.jpg", jpeg, 1024, "préfixe"),
        Trial("une photo sous « photos/ »", f"photos/{token}-8.jpg", jpeg, 1024, "préfixe"),
        Trial(
            "une photo d'une équipe au nom voisin",
            f"{prefix.rstrip('/')}0/{token}-9.jpg",
            jpeg,
            1024,
            "préfixe",
        ),
    ]


def _prepare_form(context: Context) -> None:
    context.make_bucket("concours")
    put_json(context, "concours", "reglement.json", {"prefix": prefix_of(context)})


def _verify_form(context: Context) -> None:
    form = context.answer
    if not isinstance(form, dict):
        raise Review(f"Le formulaire doit être un dictionnaire, pas {kind(form)}.", found=form)
    missing = [entry for entry in ("url", "fields") if entry not in form]
    if missing:
        message = f"Il manque au formulaire : {', '.join(missing)}."
        raise Review(message, found=shown_list(form), expected="url, fields")
    _expect_address(context, form["url"])
    fields = form["fields"]
    if not isinstance(fields, dict):
        raise Review(
            f"« fields » doit être le dictionnaire des champs, pas {kind(fields)}.", found=fields
        )
    names = {str(name).lower() for name in fields}
    if "policy" not in names or not {"x-amz-signature", "signature"} & names or len(fields) > 30:
        raise Review(
            "Ces champs ne viennent pas d'une politique signée.",
            found=shown_list(map(str, fields)),
            expected="ceux que renvoie presigned_post_policy()",
        )
    _try_form(context, {str(name): str(value) for name, value in fields.items()})


def _expect_address(context: Context, url: object) -> None:
    store, bucket = store_of(context), context.bucket("concours")
    found = str(url).strip().rstrip("/")
    with suppress(ValueError):
        parts = urlsplit(found)
        here = parts.scheme == store.scheme and parts.netloc in names_of(context)
        if here and (parts.path, parts.query) == (f"/{bucket}", ""):
            return
    expected = f"{store.scheme}://{store.netloc}/{bucket}"
    raise Review(
        "L'adresse du formulaire n'est pas celle du bucket.", found=found, expected=expected
    )


def _try_form(context: Context, fields: dict[str, str]) -> None:
    """Remplit le formulaire plusieurs fois : des envois doivent passer, d'autres être refusés."""
    policy, trials = _policy(fields), trials_of(context)
    if _expired(policy):
        raise Review("La politique a expiré : sa date est passée.", found=policy["expiration"])
    try:
        answers = [_submit(context, fields, trial) for trial in trials]
    finally:
        for trial in trials:
            bucket = context.bucket("concours")
            context.client.remove_object(bucket_name=bucket, object_name=trial.key)
    for trial, answer in zip(trials, answers, strict=True):
        if not trial.rule and not answer.accepted:
            why = _why_refused(context, policy)
            raise Review(
                f"Le formulaire refuse {trial.words}, déposée sous « {prefix_of(context)} »{why}.",
                found=f"{answer} ; conditions : {_conditions(policy)}",
                points=1 if trial is not trials[0] else 0,
            )
    wrong = [
        trial
        for trial, answer in zip(trials, answers, strict=True)
        if trial.rule and answer.accepted
    ]
    if wrong:
        raise Review(
            f"Le formulaire accepte {wrong[0].words}.",
            found=f"conditions : {_conditions(policy)}",
            expected="un refus",
            points=3 - len({trial.rule for trial in wrong}),
        )


def _submit(context: Context, fields: dict[str, str], trial: Trial) -> Answer:
    ours = {"key": trial.key, "Content-Type": trial.type}
    # MinIO refuse un champ que la politique ne cite pas ; SeaweedFS l'accepte.
    if "content-type" not in json.dumps(_policy(fields)).lower():
        del ours["Content-Type"]
    form = {name: value for name, value in fields.items() if name.lower() not in _FILLED} | ours
    files = {"file": ("f", bytes(trial.length))}
    return call(context, "POST", f"/{context.bucket('concours')}", data=form, files=files)


def _policy(fields: dict[str, str]) -> dict[str, Any]:
    """Renvoie la politique en clair, vide si elle ne se décode pas."""
    text = next((value for name, value in fields.items() if name.lower() == "policy"), "")
    with suppress(ValueError, RecursionError):
        found = json.loads(base64.b64decode(text))
        return found if isinstance(found, dict) else {}
    return {}


def _expired(policy: dict[str, Any]) -> bool:
    with suppress(ValueError):
        end = datetime.fromisoformat(str(policy.get("expiration")))
        return end.replace(tzinfo=end.tzinfo or UTC) < datetime.now(UTC)
    return False


def _why_refused(context: Context, policy: dict[str, Any]) -> str:
    """Dit quelle condition refuse une photo, quand elle se reconnaît ; rien sinon."""
    if not policy:
        return " : la politique n'est plus lisible : elle a été changée après la signature"
    bucket = context.bucket("concours")
    for test, name, value in _triples(policy):
        if name == "bucket" and value != bucket:
            return f" : la politique est celle du bucket « {value} »"
        if name == "key" and test == "eq":
            return " : la condition sur la clé est une égalité, qui ne permet qu'un objet"
        if name == "key" and not prefix_of(context).startswith(str(value)):
            return f" : la condition sur la clé exige qu'elle commence par « {value} »"
        if name == "content-type" and test == "eq":
            return " : la condition sur le type est une égalité, qui ne permet qu'un type"
        if test == "content-length-range" and name.isdecimal() and int(name) > 64:
            return f" : la taille doit être d'au moins {name} octets"
        if test == "content-length-range" and str(value).isdecimal() and int(value) < _LIMIT:
            most = count_of(int(value), "octet", "octets")
            return f" : la taille ne peut pas dépasser {most}"
        known = name in ("bucket", "key", "content-type") or name.startswith("x-amz-")
        if not known and test != "content-length-range":
            return f" : une condition porte sur « {name} », que le formulaire n'a pas"
    return ""


def _triples(policy: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Renvoie les conditions d'une politique : la sorte, le champ en minuscules, la valeur."""
    found = []
    conditions = policy.get("conditions")
    for each in conditions if isinstance(conditions, list) else ():
        if isinstance(each, dict):
            found += [("eq", str(name).lower(), value) for name, value in each.items()]
        elif isinstance(each, list) and len(each) == 3:
            found.append((str(each[0]), str(each[1]).lower().removeprefix("$"), each[2]))
    return found


def _conditions(policy: dict[str, Any]) -> str:
    """Renvoie les conditions d'une politique, sans celles de la signature."""
    conditions = policy.get("conditions")
    shown = [json.dumps(each, ensure_ascii=False) for each in conditions or () if conditions]
    return ", ".join(text for text in shown if "x-amz-" not in text.lower()) or "aucune"


EXERCISES = (
    Exercise(
        "form",
        "Un formulaire qui sait refuser",
        points=3,
        hints=(
            "PostPolicy(bucket_name=…, expiration=…) reçoit trois conditions.",
            "Deux conditions starts-with : une sur « key », l'autre sur « Content-Type ».",
            "La taille : add_content_length_range_condition(lower_limit=…, upper_limit=…), "
            "en octets ; 1 Mio vaut 1024 × 1024 octets.",
        ),
        verify=_verify_form,
        prepare=_prepare_form,
        answers=True,
        traps={
            "un envoi d'essai pour une équipe au nom voisin": lambda context: any(
                trial.rule == "préfixe" and trial.key.startswith(prefix_of(context).rstrip("/"))
                for trial in trials_of(context)
            ),
            "un envoi d'essai sous le préfixe de la leçon": lambda context: any(
                trial.rule == "préfixe" and trial.key.startswith("photos/")
                for trial in trials_of(context)
            ),
        },
    ),
)
