"""Exercices 3 à 5 : une URL pour lire un document, puis la liste de ce que contient un bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from helpers.french import count_of
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.differences import difference
from kit_minio.checks.exchanges import Reply, shown
from kit_minio.checks.expectations import destroyed, expect_intact
from kit_minio.checks.lesson_06_api.deposits import EXPIRES
from kit_minio.checks.model import Context, Review
from kit_minio.checks.routes import answers, ask, done, expect_status, fields, is_default, judging
from kit_minio.checks.signed_urls import expect_signed_each_time, refused, use
from kit_minio.checks.steps import keeping

Sizes = dict[str, int | None]


@contextmanager
def _one_more(context: Context, name: str) -> Iterator[tuple[str, bytes]]:
    """Ajoute un objet au bucket le temps d'un ``with`` ; donne sa clé et ses octets."""
    # De la graine, et non d'un tirage : le retour, qui cite la clé, est le même à chaque fois.
    key, data = f"verification-{context.random().getrandbits(64):016x}.txt", b"verification"
    context.put(name, key, data, content_type="text/plain")
    try:
        yield key, data
    finally:
        context.client.remove_object(bucket_name=context.bucket(name), object_name=key)


# --- 3. Une URL pour lire -----------------------------------------------------------------------


def reports(context: Context) -> dict[str, bytes]:
    """Renvoie les documents : un à la racine, les autres sous un préfixe ; le dernier est vide."""
    rng = context.random()
    first, second = rng.sample(range(2000, 2026), 2)
    keys = ("lisez-moi.txt", f"rapports/{first}.txt", f"rapports/Été {second} + annexe.txt")
    return {key: rng.randbytes(200).hex().encode() for key in keys} | {"rapports/vide.txt": b""}


def _starts(context: Context) -> list[str]:
    """Renvoie des clés qui n'existent pas, mais par lesquelles d'autres commencent."""
    _, deep, *_ = reports(context)
    return [deep[:-1], "rapports/20", "lisez-moi"]


def prepare_presigned_get(context: Context) -> None:
    """Dépose les documents."""
    context.make_bucket("archives")
    for key, data in reports(context).items():
        context.put("archives", key, data, content_type="text/plain")


def verify_presigned_get(context: Context) -> None:
    """Lit les documents par leurs URL, en demande qui n'existent pas, en ajoute et en retire un."""
    expect_intact(context, "archives", reports(context))
    with judging(context, "GET /documents/{key}"):
        (simple, text), *others = reports(context).items()
        _expect_url(context, simple, text)
        with keeping(1):
            for key, data in others:
                why = " : sa clé est toute la fin du chemin, à la lettre près"
                _expect_url(context, key, data, why)
        with keeping(2):
            expect_status(ask(context, "GET", _path(simple)), "GET", _path(simple), 200)
            unknown = f"rapports/{context.random().getrandbits(32):08x}.txt"
            _expect_missing(context, unknown, "signer ne vérifie rien, stat_object() si")
            for key in _starts(context):
                _expect_missing(
                    context, key, "une liste par préfixe trouve aussi les clés plus longues"
                )
            with _one_more(context, "archives") as (key, data):
                _expect_url(context, key, data, " : il vient d'être ajouté au bucket")
            _expect_missing(context, key, "il vient d'être retiré, et l'API le croit encore là")
            expect_signed_each_time(lambda: _url(context, simple), expires=EXPIRES)


def _path(key: str) -> str:
    return f"/documents/{quote(key)}"


def _url(context: Context, key: str) -> str:
    return str(fields(done(context, "GET", _path(key)).json(), url=str)[0])


def _expect_url(context: Context, key: str, data: bytes, why: str = "") -> None:
    """S'assure que l'API prête un document ; ``why`` dit ce qu'il a de particulier."""
    reply = ask(context, "GET", _path(key))
    if reply.status == 404:
        cut = "/" in key and is_default(reply) and not answers(context, _path(key))
        raise Review(
            f"Le document « {key} » existe, mais "
            + (
                "aucune route ne convient : {key} s'arrête à la première barre oblique."
                if cut
                else f"la route ne le trouve pas{why}."
            ),
            found=reply.said,
            expected="200",
        )
    answer = use(context, "GET", _url(context, key), expires=EXPIRES, points=1)
    if answer.status != 200:
        raise refused(context, "GET", _url(context, key), answer)
    if answer.body != data:
        raise Review(f"L'URL donnée pour « {key} » mène à un autre contenu.")


def _expect_missing(context: Context, key: str, why: str) -> None:
    """S'assure que l'API répond 404 pour un document qui n'existe pas."""
    path = _path(key)
    reply = ask(context, "GET", path)
    if reply.status == 200 and _gives_url(reply):
        raise Review(
            f"« {key} » n'existe pas, et l'API en donne une URL : {why}.",
            found=f"{reply.status}, une URL",
            expected="404",
        )
    expect_status(reply, "GET", path, 404)


def _gives_url(reply: Reply) -> bool:
    value = reply.json()
    return isinstance(value, dict) and isinstance(value.get("url"), str)


# --- 4 et 5. Lister -----------------------------------------------------------------------------


def album(context: Context) -> dict[str, int]:
    """Renvoie les clés de départ et leur taille : elles viennent de la graine, et non de S3."""
    rng = context.random()
    cities = rng.sample(["brest", "lorient", "nantes", "quimper", "rennes", "vannes"], 3)
    year, *years = rng.sample(range(2010, 2027), 3)
    keys = [f"{cities[0]}.jpg", f"{cities[1]}.jpg", "LISEZMOI"]
    keys += [f"{year}/{cities[2]}.jpg", f"{year}/ete/{cities[0]}.jpg"]
    keys += [f"{other}/ete/{city}.jpg" for other, city in zip(years, cities, strict=False)]
    return {key: rng.randrange(10, 999) for key in keys} | {"vide.txt": 0}


def first_level(album: Mapping[str, int]) -> Sizes:
    """Renvoie ce que montre une liste sans récursion : ``None`` pour la taille d'un préfixe."""
    return {
        f"{top}/" if rest else key: None if rest else size
        for key, size in album.items()
        for top, _, rest in [key.partition("/")]
    }


def prepare_listing(context: Context) -> None:
    """Dépose l'album de l'exercice 4."""
    _prepare(context, "photos")


def prepare_recursive(context: Context) -> None:
    """Dépose l'album de l'exercice 5."""
    _prepare(context, "albums")


def _prepare(context: Context, name: str) -> None:
    context.make_bucket(name)
    for key, size in album(context).items():
        context.put(name, key, b"x" * size, content_type="image/jpeg")


def _expect_start(context: Context, name: str) -> None:
    expect_intact(context, name, {})
    if context.keys(name) != sorted(album(context)):
        raise destroyed(context, f"Le bucket « {name} » n'a plus les objets du départ.")


def verify_listing(context: Context) -> None:
    """Liste le premier niveau, avant et après un ajout."""
    _expect_start(context, "photos")
    with judging(context, "GET /documents"):
        expected = first_level(album(context))
        _compare(context, "/documents", expected)
        with keeping(1):
            expect_status(ask(context, "GET", "/documents"), "GET", "/documents", 200)
            _expect_read_each_time(context, "photos", {"/documents": expected})


def verify_recursive(context: Context) -> None:
    """Liste l'album en profondeur, puis son premier niveau, avant et après un ajout."""
    _expect_start(context, "albums")
    with judging(context, "GET /documents"):
        deep: Sizes = dict(album(context))
        first = first_level(album(context))
        lists = {"/documents?recursive=true": deep}
        lists |= dict.fromkeys(("/documents", "/documents?recursive=false"), first)
        _compare(context, "/documents?recursive=true", deep)
        with keeping(1):
            for path, expected in lists.items():
                _compare(context, path, expected)
            expect_status(ask(context, "GET", "/documents"), "GET", "/documents", 200)
            _expect_read_each_time(context, "albums", lists)


def _expect_read_each_time(context: Context, name: str, lists: Mapping[str, Sizes]) -> None:
    """S'assure que des listes montrent un objet ajouté à l'instant, puis ne le montrent plus."""
    with _one_more(context, name) as (key, data):
        for path, expected in lists.items():
            if _listed(context, path) != expected | {key: len(data)}:
                raise Review(
                    f"GET {path} : un objet vient d'être ajouté au bucket, et la route ne le "
                    "montre pas. La liste doit être lue à chaque requête."
                )
    for path in lists:
        if key in _listed(context, path):
            raise Review(
                f"GET {path} : un objet vient d'être retiré du bucket, et la route le montre "
                "encore. La liste doit être lue à chaque requête."
            )


def _listed(context: Context, path: str) -> Sizes:
    """Renvoie ce que l'API énumère : pour chaque clé, sa taille."""
    items = done(context, "GET", path).json()
    if not isinstance(items, list):
        raise Review(
            f"GET {path} : la réponse n'est pas une liste JSON.",
            found=shown(items),
            expected='[{"key": …, "size": …}, …]',
        )
    listed: Sizes = {}
    for item in items:
        key = _field(path, item, "key")
        if not isinstance(key, str):
            raise Review(f"GET {path} : une clé n'est pas un texte.", found=shown(item))
        if key in listed:
            raise Review(f"GET {path} : une clé y est deux fois.", found=key)
        listed[key] = _field(path, item, "size")
    return listed


def _field(path: str, item: Any, name: str) -> Any:
    if not isinstance(item, dict) or name not in item:
        raise Review(
            f"GET {path} : un élément de la liste n'a pas de champ « {name} ».",
            found=shown(item),
            expected='{"key": …, "size": …}',
        )
    return item[name]


def _compare(context: Context, path: str, truth: Sizes) -> None:
    listed = _listed(context, path)
    missing, extra = sorted(set(truth) - set(listed)), sorted(set(listed) - set(truth))
    if missing or extra:
        raise Review(
            f"GET {path} : {_what_differs(missing, extra)}.",
            found=shown_list(sorted(listed)) or "une liste vide",
            expected=shown_list(sorted(truth)),
        )
    with keeping(1):
        for key, size in truth.items():
            if listed[key] != size or isinstance(listed[key], bool):
                raise Review(
                    f"GET {path} : la taille de « {key} » n'est pas la bonne.",
                    found=shown(listed[key]),
                    expected=shown(size),
                )


def _what_differs(missing: list[str], extra: list[str]) -> str:
    """Dit en quoi des clés ne sont pas celles attendues."""
    for key in extra:
        for other in missing:
            if why := difference(key, other):
                return f"une clé n'est pas celle attendue, {why}"
    if missing and all(key.endswith("/") for key in missing):
        return "la liste descend dans les préfixes" if extra else "les préfixes manquent"
    if extra and all(key.endswith("/") for key in extra):
        return "la liste s'arrête au premier niveau" if missing else "elle montre des préfixes"
    if missing and extra:
        return f"« {extra[0]} » n'est pas une clé du bucket, et il en manque"
    if missing:
        return f"il manque {count_of(len(missing), 'élément', 'éléments')}"
    return f"« {extra[0]} » est de trop"
