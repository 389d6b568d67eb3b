"""Prêter un jeton : demandé à un vrai serveur, pour un quart d'heure et le nécessaire."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from minio import Minio

from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.policy_engine import read_and_write
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.steps import in_steps
from kit_minio.checks.trials import (
    Trial,
    claims_of,
    expect_known,
    expect_policy,
    expect_rights,
    keys_client,
    read_document,
    server_of,
    session_policy,
)

_BUCKET, _KEY = "mesures", "jeton.json"
_FIELDS = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
_SECONDS = 900
_DRIFT = 2  # secondes entre la réponse de STS et ce qu'en dit le jeton


@dataclass(frozen=True)
class _Loan:
    """Ce qui est prêté : où le programme lit, où il dépose, et les essais qui le prouvent."""

    read: str
    write: str
    trials: dict[Trial, bool]


def _loan(context: Context) -> _Loan:
    rng = context.random()
    station, other = rng.sample(("brest", "cherbourg", "roscoff", "concarneau"), 2)
    year = rng.randint(2021, 2027)
    read, write = f"{station}/{year}/", f"{station}/moyennes/"
    trials = {
        Trial("read", f"{read}mars.csv"): True,
        Trial("write", write): True,
        Trial("read", f"{station}/{year}-brut/mars.csv"): False,
        Trial("read", f"{other}/{year}/mars.csv"): False,
        Trial("read", f"{write}mars.csv"): False,
        Trial("write", f"{station}/moyennes-publiees/"): False,
        Trial("write", read): False,
        Trial("remove", write): False,
        Trial("list", read): False,
        Trial("list", ""): False,
        Trial("policy"): False,
        Trial("create"): False,
    }
    return _Loan(read, write, trials)


def _prepare(context: Context) -> None:
    loan = _loan(context)
    objects = {trial.key: b"12;13" for trial in loan.trials if trial.do == "read"}
    fill(context, _BUCKET, objects, "text/csv")
    context.make_bucket("jetons")
    put_json(context, "jetons", "consigne.json", {"read": loan.read, "write": loan.write})


def _verify(context: Context) -> None:
    found = read_document(context, "jetons", _KEY, _FIELDS)
    if found["AccessKeyId"] == server_of(context.client).access_key:
        raise Review("Ces clés sont celles de l'administrateur, et non des clés temporaires.")
    guest = keys_client(context, *(found[name] for name in _FIELDS[:3]))
    claims = claims_of(found["SessionToken"])
    end = claims["exp"]
    if end <= time.time():
        raise Review(
            "Ce jeton a expiré, et le serveur le refuse : demandez-en un autre, puis vérifiez "
            "aussitôt."
        )
    expect_known(context, guest, _BUCKET, f"les trois valeurs de « {_KEY} »")
    in_steps(
        (2, lambda: _expect_rights(context, guest, claims)),
        (1, lambda: _expect_life(found["Expiration"], end)),
    )


def _expect_rights(context: Context, guest: Minio, claims: dict[str, Any]) -> None:
    loan, who = _loan(context), "Le porteur du jeton"
    expect_rights(context, guest, _BUCKET, loan.trials, who)
    if policy := session_policy(claims):
        places = (loan.read, loan.write)
        wanted = read_and_write(*places)
        expect_policy(policy, context.bucket(_BUCKET), wanted, places, who)


def _expect_life(told: str, end: float) -> None:
    left = end - time.time()
    if left > _SECONDS + _DRIFT:
        raise Review(
            f"Ce jeton vaut encore {left / 60:.0f} minutes.", expected="15 minutes au plus"
        )
    try:
        date = datetime.fromisoformat(told)
    except ValueError:
        raise Review(
            "Expiration n'est pas une date au format ISO.",
            found=told,
            expected="2027-01-31T09:30:00Z",
        ) from None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    if abs(date.timestamp() - end) > _DRIFT:
        raise Review("Expiration ne dit pas l'instant où ce jeton expire.", found=told)


EXERCISES = (
    Exercise(
        "lend",
        "Prêter un jeton",
        points=3,
        hints=(
            "call_sts envoie la requête AssumeRole : DurationSeconds en fixe la durée, Policy la "
            "politique de session, en JSON.",
            "Deux règles suffisent : s3:GetObject sous le premier préfixe, s3:PutObject sous le "
            "second.",
            "field(answer, 'AccessKeyId') lit un champ de la réponse de STS ; les trois autres se "
            "lisent de même.",
        ),
        verify=_verify,
        prepare=_prepare,
        own_server="own",
        traps={
            "deux préfixes qui commencent de même": lambda context: any(
                "-brut/" in trial.key for trial in _loan(context).trials
            ),
        },
    ),
)
