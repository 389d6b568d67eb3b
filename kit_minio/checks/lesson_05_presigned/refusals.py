"""Comprendre un refus : six URL refusées, six causes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from minio import Minio

from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.store_requests import public_host, store_of

CAUSES = {  # pour chaque cause, comment la prouver
    "expirée": "lisez le message de la réponse",
    "objet absent": "lisez le code de la réponse",
    "clé modifiée": "essayez, à la place de la clé, chacune des autres clés du bucket",
    "méthode": "un HEAD passe là où un GET est refusé",
    "hôte": "comparez l'hôte de l'URL à celui de server.endpoint",
    "clé d'accès": "lisez le code de la réponse",
}
_OBJECTS = ("horaires.txt", "menu.txt", "plan.txt", "tarifs.txt")


def refusals_of(context: Context) -> dict[str, str]:
    """Renvoie six lettres et, pour chacune, la cause du refus de son URL."""
    rng = context.random()
    return dict(zip("ABCDEF", rng.sample(list(CAUSES), 6), strict=True))


def _broken_url(context: Context, cause: str, rng: random.Random) -> str:
    """Renvoie une URL que le serveur refuse à un ``GET``, pour cette seule cause."""
    wanted, other = rng.sample(_OBJECTS, 2)
    request: dict[str, Any] = {
        "method": "HEAD" if cause == "méthode" else "GET",
        "bucket_name": context.bucket("refus"),
        "object_name": f"brouillon-{wanted}" if cause == "objet absent" else wanted,
        "expires": timedelta(days=7),
    }
    client = context.client
    store = store_of(context)
    if cause == "expirée":
        request |= {
            "expires": timedelta(hours=rng.randint(1, 4)),
            "request_date": datetime.now(UTC) - timedelta(hours=rng.randint(5, 20)),
        }
    elif cause == "clé d'accès":
        client = Minio(
            endpoint=store.netloc,
            access_key=f"stagiaire-{rng.randint(10, 99)}",
            secret_key="cle-retiree",  # noqa: S106 - le serveur ne la connaît pas
            secure=store.scheme == "https",
            region="us-east-1",
        )
    url = client.get_presigned_url(**request)
    if cause == "clé modifiée":
        url = url.replace(f"/{wanted}?", f"/{other}?")
    elif cause == "hôte":
        elsewhere = public_host(context)
        if elsewhere == store.netloc:
            elsewhere = f"cache.{store.netloc}"
        url = url.replace(f"//{store.netloc}/", f"//{elsewhere}/")
    return url


def _prepare_refusals(context: Context) -> None:
    fill(context, "refus", {name: f"Voici : {name}".encode() for name in _OBJECTS}, "text/plain")
    rng, causes = context.random(), refusals_of(context)
    urls = {letter: _broken_url(context, cause, rng) for letter, cause in causes.items()}
    put_json(context, "refus", "urls.json", urls)


def _verify_refusals(context: Context) -> None:
    expect_judgements(context, refusals_of(context), CAUSES, each=0.5, advice=CAUSES)


EXERCISES = (
    Exercise(
        "refusals",
        "Six refus, six causes",
        points=3,
        hints=(
            "Commencez par faire chaque GET : le statut et le code de la réponse désignent "
            "déjà certaines causes.",
            "SignatureDoesNotMatch a plusieurs causes possibles. Changez une seule chose dans "
            "la requête : si le serveur l'accepte, vous avez trouvé la cause.",
            "Essayez HEAD au lieu de GET ; puis l'hôte de votre client à la place de celui de "
            "l'URL ; puis chacune des clés du bucket.",
        ),
        verify=_verify_refusals,
        prepare=_prepare_refusals,
        answers=True,
        by_hand=True,
        traps={
            "chaque cause sert une fois": lambda context: (
                sorted(refusals_of(context).values()) == sorted(CAUSES)
            )
        },
    ),
)
