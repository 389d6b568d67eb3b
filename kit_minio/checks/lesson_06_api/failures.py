"""Exercice 6 : dire par un statut ce que S3 refuse, sans cacher les fautes du programme."""

from __future__ import annotations

import json
from functools import partial

from kit_minio.checks.exchanges import Reply, shown
from kit_minio.checks.expectations import expect_intact
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.routes import ask, is_default, reading
from kit_minio.checks.steps import in_steps

_OBJECT = ("note.txt", b"bonjour")


def prepare_errors(context: Context) -> None:
    """Crée un bucket qui contient un objet."""
    context.make_bucket("reserve")
    context.put("reserve", *_OBJECT, content_type="text/plain")


def _refusals(context: Context) -> list[tuple[str, str, int, str]]:
    """Renvoie des demandes que S3 refuse : la méthode, le chemin, le statut et le code."""
    full, absent = context.bucket("reserve"), context.bucket("absent")
    return [
        ("GET", f"/buckets/{full}/absent.txt", 404, "NoSuchKey"),
        ("GET", f"/buckets/{absent}", 404, "NoSuchBucket"),
        ("PUT", f"/buckets/{full}", 409, "BucketAlreadyOwnedByYou"),
        ("DELETE", f"/buckets/{full}", 409, "BucketNotEmpty"),
        ("GET", "/backup", 503, "ServiceUnavailable"),
        ("DELETE", f"/buckets/{absent}", 404, "NoSuchBucket"),
    ]


def verify_errors(context: Context) -> None:
    """Provoque chaque erreur, puis s'assure que le reste marche comme avant."""
    expect_intact(context, "reserve", dict([_OBJECT]))
    replies = [ask(context, method, path) for method, path, _, _ in _refusals(context)]
    unknown = [reply.exception.partition(" ")[0] for reply in replies]
    if set(unknown) == {"S3Error", "MaxRetryError"}:
        raise Todo("Aucune erreur du serveur S3 n'est encore traduite : toutes donnent 500.")
    conflict = [
        partial(_expect_refusal, context, rank, reply) for rank, reply in enumerate(replies)
    ]
    in_steps(
        (0.5, conflict[0]),
        (0.5, lambda: (conflict[1](), conflict[5]())),
        (0.5, conflict[2]),
        (0.5, conflict[3]),
        (1, conflict[4]),
        (1, partial(_expect_untouched, context)),
    )


def _expect_refusal(context: Context, rank: int, reply: Reply) -> None:
    method, path, status, code = _refusals(context)[rank]
    for name in ("reserve", "absent"):
        path = path.replace(context.bucket(name), f"…-{name}")
    if reply.status != status:
        why = reading(reply, method, str(status))
        if reply.exception.startswith("MaxRetryError"):
            why = "MaxRetryError, que lève urllib3 si le serveur S3 se tait, n'est pas traduite"
        elif "object is not callable" in reply.exception:
            why = "un gestionnaire d'exceptions doit renvoyer une réponse : JSONResponse(…)"
        raise Review(
            f"{method} {path}, erreur {code} : {why}.",
            found=reply.said,
            expected=f"{status} {shown({'error': code})}",
        )
    body = reply.json()
    if not isinstance(body, dict) or body.get("error") != code:
        gone = is_default(reply)
        raise Review(
            f"{method} {path} : cette route n'est plus dans l'application, qui a été recréée."
            if gone
            else f"{method} {path}, erreur {code} : le statut est le bon, mais pas le corps.",
            found=reply.said.partition(" ")[2],
            expected=shown({"error": code}),
        )


def _expect_untouched(context: Context) -> None:
    """S'assure que les mêmes adresses réussissent encore, et qu'une faute du programme se voit."""
    full, extra = context.bucket("reserve"), context.bucket("verification")
    key, data = _OBJECT
    if context.client.bucket_exists(bucket_name=extra):  # d'une vérification interrompue
        context.client.remove_bucket(bucket_name=extra)
    wanted = [
        ("GET", f"/buckets/{full}/{key}", 200, {"size": len(data)}),
        ("GET", f"/buckets/{full}", 200, {"objects": 1}),
        ("GET", "/backup?store=principal", 200, {"objects": 1}),
        ("PUT", f"/buckets/{extra}", 201, None),
        ("DELETE", f"/buckets/{extra}", 204, None),
    ]
    for method, path, status, body in wanted:
        reply = ask(context, method, path)
        if reply.status != status or (body is not None and _json(reply) != body):
            told = path.replace(full, "…-reserve").replace(extra, "…-verification")
            raise Review(
                f"{method} {told} réussissait, et ne répond plus comme avant : les routes et leurs "
                "réussites n'ont pas à changer.",
                found=reply.said,
                expected=f"{status} {shown(body) if body else ''}".strip(),
            )
    for path, error in (("/bug", "ZeroDivisionError"), ("/backup?store=inconnu", "KeyError")):
        bug = ask(context, "GET", path)
        if bug.status != 500:
            raise Review(
                f"GET {path} lève une {error}, qui ne vient pas du serveur S3 : la faire passer "
                "pour une erreur du serveur S3 la cacherait.",
                found=bug.said,
                expected="500",
            )


def _json(reply: Reply) -> object:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
