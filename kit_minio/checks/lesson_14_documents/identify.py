"""Exercice 1 : dire qui demande, d'après un jeton."""

from __future__ import annotations

from helpers.exercises.model import Context, Review
from kit_minio.checks.expectations import keeping
from kit_minio.checks.lesson_14_documents.people import (
    bearer,
    decoys,
    expect_strangers_refused,
    people,
    prepare_tokens,
    token_key,
    tokens,
)
from kit_minio.checks.preparation import put_json
from kit_minio.checks.routes import ask, expect_status, expect_values, judging

_BUCKET = "badges"


def prepare_identify(context: Context) -> None:
    """Dépose les jetons connus."""
    prepare_tokens(context, _BUCKET)


def verify_identify(context: Context) -> None:
    """Demande qui l'on est, avec un jeton connu, sans jeton, avec un jeton retiré."""
    with judging(context, "GET /me"):
        for user, token in tokens(context).items():
            _expect_known(context, token, user)
        with keeping(1):
            expect_strangers_refused(context, "GET", "/me")
            user, neighbour = people(context)
            found = ask(
                context, "GET", "/me", headers=_token_of(context, user), params=decoys(neighbour)
            )
            if found.status == 200:
                expect_values(found.json(), user=user)
            _expect_read_each_time(context, user)


def _token_of(context: Context, user: str) -> dict[str, str]:
    return bearer(tokens(context)[user])


def _expect_known(context: Context, token: str, user: str) -> None:
    reply = ask(context, "GET", "/me", headers=bearer(token))
    if reply.status == 401:
        raise Review(
            f"L'API ne reconnaît pas le jeton de {user}, qui est connu.",
            found=reply.said,
            expected="200",
        )
    expect_status(reply, "GET", "/me", 200)
    expect_values(reply.json(), user=user)


def _expect_read_each_time(context: Context, user: str) -> None:
    """S'assure qu'un jeton ajouté est connu aussitôt, et qu'un jeton retiré ne l'est plus."""
    token = f"{context.random().getrandbits(150):040x}"
    key = token_key(token)
    put_json(context, _BUCKET, key, {"user": user})
    try:
        _expect_known(context, token, user)
    finally:
        context.client.remove_object(bucket_name=context.bucket(_BUCKET), object_name=key)
    reply = ask(context, "GET", "/me", headers=bearer(token))
    if reply.status != 401:
        raise Review(
            "Un jeton vient d'être retiré du bucket, et l'API le connaît encore : ils se lisent à "
            "chaque demande.",
            found=reply.said,
            expected="401",
        )
