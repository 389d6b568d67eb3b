"""Les exercices de la leçon 05 : partager, faire déposer, limiter, comprendre un refus.

Une vérification se sert de l'URL reçue, mais ne parle qu'au serveur S3 du contexte : l'adresse de
l'URL est comparée à la sienne, puis n'est plus lue.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

import requests
from minio import Minio
from requests.structures import CaseInsensitiveDict

from helpers.errors import ContentError
from helpers.exercises.model import Context, Exercise, Review, Series
from helpers.french import in_words
from helpers.topics.presigned import PresignedUrl, read_url

_MAX_URL = 8192  # caractères
_MAX_READ = 64 * 1024  # octets lus d'une réponse
_SECONDS = (3, 10)  # pour se connecter, pour attendre une réponse
_PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")  # le début d'un JPEG


# --- Se servir d'une URL ------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """La réponse du serveur : son statut, ses en-têtes, le début de son corps."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes

    @property
    def accepted(self) -> bool:
        """Vrai si la requête a été acceptée, redirection comprise."""
        return self.status < 400

    def __str__(self) -> str:
        code = re.search(rb"<Code>(\w+)</Code>", self.body)
        return f"{self.status} {code[1].decode()}" if code else str(self.status)


def _store(context: Context) -> SplitResult:
    """Renvoie l'adresse du serveur du contexte, telle que son client la signe."""
    url = context.client.presigned_get_object(bucket_name=context.space, object_name="adresse")
    return urlsplit(url)


def _public(context: Context) -> str:
    """Renvoie l'adresse d'où un client extérieur voit le serveur ; ici, l'autre nom de la machine.

    Un serveur existant n'en a qu'une.
    """
    return _store(context).netloc.replace("127.0.0.1", "localhost")


def _call(context: Context, method: str, resource: str, **options: Any) -> Answer:
    """Envoie une requête au serveur du contexte, et à lui seul, sans suivre de redirection.

    Args:
        context: le contexte de vérification.
        method: la méthode HTTP.
        resource: le chemin et les paramètres, déjà encodés.
        options: ce que ``requests`` accepte : ``headers``, ``data``, ``files``.
    """
    store = _store(context)
    with requests.Session() as session:
        session.trust_env = False  # ni mandataire ni identifiants de l'environnement
        session.verify = os.environ.get("SSL_CERT_FILE") or True
        with session.request(
            method,
            f"{store.scheme}://{store.netloc}{resource}",
            allow_redirects=False,
            timeout=_SECONDS,
            stream=True,
            **options,
        ) as answer:
            return Answer(answer.status_code, answer.headers, answer.raw.read(_MAX_READ))


def _read(answer: object, expected: str) -> PresignedUrl:
    """Lit l'URL d'une réponse, ou dit pourquoi elle ne se lit pas."""
    if not isinstance(answer, str) or len(answer) > _MAX_URL:
        raise Review(
            "La réponse attendue est une URL, en texte.",
            found=type(answer).__name__,
            expected=expected,
        )
    try:
        return read_url(answer)
    except ContentError as error:
        raise Review(error.fact, found=answer.partition("?")[0], expected=expected) from None


def _expect(url: PresignedUrl, *, address: str, path: str, lifetime: timedelta) -> None:
    """Compare ce que dit une URL à ce qui était demandé."""
    if url.address != address:
        raise Review(
            "L'adresse de cette URL n'est pas celle demandée.", found=url.address, expected=address
        )
    if url.path != path:
        raise Review("Cette URL désigne un autre objet.", found=url.path, expected=path)
    if url.lifetime != lifetime:
        raise Review(
            "La durée de cette URL n'est pas celle demandée.",
            found=in_words(url.lifetime),
            expected=in_words(lifetime),
        )
    if not url.time_left():
        raise Review("Cette URL a expiré depuis : réexécutez la cellule qui la signe.")


def _resource(url: PresignedUrl, given: str) -> str:
    """Renvoie le chemin et les paramètres d'une URL dont le reste est déjà vérifié."""
    return f"{quote(url.path)}?{urlsplit(given.strip()).query}"


# --- 1. Partager --------------------------------------------------------------------------------

_PLACES = ("Été à Brest", "Forêt d'Huelgoat", "Île de Bréhat", "Côte d'Émeraude")


def _request(context: Context) -> tuple[str, str]:
    """Renvoie la clé de l'objet à partager, puis le nom sous lequel il doit être enregistré."""
    rng = context.random()
    number = rng.randint(100, 999)
    return f"cours/{rng.getrandbits(32):08x}.pdf", f"{rng.choice(_PLACES)} n° {number}.pdf"


def _document(key: str) -> bytes:
    return f"%PDF-1.4\n% {key}\n%%EOF\n".encode()


def _prepare_share(context: Context) -> None:
    key, name = _request(context)
    context.make_bucket("cours")
    context.put("cours", key, _document(key), content_type="application/pdf")
    wish = json.dumps({"key": key, "name": name}, ensure_ascii=False).encode()
    context.put("cours", "demande.json", wish, content_type="application/json")


def _verify_share(context: Context) -> None:
    key, name = _request(context)
    store = _store(context)
    url = _read(context.answer, expected=f"une URL présignée de {key}")
    _expect(
        url,
        address=f"{store.scheme}://{store.netloc}",
        path=f"/{context.bucket('cours')}/{key}",
        lifetime=timedelta(hours=1),
    )
    answer = _call(context, "GET", _resource(url, context.answer))
    if answer.status != 200:
        raise Review("Le serveur refuse de lire avec cette URL.", found=str(answer), expected="200")
    if answer.body != _document(key):
        raise Review("L'objet lu n'est pas celui de l'énoncé : ouvrez de nouveau les exercices.")
    header = answer.headers.get("Content-Disposition", "")
    if not header.lower().startswith("attachment"):
        raise Review(
            "Le lien est bon, mais le navigateur ne saura pas qu'il doit enregistrer le fichier.",
            found=f"Content-Disposition: {header}" if header else "pas de Content-Disposition",
            expected="attachment, et un nom",
            points=1,
        )
    encoded = re.search(r"filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)", header, flags=re.I)
    found = unquote(encoded[1]) if encoded else ""
    if found != name:
        raise Review(
            "Le nom d'enregistrement n'arrive pas entier jusqu'au navigateur.",
            found=found or header,
            expected=name,
            points=1,
        )


# --- 2. Faire déposer ---------------------------------------------------------------------------

_TYPE = "image/jpeg"


def _parcel(context: Context) -> str:
    """Renvoie la clé où le téléphone doit déposer sa photo."""
    rng = context.random()
    return f"livraisons/{rng.randint(1000, 9999)}/photo-{rng.getrandbits(24):06x}.jpg"


def _prepare_drop_off(context: Context) -> None:
    context.make_bucket("mobile")
    wish = {"key": _parcel(context), "content_type": _TYPE, "address": _public(context)}
    context.put(
        "mobile", "commande.json", json.dumps(wish).encode(), content_type="application/json"
    )


def _verify_drop_off(context: Context) -> None:
    order = context.answer
    if not isinstance(order, dict) or set(order) != {"method", "url", "headers"}:
        raise Review(
            "L'ordre remis au téléphone doit avoir les trois entrées de l'énoncé.",
            found=", ".join(map(str, order)) if isinstance(order, dict) else type(order).__name__,
            expected="method, url, headers",
        )
    if order["method"] != "PUT":
        raise Review(
            "Cette méthode HTTP ne dépose pas un objet.", found=order["method"], expected="PUT"
        )
    key = _parcel(context)
    url = _read(order["url"], expected=f"une URL présignée de {key}")
    _expect(
        url,
        address=f"{_store(context).scheme}://{_public(context)}",
        path=f"/{context.bucket('mobile')}/{key}",
        lifetime=timedelta(minutes=10),
    )
    headers = order["headers"]
    if not isinstance(headers, dict) or [str(name).lower() for name in headers] != ["content-type"]:
        raise Review(
            "Le téléphone n'a besoin que d'un en-tête : celui qui donne le type de la photo.",
            found=", ".join(map(str, headers)) if headers else "aucun en-tête",
            expected="Content-Type",
            points=1,
        )
    if [*headers.values()] != [_TYPE]:
        raise Review(
            "Le type qui sera enregistré n'est pas celui d'une photo JPEG.",
            found=next(iter(headers.values())),
            expected=_TYPE,
            points=1,
        )
    # Comme le ferait un mandataire : on parle au serveur, l'hôte annoncé est l'adresse publique.
    # If-None-Match : une photo que l'élève aurait déposée là est laissée telle quelle.
    sent = {"Content-Type": _TYPE, "Host": _public(context), "If-None-Match": "*"}
    answer = _call(context, "PUT", _resource(url, order["url"]), data=_PICTURE, headers=sent)
    if answer.status == 200:
        context.client.remove_object(bucket_name=context.bucket("mobile"), object_name=key)
    elif answer.status != 412:
        raise Review(
            "Le serveur refuse le dépôt que fait le téléphone.",
            found=str(answer),
            expected="200",
            points=1,
        )


# --- 3. Limiter ---------------------------------------------------------------------------------

_LIMIT = 1024 * 1024  # octets
_FILLED = ("key", "content-type")  # les champs que remplit celui qui dépose


def _prefix(context: Context) -> str:
    return f"photos/equipe-{context.random().randint(10, 99)}/"


def _prepare_form(context: Context) -> None:
    context.make_bucket("concours")
    rules = json.dumps({"prefix": _prefix(context)}).encode()
    context.put("concours", "reglement.json", rules, content_type="application/json")


def _verify_form(context: Context) -> None:
    form = context.answer
    fields = form.get("fields") if isinstance(form, dict) else None
    if not isinstance(fields, dict) or set(form) != {"url", "fields"} or len(fields) > 30:
        raise Review(
            "Le formulaire doit avoir les deux entrées de l'énoncé.",
            found=", ".join(map(str, form)) if isinstance(form, dict) else type(form).__name__,
            expected="url, fields",
        )
    store, bucket = _store(context), context.bucket("concours")
    target = f"{store.scheme}://{store.netloc}/{bucket}"
    if str(form["url"]).rstrip("/") != target:
        raise Review(
            "L'adresse du formulaire n'est pas celle du bucket.", found=form["url"], expected=target
        )
    if not {"policy", "x-amz-signature"} <= {str(name).lower() for name in fields}:
        raise Review(
            "Ces champs ne viennent pas d'une politique signée.",
            found=", ".join(map(str, fields)),
            expected="ceux que renvoie presigned_post_policy()",
        )
    _try_form(context, {str(name): str(value) for name, value in fields.items()})


def _try_form(context: Context, fields: dict[str, str]) -> None:
    """Remplit le formulaire cinq fois : deux envois doivent passer, trois être refusés."""
    prefix = _prefix(context)
    token = uuid.uuid4().hex
    trials = (
        (f"{prefix}{token}-1.jpg", "image/jpeg", 1024, True, "une petite photo JPEG"),
        (f"{prefix}{token}-2.png", "image/png", _LIMIT, True, "une image PNG de 1 Mio juste"),
        (f"{prefix}{token}-3.jpg", "image/jpeg", _LIMIT + 1, False, "une photo de plus de 1 Mio"),
        (f"{prefix}{token}-4.pdf", "application/pdf", 1024, False, "un fichier PDF"),
        (f"ailleurs/{token}.jpg", "image/jpeg", 1024, False, "une photo hors du préfixe"),
    )
    wrong = []
    try:
        for key, kind, length, welcome, words in trials:
            answer = _submit(context, fields, key, kind, bytes(length))
            if answer.accepted != welcome:
                wrong.append((welcome, words, answer))
    finally:
        for key, *_ in trials:
            context.client.remove_object(bucket_name=context.bucket("concours"), object_name=key)
    for welcome, words, answer in wrong:
        if welcome:
            raise Review(
                f"Le formulaire refuse {words}, déposée sous {prefix}.",
                found=str(answer),
                expected="204",
                points=1 if words != trials[0][-1] else 0,
            )
    if wrong:
        raise Review(
            f"Le formulaire accepte {wrong[0][1]}.",
            found=str(wrong[0][2]),
            expected="un refus (400 ou 403)",
            points=3 - len(wrong),
        )


def _submit(
    context: Context, fields: dict[str, str], key: str, kind: str, content: bytes
) -> Answer:
    ours = {"key": key, "Content-Type": kind}
    # MinIO refuse un champ que la politique ne cite pas ; SeaweedFS l'accepte.
    if b"content-type" not in _policy(fields).lower():
        del ours["Content-Type"]
    form = {name: value for name, value in fields.items() if name.lower() not in _FILLED} | ours
    return _call(
        context, "POST", f"/{context.bucket('concours')}", data=form, files={"file": ("f", content)}
    )


def _policy(fields: dict[str, str]) -> bytes:
    """Renvoie la politique en clair, ou rien si elle ne se décode pas."""
    with suppress(ValueError):
        return base64.b64decode(fields.get("policy", ""))
    return b""


# --- 4. Comprendre un refus ---------------------------------------------------------------------

_CAUSES = ("expirée", "objet absent", "clé modifiée", "méthode", "hôte", "clé d'accès")
_OBJECTS = ("horaires.txt", "menu.txt", "plan.txt", "tarifs.txt")


def _refusals(context: Context) -> dict[str, str]:
    """Renvoie cinq lettres et, pour chacune, la cause du refus de son URL."""
    rng = context.random()
    return dict(zip("ABCDE", rng.sample(_CAUSES, 5), strict=True))


def broken_url(context: Context, cause: str, rng: random.Random) -> str:
    """Renvoie une URL que le serveur refuse à un ``GET``, pour cette seule cause."""
    wanted, other = rng.sample(_OBJECTS, 2)
    request: dict[str, Any] = {
        "method": "HEAD" if cause == "méthode" else "GET",
        "bucket_name": context.bucket("refus"),
        "object_name": f"brouillon-{wanted}" if cause == "objet absent" else wanted,
        "expires": timedelta(days=7),
    }
    client = context.client
    store = _store(context)
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
        elsewhere = _public(context)
        if elsewhere == store.netloc:
            elsewhere = f"cache.{store.netloc}"
        url = url.replace(f"//{store.netloc}/", f"//{elsewhere}/")
    return url


def _prepare_refusals(context: Context) -> None:
    context.make_bucket("refus")
    for name in _OBJECTS:
        context.put("refus", name, f"Voici : {name}".encode(), content_type="text/plain")
    rng = context.random()
    urls = {letter: broken_url(context, cause, rng) for letter, cause in _refusals(context).items()}
    context.put(
        "refus", "urls.json", json.dumps(urls, indent=1).encode(), content_type="application/json"
    )


def _verify_refusals(context: Context) -> None:
    expected = _refusals(context)
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            "La réponse doit donner une cause pour chacune des cinq lettres.",
            found=", ".join(map(str, answer)) if isinstance(answer, (dict, list)) else answer,
            expected=", ".join(expected),
        )
    strange = [cause for cause in answer.values() if cause not in _CAUSES]
    if strange:
        raise Review(
            "Une des causes données n'est pas dans la liste de l'énoncé.",
            found=strange[0],
            expected=", ".join(_CAUSES),
        )
    wrong = [letter for letter in expected if answer[letter] != expected[letter]]
    if wrong:
        right = 5 - len(wrong)
        raise Review(
            f"{right} cause{'s' if right > 1 else ''} sur 5 sont justes. "
            f"Reprenez par exemple l'URL {wrong[0]}.",
            found=answer[wrong[0]],
            points={4: 2, 3: 1}.get(right, 0),
        )


SERIES = Series(
    "05",
    "urls-presignees",
    (
        Exercise(
            "share",
            "Un lien à télécharger",
            points=2,
            hints=(
                "presigned_get_object() prend expires=timedelta(…) et response_headers={…}.",
                "L'en-tête à demander au serveur est response-content-disposition, et sa valeur "
                "commence par attachment.",
                "Un nom accentué s'écrit filename*=UTF-8''…, où … est le nom passé par quote().",
            ),
            verify=_verify_share,
            prepare=_prepare_share,
            answers=True,
        ),
        Exercise(
            "drop_off",
            "Un dépôt depuis un téléphone",
            points=3,
            hints=(
                "L'hôte est signé : il faut un client Minio qui ait l'adresse publique.",
                "Ce client prend les clés de current_server(), l'endpoint de la commande, et une région.",
                "Le type enregistré est celui de l'en-tête Content-Type que le téléphone envoie ; "
                "il va donc dans headers, et non dans l'URL.",
            ),
            verify=_verify_drop_off,
            prepare=_prepare_drop_off,
            answers=True,
        ),
        Exercise(
            "form",
            "Un formulaire qui sait refuser",
            points=3,
            hints=(
                "PostPolicy(bucket_name=…, expiration=…) reçoit trois conditions.",
                "Deux conditions starts-with : une sur « key », l'autre sur « Content-Type ».",
                "La taille : add_content_length_range_condition(lower_limit=…, upper_limit=…), "
                "en octets ; 1 Mio vaut 1024 × 1024 octets.",
            ),
            verify=_verify_form,
            prepare=_prepare_form,
            answers=True,
        ),
        Exercise(
            "refusals",
            "Cinq refus, cinq causes",
            points=3,
            hints=(
                "Commencez par faire chaque GET : le statut et le code de la réponse désignent "
                "déjà certaines causes.",
                "SignatureDoesNotMatch a plusieurs causes possibles. Changez une seule chose dans "
                "la requête : si elle passe, vous tenez la cause.",
                "Essayez HEAD au lieu de GET ; puis l'hôte de client au lieu de celui de l'URL ; "
                "puis chacune des clés du bucket.",
            ),
            verify=_verify_refusals,
            prepare=_prepare_refusals,
            answers=True,
        ),
    ),
)
