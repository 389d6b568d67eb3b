"""Signer pour quelqu'un d'autre : un lien à télécharger, un ordre de dépôt."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

from kit_minio.checks.answers import expect_same_text
from kit_minio.checks.comparison import kind, shown_list
from kit_minio.checks.expectations import destroyed
from kit_minio.checks.lesson_05_presigned.urls import Link, open_link
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.steps import keeping
from kit_minio.checks.store_requests import Answer, names_of, public_host, store_of

# --- 1. Partager --------------------------------------------------------------------------------

_PLACES = ("Été à Brest", "Forêt d'Huelgoat", "Île de Bréhat", "Côte d'Émeraude")


def request_of(context: Context) -> tuple[str, str]:
    """Renvoie la clé de l'objet à partager, puis le nom sous lequel il doit être enregistré."""
    rng = context.random()
    number = rng.randint(100, 999)
    return f"cours/{rng.getrandbits(32):08x}.pdf", f"{rng.choice(_PLACES)} n° {number}.pdf"


def _document(key: str) -> bytes:
    return f"%PDF-1.4\n% {key}\n%%EOF\n".encode()


def _prepare_share(context: Context) -> None:
    key, name = request_of(context)
    fill(context, "cours", {key: _document(key)}, "application/pdf")
    put_json(context, "cours", "demande.json", {"key": key, "name": name})


def _verify_share(context: Context) -> None:
    key, name = request_of(context)
    link = open_link(
        context,
        context.answer,
        hosts=names_of(context),
        bucket="cours",
        key=key,
        lifetime=timedelta(hours=1),
    )
    answer = link.use("GET")
    if answer.status == 404 or (answer.status == 200 and answer.body != _document(key)):
        raise destroyed(context, "L'objet lu n'est pas celui de l'énoncé.")
    if answer.status != 200:
        why = _why(link, "HEAD", "PUT")
        others = names_of(context) - {link.host}
        if not why and any(replace(link, host=host).signed_for("GET") for host in others):
            why = _REWRITTEN
        raise Review(f"Le serveur refuse de lire avec cette URL{why}.", found=str(answer))
    header = answer.headers.get("Content-Disposition", "")
    with keeping(1):
        if not header.lower().startswith("attachment"):
            raise Review(
                "Le lien est bon, mais rien ne dit au navigateur d'enregistrer le fichier.",
                found=f"Content-Disposition: {header}" if header else "pas de Content-Disposition",
                expected="attachment, et un nom",
            )
        encoded = re.search(r"filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)", header, flags=re.I)
        if not encoded or not header.isascii():
            raise Review(
                "Le nom n'arrive pas entier au navigateur. Écrivez un nom accentué "
                "filename*=UTF-8''…, encodé par quote().",
                found=header,
                expected=name,
            )
        expect_same_text(unquote(encoded[1]), name, "le nom d'enregistrement")


_REWRITTEN = " : l'URL a été signée pour une autre adresse, puis réécrite"


def _why(link: Link, *methods: str) -> str:
    """Dit pourquoi une URL est refusée : une autre de ces méthodes, ou une vieille signature."""
    signed = next((method for method in methods if link.signed_for(method)), None)
    if signed:
        return f" : l'URL est signée pour {signed}"
    if re.search(r"[?&]X-Amz-Signature=\w+&", link.resource):
        return " : un paramètre a été ajouté après la signature"
    if "AWSAccessKeyId=" in link.resource:
        return ' : l\'URL est signée en version 2, et non en version 4 (signature_version="s3v4")'
    return ""


# --- 2. Faire déposer ---------------------------------------------------------------------------

_TYPE = "image/jpeg"
_PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")  # le début d'un JPEG
_ENTRIES = ("method", "url", "headers")


def parcel_of(context: Context) -> str:
    """Renvoie la clé où le téléphone doit déposer sa photo."""
    rng = context.random()
    return f"livraisons/{rng.randint(1000, 9999)}/photo-{rng.getrandbits(24):06x}.jpg"


def _prepare_drop_off(context: Context) -> None:
    context.make_bucket("mobile")
    wish = {
        "key": parcel_of(context),
        "content_type": _TYPE,
        "address": public_host(context),
    }
    put_json(context, "mobile", "commande.json", wish)


def _verify_drop_off(context: Context) -> None:
    order = context.answer
    if not isinstance(order, dict):
        raise Review(f"L'ordre doit être un dictionnaire, pas {kind(order)}.", found=order)
    missing = [entry for entry in _ENTRIES if entry not in order]
    if missing:
        message = f"Il manque à l'ordre : {', '.join(missing)}."
        raise Review(message, found=shown_list(order), expected=", ".join(_ENTRIES))
    if str(order["method"]).strip().upper() != "PUT":
        message = "Cette méthode HTTP ne dépose pas un objet."
        raise Review(message, found=order["method"], expected="PUT")
    link = open_link(
        context,
        order["url"],
        hosts={public_host(context)},
        bucket="mobile",
        key=parcel_of(context),
        lifetime=timedelta(minutes=10),
    )
    with keeping(1):
        _expect_deposit(link, _headers(order["headers"]))


def _headers(headers: object) -> dict[str, str]:
    """Renvoie les en-têtes qu'enverra le téléphone, s'ils donnent le type de la photo."""
    if not isinstance(headers, dict):
        message = f"Les en-têtes doivent être un dictionnaire, pas {kind(headers)}."
        raise Review(message, found=headers, expected="Content-Type, et sa valeur")
    found = {str(name).strip().lower(): str(value).strip() for name, value in headers.items()}
    if "content-type" not in found:
        raise Review(
            "Le type de la photo n'est pas dans les en-têtes : le serveur ne le connaîtra pas.",
            found=shown_list(found) or "aucun en-tête",
            expected="Content-Type",
        )
    if found["content-type"].lower() != _TYPE:
        message = "Le type qui sera enregistré n'est pas celui de la commande."
        raise Review(message, found=found["content-type"], expected=_TYPE)
    if "authorization" in found:
        raise Review(
            "L'URL est déjà signée : le téléphone n'a aucune clé à envoyer dans Authorization.",
            expected="Content-Type, et sa valeur",
        )
    # Ceux-là dépendent de la requête : le téléphone les écrit lui-même.
    return {name: found[name] for name in found if name not in ("host", "content-length")}


def _expect_deposit(link: Link, headers: dict[str, str]) -> None:
    # Comme le ferait un proxy : on parle au serveur, l'hôte annoncé est l'adresse publique.
    answer = _deposit(link, headers)
    if not answer.accepted:
        why = _why(link, "GET", "HEAD")
        inner = replace(link, host=store_of(link.context).netloc)
        if not why and _deposit(inner, headers).accepted:
            why = _REWRITTEN
        message = f"Le serveur refuse le dépôt que fait le téléphone{why}."
        raise Review(message, found=str(answer), expected="200")


def _deposit(link: Link, headers: dict[str, str]) -> Answer:
    """Dépose une photo, puis la retire ; celle que l'étudiant aurait déposée là est gardée."""
    answer = link.use("PUT", data=_PICTURE, headers=headers | {"If-None-Match": "*"})
    if answer.status == 412:
        return replace(answer, status=200)
    if answer.accepted:
        bucket = link.context.bucket("mobile")
        link.context.client.remove_object(bucket_name=bucket, object_name=parcel_of(link.context))
    return answer


EXERCISES = (
    Exercise(
        "share",
        "Un lien à télécharger",
        points=2,
        hints=(
            "presigned_get_object() prend expires=timedelta(…) et response_headers={…}.",
            "L'en-tête à demander au serveur est response-content-disposition, et sa valeur "
            "commence par attachment.",
            "Écrivez un nom accentué filename*=UTF-8''…, où … est le nom passé par quote().",
        ),
        verify=_verify_share,
        prepare=_prepare_share,
        answers=True,
        traps={
            "le nom a des accents, ou d'autres lettres hors ASCII": lambda context: (
                not request_of(context)[1].isascii()
            ),
            "le nom a des espaces": lambda context: " " in request_of(context)[1],
        },
    ),
    Exercise(
        "drop_off",
        "Un dépôt depuis un téléphone",
        points=3,
        hints=(
            "L'hôte est signé : créez un client Minio qui a l'adresse publique.",
            "Ce client prend les clés de current_server(), l'endpoint de la commande, et une "
            "région.",
            "Le type enregistré est celui de l'en-tête Content-Type que le téléphone envoie ; "
            "il va donc dans headers, et non dans l'URL.",
        ),
        verify=_verify_drop_off,
        prepare=_prepare_drop_off,
        answers=True,
    ),
)
