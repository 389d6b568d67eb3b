"""Exercice 1 : dire qui demande, d'après un jeton."""

from __future__ import annotations

from kit_minio.checks.lesson_20_documents.people import (
    as_user,
    bearer,
    disguise,
    expect_strangers_refused,
    people,
    prepare_tokens,
    token_key,
    tokens,
)
from kit_minio.checks.model import Context, Review
from kit_minio.checks.preparation import put_json
from kit_minio.checks.routes import ask, expect_status, expect_values, fields, judging
from kit_minio.checks.steps import keeping

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
            _expect_no_disguise(context, user, neighbour)
            _expect_read_each_time(context, user)


def _expect_known(context: Context, token: str, user: str, since: str = "est connu") -> None:
    reply = ask(context, "GET", "/me", headers=bearer(token))
    if reply.status == 401:
        raise Review(
            f"L'API ne reconnaît pas le jeton de « {user} », qui {since}. Il suit « Bearer », dans "
            "l'en-tête Authorization, et son empreinte SHA-256 nomme l'objet.",
            found=reply.said,
            expected="200",
        )
    expect_status(reply, "GET", "/me", 200)
    expect_values(reply.json(), user=user)


def _expect_no_disguise(context: Context, user: str, neighbour: str) -> None:
    """S'assure que se dire quelqu'un hors du jeton ne sert à rien ; le refuser est permis."""
    lie = disguise(context, user, neighbour)
    reply = ask(context, "GET", "/me", **(lie | {"headers": as_user(context, user)}))
    words = f"GET /me?user={neighbour}"
    if reply.status == 200 and fields(reply.json(), user=str) == [user]:
        reply, words = ask(context, "GET", "/me", **lie), f"GET /me et « X-User: {neighbour} »"
    if reply.status == 200 and fields(reply.json(), user=str) != [user]:
        raise Review(
            f"{words}, avec le jeton de « {user} » : l'API croit ce champ. L'identité vient du "
            "jeton, et de lui seul.",
            found=reply.said,
            expected=user,
        )


def _expect_read_each_time(context: Context, user: str) -> None:
    """S'assure qu'un jeton ajouté est connu aussitôt, et qu'un jeton retiré ne l'est plus."""
    token = f"{context.random().getrandbits(150):040x}"
    key = token_key(token)
    put_json(context, _BUCKET, key, {"user": user})
    try:
        _expect_known(context, token, user, "vient d'être ajouté au bucket")
    finally:
        context.client.remove_object(bucket_name=context.bucket(_BUCKET), object_name=key)
    reply = ask(context, "GET", "/me", headers=bearer(token))
    if reply.status != 401:
        raise Review(
            "Un jeton vient d'être retiré du bucket, et l'API le connaît encore : lisez les jetons "
            "à chaque requête.",
            found=reply.said,
            expected="401",
        )
