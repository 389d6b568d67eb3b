"""Exercice 4, étapes identité et cloisons : qui demande, et ce qu'il ne peut atteindre."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import quote

from kit_minio.checks.exchanges import Reply, Silent
from kit_minio.checks.lesson_20_documents.documents import BUCKET, Document, deposit
from kit_minio.checks.lesson_20_documents.people import (
    as_user,
    decoys,
    disguise,
    expect_strangers_refused,
    home,
    people,
)
from kit_minio.checks.lesson_20_documents.retention import retention_of
from kit_minio.checks.model import Context, Review
from kit_minio.checks.routes import ask, call, exists, reading

_NOBODY = "0" * 32
# La route telle que l'énoncé l'écrit, puis une demande qui l'atteint.
_ROUTES = {
    "GET /documents": "/documents",
    "GET /documents/{id}": f"/documents/{_NOBODY}",
    "POST /documents": "/documents",
    "POST /documents/{id}/link": f"/documents/{_NOBODY}/link?hours=1",
    "POST /backup": "/backup",
    "PUT /retention": "/retention?days=30",
}
_READABLE = ("GET /documents", "GET /documents/{id}")
_FILES = {"file": ("a.txt", b"a", "text/plain")}
_DATA = {"title": "a", "kind": "devis"}


def identity(context: Context) -> None:
    """S'assure que chaque route qui est là connaît les jetons, et n'écoute personne d'autre."""
    routes = {route: path for route, path in _ROUTES.items() if exists(context, route)}
    if not routes:
        raise Review("L'application n'a encore aucune des routes qui demandent un jeton.")
    known = next((route for route in _READABLE if route in routes), "")
    for user in people(context) if known else ():
        reply = ask(context, "GET", routes[known], headers=as_user(context, user))
        if reply.status in (401, 403, 422) or (reply.exception and known == _READABLE[0]):
            raise Review(
                f"{known} : le jeton de « {user} » est connu, et l'API ne le reconnaît pas ; "
                f"{reading(reply, 'GET', '200')}.",
                found=reply.said,
                expected="200",
            )
    for route, path in routes.items():
        form = {"files": _FILES, "data": _DATA} if route == "POST /documents" else {}
        expect_strangers_refused(context, route.partition(" ")[0], path, **form)


# --- Cloisons -----------------------------------------------------------------------------------


_REFUSALS = {
    401: "est refusé par 401, comme si l'on ne savait pas qui demande : répondez 404",
    403: "est refusé par 403, ce qui dit déjà qu'il existe : répondez 404",
    500: "fait échouer la route, au lieu d'être refusé",
}


def isolation(context: Context) -> None:
    """Demande au nom de l'un ce qui est à l'autre, ou ce qui n'est à personne."""
    user, neighbour = people(context)
    mine = deposit(context, user)
    other = _foreign(context, neighbour, mine)
    before = _state(context)
    for name in _hostile(mine, other, neighbour):
        for method, end in (("GET", ""), ("POST", "/link?hours=1")):
            path = f"/documents/{quote(name, safe='')}{end}"
            reply = ask(context, method, path, headers=as_user(context, user))
            if reply.status not in (404, 422):
                fact = _REFUSALS.get(reply.status, "n'est pas refusé")
                raise Review(
                    f"Un identifiant qui n'est pas celui d'un de ses documents {fact}.",
                    found=f"{method} {path[:100]} : {_brief(reply)}",
                    expected="404",
                )
    if _state(context) != before:
        raise Review("Des demandes refusées ont changé le contenu du bucket.")
    call(context, "GET", f"/documents/{mine.id}", 200, headers=as_user(context, user))
    _expect_no_disguise(context, user, other)


def _foreign(context: Context, neighbour: str, mine: Document) -> Document:
    """Renvoie un document du voisin, dont l'identifiant n'est pas aussi celui d'un des miens."""
    others = [deposit(context, neighbour) for _ in range(2)]
    known = context.keys(BUCKET)
    for other in others:
        if f"{home(mine.user)}{other.id}" not in known:
            return other
    return others[-1]


def _hostile(mine: Document, other: Document, neighbour: str) -> list[str]:
    names = [other.id, f"../../{neighbour}/documents/{other.id}", "f" * 32]
    names += [f"../../../{home(neighbour)}{other.id}", f"./{mine.id}", ".."]
    names += [f"{mine.id}-absent", "*", "%", "a\0b", "é" * 10, "x" * 2000]
    return names


def _expect_no_disguise(context: Context, user: str, other: Document) -> None:
    """S'assure que se dire quelqu'un, dans l'adresse, un en-tête ou le formulaire, ne sert à rien.

    Refuser une telle demande est permis ; y croire ne l'est pas.
    """
    name, honest = other.user, as_user(context, user)
    lie = disguise(context, user, name)
    for path in ("/documents", f"/documents/{other.id}"):
        plain = ask(context, "GET", path, headers=honest)
        found = ask(context, "GET", path, **lie)
        if found.status == 200 and other.id.encode() in found.body.replace(plain.body, b""):
            raise _believed("GET /documents", user, name)
    before = set(context.keys(BUCKET))
    ask(context, "POST", "/documents", files=_FILES, data=_DATA | decoys(name), **lie)
    if _homes(set(context.keys(BUCKET)) - before, name):
        raise _believed("POST /documents", user, name)
    with suppress(Silent):  # son étape le dira
        _expect_no_disguise_in_upkeep(context, user, name, lie)


def _expect_no_disguise_in_upkeep(
    context: Context, user: str, name: str, lie: dict[str, dict[str, str]]
) -> None:
    if exists(context, "PUT /retention"):
        wishes = retention_of(context, BUCKET)
        ask(context, "PUT", "/retention", **(lie | {"params": decoys(name) | {"days": "77"}}))
        if retention_of(context, BUCKET).get(home(name)) != wishes.get(home(name)):
            raise _believed("PUT /retention", user, name)
    if exists(context, "POST /backup"):
        ask(context, "POST", "/backup", headers=as_user(context, user))
        copies = set(context.keys("sauvegardes"))
        ask(context, "POST", "/backup", **lie)
        if _homes(set(context.keys("sauvegardes")) - copies, name):
            raise _believed("POST /backup", user, name)


def _homes(keys: Iterable[str], user: str) -> list[str]:
    """Renvoie les clés qui sont chez cet utilisateur."""
    return [key for key in keys if key.startswith(home(user))]


def _believed(route: str, user: str, name: str) -> Review:
    return Review(
        f"{route}, avec le jeton de « {user} » et un champ qui nomme « {name} » : l'API croit ce "
        "champ. L'identité vient du jeton, et de lui seul.",
        found=f"une réponse au nom de « {name} »",
        expected=f"une réponse au nom de « {user} », ou un refus",
    )


def _brief(reply: Reply) -> str:
    if reply.status == 200:
        return "200, le document d'autrui"
    return f"{reply.status}, {reading(reply)}" if reply.exception else str(reply.status)


def _state(context: Context) -> list[tuple[str, str | None]]:
    found = context.client.list_objects(bucket_name=context.bucket(BUCKET), recursive=True)
    return sorted((item.object_name or "", item.etag) for item in found)
