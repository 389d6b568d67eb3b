"""Une utilisatrice, créée sur un serveur que l'étudiant administre, et ce qu'elle ne peut pas."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from minio import Minio

from helpers.errors import ServerError
from helpers.topics.iam import field
from helpers.topics.policies import as_list
from helpers.topics.tenants import IamUsers, MinioUsers, users_of
from kit_minio.checks.comparison import gap
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.policy_engine import read_and_write
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.steps import in_steps
from kit_minio.checks.trials import (
    Trial,
    as_told,
    expect_known,
    expect_policy,
    expect_rights,
    keys_client,
    read_document,
    server_of,
)

_NAMES = ("lise", "noor", "ines", "anouk")
_BUCKET = "promotion"


@dataclass(frozen=True)
class _Order:
    """Ce qui est demandé : qui, ce qu'elle lit, où elle dépose, et les essais qu'elle fera."""

    user: str
    read: str
    write: str
    trials: dict[Trial, bool]
    letters: dict[str, Trial]


def _order(context: Context) -> _Order:
    rng = context.random()
    user, subject = rng.choice(_NAMES), rng.choice(("algebre", "chimie", "optique", "reseaux"))
    read, write = f"{subject}/supports/", f"{subject}/rendus/{user}/"
    near, beside = f"{read.rstrip('/')}-prives/", f"{write.rstrip('/')}-2/"
    trials = {
        Trial("read", f"{read}cours.txt"): True,
        Trial("write", write): True,
        Trial("read", f"{near}examen.txt"): False,
        Trial("read", f"{write}note.txt"): False,
        Trial("read", f"{beside}devoir.txt"): False,
        Trial("write", beside): False,
        Trial("write", read): False,
        Trial("remove", write): False,
        Trial("list", write): False,
        Trial("list", ""): False,
        Trial("policy"): False,
        Trial("create"): False,
    }
    shown = [trial for trial in trials if trial.do in ("read", "write", "remove")]
    shown = rng.sample(shown, len(shown))
    return _Order(user, read, write, trials, dict(zip("ABCDEFGH", shown, strict=True)))


def _prepare(context: Context) -> None:
    order = _order(context)
    users = users_of(server_of(context.client))
    for name in _NAMES:
        _forget(users, name)
    objects = {trial.key: b"texte" for trial in order.trials if trial.do == "read"}
    fill(context, _BUCKET, objects, "text/plain")
    context.make_bucket("coffre")
    document = {"user": order.user, "read": order.read, "write": order.write}
    essays = {letter: as_told(trial) for letter, trial in order.letters.items()}
    put_json(context, "coffre", "consigne.json", document)
    put_json(context, "coffre", "essais.json", essays)


def _forget(users: MinioUsers | IamUsers, name: str) -> None:
    """Supprime un utilisateur d'une ouverture d'avant, et ses droits sous tout nom de politique."""
    if isinstance(users, IamUsers):
        # SeaweedFS les rendrait à un utilisateur du même nom.
        listed = users.ask("ListUserPolicies", name, absent="")
        for policy in re.findall("<member>(.*?)</member>", listed):
            users.ask("DeleteUserPolicy", name, absent="", PolicyName=policy)
    users.remove(name)


def _verify(context: Context) -> None:
    order = _order(context)
    keys = read_document(context, "coffre", f"{order.user}.json", ("access_key", "secret_key"))
    server = server_of(context.client)
    if keys["access_key"] == server.access_key:
        raise Review(
            "Les clés déposées sont celles de l'administrateur, et non d'une utilisatrice."
        )
    if not users_of(server).exists(order.user):
        raise Review(f"Ce serveur n'a pas d'utilisatrice « {order.user} ».")
    her = keys_client(context, keys["access_key"], keys["secret_key"])
    expect_known(context, her, _BUCKET, f"les clés de « {order.user} »")
    if _manages_users(context, keys):
        raise Review(f"« {order.user} » peut créer des utilisateurs.", expected="AccessDenied")
    who = f"« {order.user} »"
    in_steps(
        (2, lambda: _expect_rights(context, her, who)),
        (1, lambda: _expect_proof(context, order)),
    )


def _expect_rights(context: Context, her: Minio, who: str) -> None:
    order = _order(context)
    expect_rights(context, her, _BUCKET, order.trials, who)
    users, places = users_of(server_of(context.client)), (order.read, order.write)
    rules = _rules_of(users, order.user)
    if rules:  # sinon, un groupe les donne : les essais suffisent
        wanted = read_and_write(*places)
        expect_policy({"Statement": rules}, context.bucket(_BUCKET), wanted, places, who)


def _rules_of(users: MinioUsers | IamUsers, name: str) -> list[Any]:
    """Renvoie les règles des politiques d'un utilisateur."""
    if isinstance(users, IamUsers):
        listed = re.findall("<member>(.*?)</member>", users.ask("ListUserPolicies", name))
        texts = [
            unquote(field(users.ask("GetUserPolicy", name, PolicyName=one), "PolicyDocument"))
            for one in listed
        ]
    else:
        given = json.loads(users.call(users.admin.user_info, access_key=name)).get("policyName", "")
        texts = [
            users.call(users.admin.policy_info, policy_name=one) for one in given.split(",") if one
        ]
    documents = [json.loads(text) for text in texts]
    policies = [document.get("Policy", document) for document in documents]
    return [rule for policy in policies for rule in as_list(policy["Statement"])]


def _manages_users(context: Context, keys: dict[str, str]) -> bool:
    her = server_of(keys_client(context, keys["access_key"], keys["secret_key"]))
    try:
        users_of(her).exists("personne")
    except ServerError:
        return False
    return True


def _expect_proof(context: Context, order: _Order) -> None:
    """Vérifie ce que l'étudiant dit que le serveur a répondu à chaque essai."""
    answer = context.answer
    expected = {letter: order.trials[trial] for letter, trial in order.letters.items()}
    if fault := gap(dict.fromkeys(answer, True) if isinstance(answer, dict) else answer,
                    dict.fromkeys(expected, True)):  # fmt: skip
        raise Review(fault.message, found=fault.found, expected=fault.expected)
    if strange := [value for value in answer.values() if not isinstance(value, bool)]:
        raise Review(
            "Une des réponses n'est ni True ni False.", found=strange[0], expected="True ou False"
        )
    wrong = [letter for letter in expected if answer[letter] != expected[letter]]
    if wrong:
        right = len(expected) - len(wrong)
        raise Review(f"Le serveur ne répond pas ce que dit outcomes : {right} sur 8 sont justes.")


EXERCISES = (
    Exercise(
        "user",
        "Une utilisatrice, et ses limites",
        points=3,
        hints=(
            "La fonction tenant crée l'utilisatrice ; ses droits sont une politique sans "
            "Principal, de deux règles.",
            "Lire est s3:GetObject sur « bucket/préfixe* », déposer est s3:PutObject ; les "
            "préfixes de la consigne finissent par une barre.",
            "L'objet que renvoie tenant a un client : essayez-le dans un try, et gardez False "
            "si le serveur répond AccessDenied. Ses clés sont dans server.access_key et "
            "server.secret_key de cet objet.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        own_server="own",
        traps={
            "deux préfixes qui commencent de même": lambda context: any(
                trial.do == "read" and "-prives/" in trial.key for trial in _order(context).trials
            ),
        },
    ),
)
