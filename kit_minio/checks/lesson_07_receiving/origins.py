"""Lire une règle CORS : six pages, et ce que leur navigateur fait de leur requête."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import put_json

CHOICES = {  # pour chaque jugement, comment le trouver
    "acceptée": "tout ce que la page demande est dans la règle",
    "origine": "comparez le schéma, l'hôte et le port ; le chemin de la page n'en fait pas partie",
    "méthode": "la méthode n'est pas dans AllowedMethods",
    "en-tête": "un en-tête de la requête n'est pas dans AllowedHeaders",
}
_HOSTS = ("depot.exemple.org", "photos.exemple.net", "www.port.bzh", "envoi.exemple.com")


def rule_of(context: Context) -> dict[str, list[str]]:
    """Renvoie la règle du bucket."""
    rng = context.random()
    first, second = rng.sample(_HOSTS, 2)
    return {
        "AllowedOrigins": [f"https://{first}", f"https://{second}:8443"],
        "AllowedMethods": rng.choice((["PUT"], ["PUT", "POST"], ["GET", "PUT"])),
        "AllowedHeaders": ["content-type", rng.choice(("x-amz-meta-auteur", "x-amz-meta-lieu"))],
    }


def pages_of(context: Context) -> dict[str, dict[str, Any]]:
    """Renvoie, sous les lettres A à F, la page et la requête qu'elle veut envoyer."""
    rule, rng = rule_of(context), context.random()
    first, second = rule["AllowedOrigins"]
    near = urlsplit(first).netloc
    sent = {"methode": "PUT", "en_tetes": ["Content-Type"]}
    pages = [
        {"page": f"{first}/{rng.choice(('envoyer', 'concours'))}/index.html"} | sent,
        {"page": f"{second}/"} | sent | {"en_tetes": rule["AllowedHeaders"][::-1]},
        {"page": f"http://{near}/effacer.html"} | sent | {"methode": "DELETE"},
        {"page": f"{first}:8443/"} | sent,
        {"page": f"{first}/effacer.html"} | sent | {"methode": "DELETE"},
        {"page": f"{first}/"} | sent | {"en_tetes": ["Content-Type", "X-Amz-Acl"]},
    ]
    rng.shuffle(pages)
    return dict(zip("ABCDEF", pages, strict=True))


def judgement(rule: dict[str, list[str]], page: dict[str, Any]) -> str:
    """Renvoie ce qu'il advient de la requête d'une page, d'après la règle."""
    parts = urlsplit(page["page"])
    if f"{parts.scheme}://{parts.netloc}" not in rule["AllowedOrigins"]:
        return "origine"
    if page["methode"] not in rule["AllowedMethods"]:
        return "méthode"
    if {name.lower() for name in page["en_tetes"]} - set(rule["AllowedHeaders"]):
        return "en-tête"
    return "acceptée"


def _judgements(context: Context) -> dict[str, str]:
    rule = rule_of(context)
    return {letter: judgement(rule, page) for letter, page in pages_of(context).items()}


def _prepare(context: Context) -> None:
    context.make_bucket("cors")
    put_json(context, "cors", "regle.json", rule_of(context))
    put_json(context, "cors", "pages.json", pages_of(context))


def _verify(context: Context) -> None:
    expect_judgements(context, _judgements(context), CHOICES, each=0.25, advice=CHOICES)


EXERCISES = (
    Exercise(
        "origins",
        "Six pages, une règle CORS",
        points=2,
        hints=(
            "Une origine est un schéma, un hôte et un port : https://a.fr et https://a.fr:8443 "
            "en sont deux.",
            "Comparez dans cet ordre : l'origine, la méthode, puis chaque en-tête.",
            "Le nom d'un en-tête HTTP ne dépend pas des majuscules ; le chemin de la page ne fait "
            "pas partie de son origine.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        by_hand=True,
        traps={
            "deux pages acceptées": lambda context: (
                list(_judgements(context).values()).count("acceptée") == 2
            ),
            "deux origines refusées": lambda context: (
                list(_judgements(context).values()).count("origine") == 2
            ),
            "une origine refusée commence comme celle de la règle": lambda context: any(
                page["page"].startswith(rule_of(context)["AllowedOrigins"][0])
                and judgement(rule_of(context), page) == "origine"
                for page in pages_of(context).values()
            ),
            "une page dont ni l'origine ni la méthode ne conviennent": lambda context: any(
                page["methode"] == "DELETE" and judgement(rule_of(context), page) == "origine"
                for page in pages_of(context).values()
            ),
            "une méthode et un en-tête de trop": lambda context: (
                {"méthode", "en-tête"} <= set(_judgements(context).values())
            ),
        },
    ),
)
