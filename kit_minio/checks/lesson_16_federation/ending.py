"""La fin d'une session : prise à un vrai serveur, employée, puis refusée."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from minio.error import S3Error

from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_json
from kit_minio.checks.steps import in_steps
from kit_minio.checks.trials import (
    Trial,
    answer_to,
    claims_of,
    keys_client,
    read_document,
    server_of,
)

_BUCKET, _KEY, _PROOF = "mesures", "jeton.json", "preuve.txt"
_FIELDS = ("AccessKeyId", "SecretAccessKey", "SessionToken")
_LONGEST = 60  # secondes que vit une session « courte »
_CODES = ("InvalidAccessKeyId", "ExpiredToken")


def _person(context: Context) -> str:
    return context.random().choice(("alice", "bachir", "chloe", "dilan", "elena", "farid"))


def _prepare(context: Context) -> None:
    person = _person(context)
    context.make_bucket(_BUCKET)
    context.put(_BUCKET, f"{person}/mars.csv", b"12;13", content_type="text/csv")
    context.make_bucket("jetons")
    put_json(context, "jetons", "consigne.json", {"user": person})


def _verify(context: Context) -> None:
    found = read_document(context, "jetons", _KEY, _FIELDS)
    if found["AccessKeyId"] == server_of(context.client).access_key:
        raise Review("Ces clés sont celles de l'administrateur, et non celles d'une session.")
    claims = claims_of(found["SessionToken"])
    left = claims["exp"] - time.time()
    if left > 0:
        raise Review(
            f"Cette session vaut encore {max(1, round(left))} s : attendez sa fin dans votre "
            "cellule, puis essayez de nouveau de lire.",
            expected=f"une session de {_LONGEST} s au plus, expirée",
        )
    _expect_own(context, claims, found["AccessKeyId"])
    guest = keys_client(context, *(found[name] for name in _FIELDS))
    trial = Trial("read", f"{_person(context)}/mars.csv")
    if not answer_to(context, guest, _BUCKET, trial):
        raise Review("Le serveur accepte encore cette session.")
    in_steps((2, lambda: _expect_proof(context, claims)), (1, lambda: _expect_code(context)))


def _expect_own(context: Context, claims: dict[str, Any], access_key: str) -> None:
    """Vérifie que le jeton est celui de la personne, et qu'il va avec la clé d'accès."""
    name = claims.get("req_ctx", claims).get("preferred_username")
    if name != _person(context):
        raise Review(
            "Cette session n'est pas celle de la personne que nomme la consigne.",
            found=name,
            expected=_person(context),
        )
    named = claims.get("accessKey")  # MinIO l'écrit dans le jeton ; SeaweedFS l'en tire
    if named is None:
        digest = hashlib.sha256(f"access-key:{claims.get('sid')}".encode()).hexdigest()
        named = f"ASIA{digest[:16]}"
    if access_key != named:
        raise Review("AccessKeyId et SessionToken ne sont pas de la même session.")


def _expect_proof(context: Context, claims: dict[str, Any]) -> None:
    """Vérifie que la session a servi : son objet est né pendant qu'elle valait."""
    key = f"{_person(context)}/{_PROOF}"
    try:
        found = context.client.stat_object(
            bucket_name=context.bucket(_BUCKET), object_name=key
        ).last_modified
    except S3Error as error:
        if error.code != "NoSuchKey":
            raise
        raise Todo(f"L'objet « {key} » n'est pas dans tp.bucket({_BUCKET!r}).") from None
    assert found is not None  # noqa: S101 - un objet a toujours une date
    born, end = found.timestamp(), claims["exp"]
    if born > end + 1:
        raise Review(f"L'objet « {key} » a été déposé après la fin de cette session, sans elle.")
    if born < float(claims["iat"]) - 1:
        raise Review(f"L'objet « {key} » a été déposé avant cette session, sans elle.")
    if end - born > _LONGEST:
        raise Review(
            f"L'objet « {key} » a été déposé plus d'une minute avant la fin de cette session."
        )


def _expect_code(context: Context) -> None:
    """Vérifie le code du refus que l'étudiant a vu."""
    answer = context.answer
    if not isinstance(answer, str):
        raise Review("refusal doit être un texte, le code de l'erreur.", found=answer)
    if answer == "AccessDenied":
        raise Review(
            "AccessDenied est ce que minio-py dit d'une réponse sans corps, comme celle de "
            "stat_object : lisez avec get_object, dont le refus nomme la cause.",
            found=answer,
        )
    if answer not in _CODES:
        raise Review("refusal n'est pas le code de ce refus.", found=answer)


EXERCISES = (
    Exercise(
        "ending",
        "Une session qui expire",
        points=3,
        hints=(
            "call_sts, avec signed=False et Action='AssumeRoleWithWebIdentity', échange un jeton "
            "d'identité contre une session ; ne donnez pas DurationSeconds.",
            "Déposez aussitôt l'objet avec la session, puis appelez time.sleep(6) et lisez avec "
            "get_object : S3Error a un attribut code.",
            "field(answer, 'SessionToken') lit un champ de la réponse ; Minio(endpoint=…, "
            "access_key=…, secret_key=…, session_token=…, secure=False, region='us-east-1') "
            "fait le client de la session.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        own_server="federated",
    ),
)
