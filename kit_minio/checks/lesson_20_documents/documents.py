"""Exercice 4, étapes dépôt, lecture et lien : un document, de son dépôt à son prêt."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

from helpers.french import count_of
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.exchanges import Reply, s3_code, shown
from kit_minio.checks.expectations import expect_object
from kit_minio.checks.lesson_20_documents.backup import KINDS, TITLES
from kit_minio.checks.lesson_20_documents.people import as_user, home, people
from kit_minio.checks.model import Context, Review
from kit_minio.checks.routes import ask, call, done, expect_status, expect_values, fields, reading
from kit_minio.checks.signed_urls import use
from kit_minio.checks.steps import in_steps

BUCKET = "documents"
_LONGEST = 150  # caractères d'un titre
# Un serveur au moins refuserait ces natures.
_STRANGE_KINDS = ("été", "a&b", "a;b", "", "x" * 41)
_PLAIN_KINDS = ("x" * 40, "note de frais_2-b")


@dataclass(frozen=True)
class Document:
    """Un document que la vérification a déposé par l'API."""

    id: str
    user: str
    data: bytes
    mime: str
    title: str
    kind: str

    @property
    def key(self) -> str:
        """Sa clé."""
        return f"{home(self.user)}{self.id}"


def deposit(context: Context, user: str) -> Document:
    """Dépose un document par l'API, au nom de cet utilisateur, et le trouve dans le store.

    Ce que la réponse a d'inexact est l'affaire de l'étape « dépôt », et d'elle seule.
    """
    return _deposit(context, user)[0]


def post(context: Context, user: str, **form: str) -> Reply:
    """Dépose une note par l'API, et renvoie la réponse."""
    return ask(
        context,
        "POST",
        "/documents",
        headers=as_user(context, user),
        files={"file": ("note.txt", b"a", "text/plain")},
        data={"title": "Note", "kind": "devis"} | form,
    )


def _deposit(context: Context, user: str, data: bytes | None = None) -> tuple[Document, Reply]:
    # Un retour les cite : ils viennent de la graine, et du nombre de documents déjà là.
    before = set(context.keys(BUCKET))
    rng = context.random()
    for _ in before:
        rng.random()
    title, kind = rng.choice(TITLES), rng.choice(KINDS)
    mime, data = "application/pdf", data or secrets.token_bytes(2000)
    reply = done(
        context,
        "POST",
        "/documents",
        headers=as_user(context, user),
        files={"file": ("note.pdf", data, mime)},
        data={"title": title, "kind": kind},
    )
    new = sorted(set(context.keys(BUCKET)) - before)
    told = _field(reply, "id")
    own = [key.removeprefix(home(user)) for key in new if key.startswith(home(user))]
    if told not in own and len(own) == 1:
        told = own[0]
    if not new and f"{home(user)}{told}" in before:
        raise Review(
            "Deux dépôts ont reçu le même identifiant : le second a remplacé le premier.",
            found=told,
        )
    if told not in own:
        raise Review(
            "L'API a répondu, mais aucun nouveau document n'est à sa place sur le serveur S3.",
            found=shown_list(new) or "aucun objet de plus",
            expected=f"{home(user)}<identifiant>",
        )
    return Document(told, user, data, mime, title, kind), reply


def _field(reply: Reply, name: str) -> str:
    try:
        return str(reply.json()[name])
    except (Review, LookupError, TypeError):
        return ""


# --- Dépôt --------------------------------------------------------------------------------------


def depositing(context: Context) -> None:
    """Dépose deux documents, du même fichier : ce qui est rangé, ce qui est répondu et refusé."""
    user, _ = people(context)
    sent = [_deposit(context, user)]
    sent.append(_deposit(context, user, sent[0][0].data))
    in_steps(
        (1, partial(_expect_stored, context, sent)),
        (1, partial(_expect_answers, context, user, sent)),
    )


def _expect_stored(context: Context, sent: list[tuple[Document, Reply]]) -> None:
    for document, _ in sent:
        expect_object(
            context,
            BUCKET,
            document.key,
            data=document.data,
            content_type=document.mime,
            metadata={"titre": document.title},
            tags={"nature": document.kind},
        )


def _expect_answers(context: Context, user: str, sent: list[tuple[Document, Reply]]) -> None:
    for document, reply in sent:
        expect_status(reply, "POST", "/documents", 201)
        expect_values(reply.json(), id=document.id, size=len(document.data))
    for kind in _STRANGE_KINDS:
        _expect_422(post(context, user, kind=kind), "kind", kind)
    _expect_422(post(context, user, title="é" * (_LONGEST + 1)), "title", "é" * (_LONGEST + 1))
    for name, value in (("title", "é" * _LONGEST), *(("kind", kind) for kind in _PLAIN_KINDS)):
        reply = post(context, user, **{name: value})
        if reply.status != 201:
            raise Review(
                f"Un dépôt dans les bornes de l'énoncé est refusé : {reading(reply, 'POST', '201')}"
                ".",
                found=_told(name, value),
                expected="201",
            )


def _expect_422(reply: Reply, name: str, value: str) -> None:
    if reply.status != 422:
        what = {"kind": "Un dépôt d'une nature hors des bornes", "title": "Un titre trop long"}
        raise Review(
            f"{what[name]} doit être refusé : {reading(reply, 'POST', '422')}.",
            found=_told(name, value),
            expected="422",
        )


def _told(name: str, value: str) -> str:
    return f"{name} = « {value[:20]} » ({count_of(len(value), 'caractère', 'caractères')})"


# --- Lecture ------------------------------------------------------------------------------------


def listing(context: Context) -> None:
    """Demande la liste de chacun, puis la description d'un document de chacun."""
    users = people(context)
    documents = [deposit(context, user) for user in users]
    for user in users:
        _expect_list(context, user)
    for document in documents:
        path = f"/documents/{document.id}"
        found = call(context, "GET", path, 200, headers=as_user(context, document.user))
        expect_values(
            found,
            id=document.id,
            size=len(document.data),
            title=document.title,
            kind=document.kind,
        )


def _expect_list(context: Context, user: str) -> None:
    bucket, prefix = context.bucket(BUCKET), home(user)
    found = context.client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)
    truth = {(item.object_name or "").removeprefix(prefix): item.size for item in found}
    items = call(context, "GET", "/documents", 200, headers=as_user(context, user))
    if not isinstance(items, list):
        raise Review("GET /documents : la réponse n'est pas une liste JSON.", found=shown(items))
    listed: dict[str, Any] = {}
    for item in items:
        key, size = fields(item, id=str, size=int)
        listed[key] = size
    if set(listed) - set(truth):
        raise Review(
            f"GET /documents : la liste de « {user} » contient autre chose que ses documents.",
            found=shown_list(sorted(set(listed) - set(truth))),
            expected=shown_list(sorted(truth)),
        )
    if listed != truth or len(items) != len(truth):
        raise Review(
            f"GET /documents : la liste de « {user} » n'est pas celle de ses documents.",
            found=shown(items),
            expected=shown([{"id": key, "size": size} for key, size in truth.items()]),
        )


# --- Lien ---------------------------------------------------------------------------------------


def lending(context: Context) -> None:
    """Demande des liens de plusieurs durées, permises ou non."""
    user, _ = people(context)
    document = deposit(context, user)
    headers = as_user(context, user)
    for hours in (1, 24, 168):
        path = f"/documents/{document.id}/link?hours={hours}"
        (url,) = fields(call(context, "POST", path, 200, headers=headers), url=str)
        answer = use(context, "GET", url, expires=hours * 3600)
        if answer.status != 200 or answer.body != document.data:
            raise Review(
                "L'URL donnée ne mène pas au document.", found=s3_code(answer), expected="200"
            )
    for hours in (0, -1, 169):
        path = f"/documents/{document.id}/link?hours={hours}"
        reply = ask(context, "POST", path, headers=headers)
        if reply.status != 422:
            raise Review(
                "Une durée hors de l'intervalle demandé n'est pas refusée : "
                f"{reading(reply, 'POST', '422')}.",
                found=f"hours={hours} : {reply.said}",
                expected="422",
            )
