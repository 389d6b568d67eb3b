"""Les exercices de la leçon 06 : une API devant le store, route après route.

Les vérifications parlent HTTP à l'API, puis regardent dans le store si ce qu'elle affirme est vrai.
Elles ne lui font pas confiance : réponses bornées en taille et en durée, redirections non suivies,
URL présignées essayées sur le serveur S3 et nulle part ailleurs.
"""

from __future__ import annotations

import hashlib
import secrets
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from urllib.parse import quote

from minio.error import S3Error

from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from kit_minio.checks.exchanges import (
    api_of,
    call,
    fields,
    require,
    s3_code,
    send,
    shown,
    use,
    wrong_status,
)

_EXPIRES = 600  # secondes, la durée des URL demandée par l'énoncé
_LARGE = 100  # Mo, le gros envoi
_MEMORY = 80  # Mo, ce que cet envoi a le droit de prendre
_SLICE = 4 * 1024 * 1024  # octets lus à la fois dans le store


# --- Regarder dans le store ---------------------------------------------------------------------


def _expect_object(context: Context, name: str, key: str, data: bytes, mime: str) -> None:
    """S'assure qu'un objet est dans le bucket, avec ces octets et ce type.

    Raises:
        Review: il n'y est pas, ou pas tel qu'il a été envoyé.
    """
    found = _stat(context, name, key)
    if found.size != len(data) or context.read(name, key) != data:
        raise Review(
            "L'objet est dans le bucket, mais ses octets ne sont pas ceux du fichier envoyé.",
            found=f"{found.size} octets",
            expected=f"{len(data)} octets, ceux du fichier",
        )
    if found.content_type != mime:
        raise Review(
            "L'objet est là, avec les bons octets, mais son type de contenu n'est pas le bon.",
            found=found.content_type,
            expected=mime,
            points=1,
        )


def _stat(context: Context, name: str, key: str) -> Any:
    try:
        return context.client.stat_object(bucket_name=context.bucket(name), object_name=key)
    except (S3Error, ValueError):
        found = context.client.list_objects(bucket_name=context.bucket(name), recursive=True)
        keys = ", ".join(item.object_name or "" for item in islice(found, 5))
        raise Review(
            "L'API a répondu, mais aucun objet du bucket ne porte la clé qu'elle donne.",
            found=f"dans le bucket : {keys or 'rien'}",
            expected=f"un objet de clé « {key} »",
        ) from None


# --- 1. Déposer ---------------------------------------------------------------------------------


def _make_bucket(name: str) -> Callable[[Context], None]:
    def prepare(context: Context) -> None:
        context.make_bucket(name)

    return prepare


def _verify_upload(context: Context) -> None:
    require(context, "POST /documents")
    name = "rapport.pdf"
    keys = []
    for mime in ("application/pdf", "text/plain"):
        data = secrets.token_bytes(20_000)
        sent = call(context, "POST", "/documents", 201, files={"file": (name, data, mime)})
        key, size = fields(sent, key=str, size=int)
        _expect_object(context, "depots", key, data, mime)
        if size != len(data):
            raise Review(
                "L'objet est déposé, mais le champ « size » n'est pas sa taille.",
                found=size,
                expected=len(data),
                points=2,
            )
        keys.append(key)
    if keys[0] == keys[1]:
        raise Review(
            "Deux fichiers du même nom ont reçu la même clé : le second a remplacé le premier.",
            found=keys[0],
            expected="une clé nouvelle à chaque dépôt",
            points=2,
        )


# --- 2. Une URL pour déposer --------------------------------------------------------------------


def _verify_presigned_put(context: Context) -> None:
    require(context, "POST /upload-url")
    keys = []
    for mime in ("image/png", "text/csv"):
        data = secrets.token_bytes(10_000)
        key, url = fields(call(context, "POST", "/upload-url", 200), key=str, url=str)
        reply = use(
            context, "PUT", url, expires=_EXPIRES, content=data, headers={"Content-Type": mime}
        )
        if reply.status != 200:
            raise Review(
                "Le serveur S3 refuse un PUT à cette URL.", found=s3_code(reply), expected="200"
            )
        _expect_object(context, "envois", key, data, mime)
        keys.append(key)
    if keys[0] == keys[1]:
        raise Review(
            "Deux demandes ont reçu la même clé : le second dépôt a remplacé le premier.",
            found=keys[0],
            expected="une clé nouvelle à chaque demande",
            points=2,
        )


# --- 3. Une URL pour lire -----------------------------------------------------------------------


def _reports(context: Context) -> dict[str, bytes]:
    rng = context.random()
    first, second = rng.sample(range(2000, 2026), 2)
    keys = ("lisez-moi.txt", f"rapports/{first}.txt", f"rapports/été {second}.txt")
    return {key: rng.randbytes(200).hex().encode() for key in keys}


def _prepare_presigned_get(context: Context) -> None:
    context.make_bucket("archives")
    for key, data in _reports(context).items():
        context.put("archives", key, data, content_type="text/plain")


def _verify_presigned_get(context: Context) -> None:
    require(context, "GET /documents/{key}")
    for key, data in _reports(context).items():
        path = f"/documents/{quote(key)}"
        reply = send(api_of(context), "GET", path)
        if reply.status == 404:
            raise Review(
                f"Le document « {key} » existe, mais la route ne le trouve pas.",
                found=reply.said,
                expected="200",
                points=1 if "/" in key else 0,
            )
        (url,) = fields(call(context, "GET", path, 200), url=str)
        answer = use(context, "GET", url, expires=_EXPIRES)
        if answer.status != 200:
            raise Review(
                "Le serveur S3 refuse un GET à cette URL.", found=s3_code(answer), expected="200"
            )
        if answer.body != data:
            raise Review(f"L'URL donnée pour « {key} » mène à un autre contenu.")
    # De la graine, et non d'un tirage : le retour, qui la cite, est le même à chaque correction.
    missing = f"/documents/rapports/{context.random().getrandbits(32):08x}.txt"
    reply = send(api_of(context), "GET", missing)
    if reply.status == 200:
        raise Review(
            "L'API donne une URL pour un document qui n'existe pas.",
            found=reply.said,
            expected="404",
            points=2,
        )
    if reply.status != 404:
        raise Review(
            wrong_status("GET", missing, reply), found=reply.said, expected="404", points=2
        )


# --- 4 et 5. Lister -----------------------------------------------------------------------------


def _album(context: Context) -> dict[str, int]:
    """Renvoie les clés de départ et leur taille : elles viennent de la graine, pas du store."""
    rng = context.random()
    cities = rng.sample(["brest", "lorient", "nantes", "quimper", "rennes", "vannes"], 3)
    keys = [f"{cities[0]}.jpg", f"{cities[1]}.jpg", "index.txt"]
    keys += [f"{year}/{cities[2]}.jpg" for year in rng.sample(range(2020, 2027), 2)]
    keys += [f"{rng.randrange(2010, 2020)}/ete/{city}.jpg" for city in cities]
    return {key: rng.randrange(10, 999) for key in keys}


def _first_level(album: dict[str, int]) -> dict[str, int | None]:
    """Renvoie ce que montre une liste sans récursion : ``None`` pour la taille d'un préfixe."""
    return {
        f"{top}/" if rest else key: None if rest else size
        for key, size in album.items()
        for top, _, rest in [key.partition("/")]
    }


def _prepare_listing(name: str) -> Callable[[Context], None]:
    def prepare(context: Context) -> None:
        context.make_bucket(name)
        for key, size in _album(context).items():
            context.put(name, key, b"x" * size, content_type="image/jpeg")

    return prepare


def _listed(context: Context, path: str) -> dict[str, int | None]:
    """Renvoie ce que l'API énumère, sous la même forme."""
    items = call(context, "GET", path, 200)
    if not isinstance(items, list):
        raise Review(
            f"GET {path} : la réponse n'est pas une liste JSON.",
            found=shown(items),
            expected='[{"key": …, "size": …}, …]',
        )
    listed = {}
    for item in items:
        if not isinstance(item, dict) or set(item) != {"key", "size"}:
            raise Review(
                f"GET {path} : un élément de la liste n'a pas les champs demandés.",
                found=shown(item),
                expected='{"key": …, "size": …}',
            )
        listed[str(item["key"])] = item["size"]
    return listed


def _compare(path: str, listed: dict, truth: dict, points: float = 0) -> None:
    if set(listed) != set(truth):
        raise Review(
            f"GET {path} : les clés ne sont pas celles attendues.",
            found=", ".join(sorted(listed)) or "aucune",
            expected=", ".join(sorted(truth)),
            points=points,
        )
    for key in sorted(truth):
        if listed[key] != truth[key] or type(listed[key]) is not type(truth[key]):
            raise Review(
                f"GET {path} : la taille de « {key} » n'est pas la bonne.",
                found=shown(listed[key]),
                expected=shown(truth[key]),
                points=max(points, 1),
            )


@contextmanager
def _one_more_object(context: Context, name: str) -> Iterator[dict[str, int]]:
    """Ajoute un objet au bucket le temps d'un ``with`` ; donne sa clé et sa taille."""
    key, data = f"verification-{secrets.token_hex(8)}.txt", b"verification"
    context.put(name, key, data, content_type="text/plain")
    try:
        yield {key: len(data)}
    finally:
        context.client.remove_object(bucket_name=context.bucket(name), object_name=key)


def _verify_listing(context: Context) -> None:
    require(context, "GET /documents")
    expected = _first_level(_album(context))
    _compare("/documents", _listed(context, "/documents"), expected)
    with _one_more_object(context, "photos") as more:
        if _listed(context, "/documents") != expected | more:
            raise Review(
                "Un objet vient d'être ajouté au bucket, et la route ne le montre pas : la liste "
                "doit être lue à chaque requête.",
                points=1,
            )


def _verify_recursive(context: Context) -> None:
    require(context, "GET /documents")
    deep = _album(context)
    path = "/documents?recursive=true"
    _compare(path, _listed(context, path), deep)
    for path in ("/documents", "/documents?recursive=false"):
        _compare(path, _listed(context, path), _first_level(deep), points=1)


# --- 6. Les erreurs -----------------------------------------------------------------------------


def _prepare_errors(context: Context) -> None:
    context.make_bucket("reserve")
    context.put("reserve", "note.txt", b"bonjour", content_type="text/plain")


def _verify_errors(context: Context) -> None:
    full, absent = context.bucket("reserve"), context.bucket("absent")
    cases = (
        ("GET", f"/buckets/{full}/absent.txt", 404, "NoSuchKey"),
        ("GET", f"/buckets/{absent}", 404, "NoSuchBucket"),
        ("PUT", f"/buckets/{full}", 409, "BucketAlreadyOwnedByYou"),
        ("DELETE", f"/buckets/{full}", 409, "BucketNotEmpty"),
        ("GET", "/backup", 503, "ServiceUnavailable"),
    )
    replies = [send(api_of(context), method, path) for method, path, _, _ in cases]
    if all(reply.status == 500 for reply in replies):
        raise Todo
    for number, ((method, path, status, code), reply) in enumerate(
        zip(cases, replies, strict=True)
    ):
        points = number / 2
        if reply.status != status:
            raise Review(
                f"{method} {path.replace(full, '…').replace(absent, '…')} : l'erreur {code} du "
                "store n'a pas le statut demandé.",
                found=reply.said,
                expected=str(status),
                points=points,
            )
        if reply.json() != {"error": code}:
            raise Review(
                f"L'erreur {code} a le bon statut, mais le corps n'est pas celui demandé.",
                found=reply.body[:200].decode(errors="replace"),
                expected=shown({"error": code}),
                points=points,
            )
    _verify_untouched(context, full)


def _verify_untouched(context: Context, bucket: str) -> None:
    """S'assure que le reste marche comme avant : une réussite, et une faute de programmation."""
    size = call(context, "GET", f"/buckets/{bucket}/note.txt", 200)
    if size != {"size": 7}:
        raise Review("La route d'un objet qui existe ne répond plus comme avant.", found=size)
    bug = send(api_of(context), "GET", "/bug")
    if bug.status != 500:
        raise Review(
            "GET /bug lève une ZeroDivisionError, qui ne vient pas du store : la faire passer pour "
            "une erreur du store la cacherait.",
            found=bug.said,
            expected="500",
            points=3,
        )


# --- 7. Un gros fichier -------------------------------------------------------------------------


def _write_film(file: BinaryIO, megabytes: int) -> str:
    """Écrit un fichier de cette taille sans le tenir en mémoire, et renvoie son SHA-256."""
    digest = hashlib.sha256()
    block = secrets.token_bytes(999_992)
    for number in range(megabytes):
        piece = number.to_bytes(8) + block
        file.write(piece)
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


@contextmanager
def _peak_memory() -> Iterator[list[int]]:
    """Mesure, en Mo, ce que Python prend de plus dans ce processus le temps d'un ``with``."""
    peak = [0]
    ours = not tracemalloc.is_tracing()
    if ours:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    try:
        yield peak
    finally:
        peak[0] = (tracemalloc.get_traced_memory()[1] - before) // 1_000_000
        if ours:
            tracemalloc.stop()


def _verify_large(context: Context) -> None:
    # La plupart des fautes se voient déjà avec un petit fichier, sans attendre.
    _verify_videos(context, 1)
    if context.app is None:
        _verify_in_limited_memory(context)
        return
    with _peak_memory() as peak:
        _verify_videos(context, _LARGE)
    if peak[0] >= _MEMORY:
        raise Review(
            "L'objet et la réponse sont justes, mais la route tient le fichier en mémoire.",
            found=f"{peak[0]} Mo de plus pendant l'envoi",
            expected=f"moins de {_MEMORY} Mo",
            points=1,
        )


def _verify_in_limited_memory(context: Context) -> None:
    """À la correction, la mémoire de l'API est limitée : un fichier lu en entier n'y tient pas."""
    try:
        _verify_videos(context, _LARGE)
    except Review as failed:
        raise Review(
            f"La route reçoit 1 Mo, mais pas {_LARGE} Mo dans une mémoire limitée. "
            f"{failed.message}",
            found=failed.found,
            expected=failed.expected,
            points=1,
        ) from None


def _verify_videos(context: Context, megabytes: int) -> None:
    require(context, "POST /videos")
    with TemporaryFile() as film:
        digest = _write_film(film, megabytes)
        files = {"file": ("maree.mp4", film, "video/mp4")}
        sent = call(context, "POST", "/videos", 201, seconds=90, files=files)
    key, size, said = fields(sent, key=str, size=int, sha256=str)
    _expect_film(context, key, megabytes * 1_000_000, digest)
    if (size, said) != (megabytes * 1_000_000, digest):
        raise Review(
            "L'objet est juste, mais « size » ou « sha256 » ne l'est pas.",
            found=f"{size} et {said}",
            expected=f"{megabytes * 1_000_000} et {digest}",
            points=1,
        )


def _expect_film(context: Context, key: str, size: int, digest: str) -> None:
    found = _stat(context, "videos", key)
    if found.size != size or _stored_digest(context, key, size) != digest:
        raise Review(
            "L'objet est dans le bucket, mais ses octets ne sont pas ceux du fichier envoyé.",
            found=f"{found.size} octets",
            expected=f"{size} octets, ceux du fichier",
        )
    # C'est notre fichier ; 100 Mo par vérification rempliraient vite le disque.
    context.client.remove_object(bucket_name=context.bucket("videos"), object_name=key)
    if found.content_type != "video/mp4":
        raise Review(
            "Le type de contenu de l'objet n'est pas celui du fichier envoyé.",
            found=found.content_type,
            expected="video/mp4",
            points=1,
        )


def _stored_digest(context: Context, key: str, size: int) -> str:
    """Renvoie le SHA-256 d'un objet, lu par intervalles."""
    digest = hashlib.sha256()
    for offset in range(0, size, _SLICE):
        response = context.client.get_object(
            bucket_name=context.bucket("videos"),
            object_name=key,
            offset=offset,
            length=min(_SLICE, size - offset),
        )
        with closing(response):
            digest.update(response.read())
        response.release_conn()
    return digest.hexdigest()


SERIES = Series(
    "06",
    "api-fastapi",
    (
        Exercise(
            "upload",
            "Déposer un fichier",
            points=3,
            hints=(
                "La route est une fonction « def » qui prend un paramètre file: UploadFile.",
                "file.file est le flux, file.size sa taille, file.content_type son type.",
                "Pour la clé, uuid4().hex donne une valeur nouvelle à chaque appel ; le nom du "
                "fichier, lui, est choisi par le client.",
                "client.put_object(bucket_name=…, object_name=key, data=file.file, "
                "length=file.size, content_type=file.content_type).",
            ),
            verify=_verify_upload,
            prepare=_make_bucket("depots"),
            api=True,
        ),
        Exercise(
            "presigned_put",
            "Donner une URL de dépôt",
            points=3,
            hints=(
                "La route ne reçoit aucun octet : elle choisit une clé et signe une URL.",
                "La méthode est client.presigned_put_object(…), et la durée est un timedelta.",
                "expires=timedelta(minutes=10) ; renvoyez la clé et l'URL dans un dictionnaire.",
            ),
            verify=_verify_presigned_put,
            prepare=_make_bucket("envois"),
            api=True,
        ),
        Exercise(
            "presigned_get",
            "Donner une URL de lecture",
            points=3,
            hints=(
                "Une clé contient des barres obliques : {key} s'arrête à la première, "
                "{key:path} prend tout.",
                "Signer une URL n'interroge pas le serveur : c'est stat_object() qui dit si "
                "l'objet existe.",
                "Quand stat_object() lève S3Error avec le code NoSuchKey, "
                "raise HTTPException(status_code=404).",
            ),
            verify=_verify_presigned_get,
            prepare=_prepare_presigned_get,
            api=True,
        ),
        Exercise(
            "listing",
            "Lister les documents",
            points=2,
            hints=(
                "client.list_objects(bucket_name=…) donne des objets, et des préfixes dont "
                "l'attribut is_dir est vrai.",
                "Construisez la liste dans la fonction, un dictionnaire par élément : object_name "
                "pour « key », size pour « size ».",
                "Python écrit None ce que JSON écrit null ; item.size vaut déjà None pour un "
                "préfixe.",
            ),
            verify=_verify_listing,
            prepare=_prepare_listing("photos"),
            api=True,
        ),
        Exercise(
            "recursive",
            "Lister en profondeur",
            points=2,
            hints=(
                "Un paramètre de la fonction qui n'est pas dans le chemin est lu dans la requête.",
                "Son type compte : FastAPI ne lit « false » comme faux que si le paramètre est "
                "annoncé bool.",
                "def documents(recursive: bool = False) ; passez-le à list_objects(…).",
            ),
            verify=_verify_recursive,
            prepare=_prepare_listing("albums"),
            api=True,
        ),
        Exercise(
            "errors",
            "Traduire les erreurs du store",
            points=4,
            hints=(
                "@app6.exception_handler(S3Error) décore une fonction (request, error) qui renvoie "
                "une JSONResponse.",
                "Un dictionnaire associe error.code à un statut.",
                "Un store éteint ne lève pas S3Error, mais une erreur d'urllib3 : leur ancêtre "
                "commun est urllib3.exceptions.HTTPError.",
                "Deux gestionnaires suffisent ; n'en écrivez pas pour Exception.",
            ),
            verify=_verify_errors,
            prepare=_prepare_errors,
            api=True,
        ),
        Exercise(
            "large",
            "Recevoir 100 Mo sans les tenir en mémoire",
            points=3,
            hints=(
                "FastAPI a déjà rangé le fichier sur le disque : file.file le lit par morceaux.",
                'hashlib.file_digest(file.file, "sha256") calcule l\'empreinte sans tout lire '
                "d'un coup.",
                "Après cette lecture, le flux est à sa fin : file.file.seek(0) le ramène au début.",
            ),
            verify=_verify_large,
            prepare=_make_bucket("videos"),
            api=True,
        ),
    ),
)
