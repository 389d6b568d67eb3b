"""Exercices 1 et 2 : déposer un fichier par l'API, ou demander une URL pour le déposer."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from minio.error import S3Error

from kit_minio.checks.comparison import shown_list
from kit_minio.checks.exchanges import Reply
from kit_minio.checks.expectations import expect_intact, expect_object, stat_of
from kit_minio.checks.model import Context, Review
from kit_minio.checks.novelty import expect_new_keys
from kit_minio.checks.routes import done, expect_status, fields, judging
from kit_minio.checks.signed_urls import expect_signed_each_time, refused, use
from kit_minio.checks.steps import keeping

EXPIRES = 600  # secondes, la durée des URL demandée par l'énoncé
_NAME = "rapport.pdf"
_AT_ONCE = 8  # dépôts simultanés
_URLS = 28  # demandes d'URL, au-delà de ce que l'on signerait d'avance


def expect_deposit(context: Context, name: str, key: str, data: bytes, mime: str | None) -> None:
    """S'assure qu'un objet est dans le bucket, avec ces octets et, s'il est donné, ce type.

    Raises:
        Review: il n'y est pas, ou pas tel qu'il a été envoyé.
    """
    expect_key(context, name, key)
    expect_object(context, name, key, data=data)
    with keeping(1):
        expect_object(context, name, key, content_type=mime)


def expect_key(context: Context, name: str, key: str) -> None:
    """S'assure que la clé donnée par l'API est celle d'un objet du bucket."""
    try:
        if stat_of(context, name, key) is not None:
            return
    except (S3Error, ValueError):
        pass  # pas même une clé
    raise Review(
        "L'API a répondu, mais aucun objet du bucket ne porte la clé qu'elle donne.",
        found=f"dans le bucket : {shown_list(context.keys(name)) or 'rien'}",
        expected=f"un objet de clé « {key} »",
    )


# --- 1. Déposer ---------------------------------------------------------------------------------


def prepare_upload(context: Context) -> None:
    """Crée le bucket où l'API dépose."""
    context.make_bucket("depots")


def verify_upload(context: Context) -> None:
    """Dépose deux fichiers du même nom, puis huit fois le même en même temps."""
    expect_intact(context, "depots", {})
    with judging(context, "POST /documents"):
        replies, keys = [], []
        for mime in ("application/pdf", "text/plain"):
            data = secrets.token_bytes(20_000)
            reply = _post(context, data, mime)
            (key,) = fields(reply.json(), key=str)
            expect_deposit(context, "depots", key, data, mime)
            with keeping(2):
                (size,) = fields(reply.json(), size=int)
                _expect_size(size, len(data))
            replies.append(reply)
            keys.append(key)
        with keeping(2):
            expect_status(replies[0], "POST", "/documents", 201)
            same = secrets.token_bytes(2_000)
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                sent = list(pool.map(lambda _: _post(context, same, "text/plain"), range(_AT_ONCE)))
            keys += [fields(reply.json(), key=str)[0] for reply in sent]
            expect_new_keys(keys)
            if _NAME in keys:
                raise Review(
                    f"Une clé est le nom du fichier, « {_NAME} » : deux dépôts qui arrivent "
                    "ensemble la trouvent libre, et le second remplace le premier.",
                    expected="une clé tirée au hasard, uuid4 par exemple",
                )


def _post(context: Context, data: bytes, mime: str) -> Reply:
    return done(context, "POST", "/documents", files={"file": (_NAME, data, mime)})


def _expect_size(size: Any, expected: int) -> None:
    if size != expected:
        raise Review(
            "L'objet est déposé, mais le champ « size » n'est pas sa taille.",
            found=size,
            expected=expected,
        )


# --- 2. Une URL pour déposer --------------------------------------------------------------------


def prepare_presigned_put(context: Context) -> None:
    """Crée le bucket où mènent les URL."""
    context.make_bucket("envois")


def verify_presigned_put(context: Context) -> None:
    """Dépose par deux URL, puis en demande d'autres."""
    expect_intact(context, "envois", {})
    with judging(context, "POST /upload-url"):
        keys, early = [], False
        mime: str | None
        for mime in ("image/png", "text/csv"):
            data = secrets.token_bytes(10_000)
            key, url = fields(_ticket(context).json(), key=str, url=str)
            early = early or key in context.keys("envois")
            reply = _put(context, url, data, mime)
            if reply.status == 403 and "X-Amz-Signature" not in url:
                mime = None  # la version 2 signe le type : il fallait n'en pas donner
                reply = _put(context, url, data, mime)
            if reply.status != 200:
                raise refused(context, "PUT", url, reply)
            expect_deposit(context, "envois", key, data, mime)
            keys.append(key)
        with keeping(2):
            expect_status(_ticket(context), "POST", "/upload-url", 200)
            keys += [fields(_ticket(context).json(), key=str)[0] for _ in range(_URLS)]
            expect_new_keys(keys)
            if early:
                raise Review(
                    "L'URL est bonne, mais l'API avait déjà déposé un objet sous cette clé : elle "
                    "n'a qu'à signer."
                )
            expect_signed_each_time(
                lambda: str(fields(_ticket(context).json(), url=str)[0]), expires=EXPIRES
            )


def _put(context: Context, url: str, data: bytes, mime: str | None) -> Reply:
    headers = {"Content-Type": mime} if mime else {}
    return use(context, "PUT", url, expires=EXPIRES, points=1, content=data, headers=headers)


def _ticket(context: Context) -> Reply:
    return done(context, "POST", "/upload-url")
