"""Ce qu'un exercice attend, dit partout avec les mêmes mots : un petit vocabulaire.

Chaque ``expect_…`` regarde une chose, et lève ``Review`` avec la cause si elle n'y est pas. Une
vérification en enchaîne quelques-unes. Les réponses ont le leur dans ``answers`` ; les points de ce
qui est déjà juste sont gardés par ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from minio.error import S3Error

from helpers.display import user_metadata
from helpers.french import count_of
from kit_minio.checks.answers import about, expect_same
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.differences import difference
from kit_minio.checks.model import Context, Review, Todo

_ABSENT = ("NoSuchKey", "NoSuchBucket", "NoSuchVersion")


# --- Les données de départ ----------------------------------------------------------------------


def destroyed(context: Context, fact: str, *, points: float = 0) -> Review:
    """Renvoie de quoi dire que les données de départ n'y sont plus, et comment les retrouver.

    Args:
        context: le contexte de vérification.
        fact: ce qui a disparu ou changé, une phrase.
        points: les points acquis malgré tout.
    """
    remedy = f"tp.{context.name}.reset() remet les données de départ de cet exercice seul."
    return Review(f"{fact} {remedy}", points=points)


def bucket_lost(context: Context, name: str) -> Review:
    """Renvoie de quoi dire qu'un bucket de départ a disparu, et comment le retrouver."""
    return destroyed(context, f"Le bucket de départ « {name} » n'existe plus.")


def expect_intact(context: Context, name: str, objects: Mapping[str, bytes]) -> None:
    """S'assure que des objets de départ sont là, avec leurs octets.

    Raises:
        Review: l'un a disparu ou changé.
    """
    present = context.keys(name)
    if not present and not context.client.bucket_exists(bucket_name=context.bucket(name)):
        raise bucket_lost(context, name)
    for key, data in objects.items():
        if key not in present:
            raise destroyed(context, f"L'objet de départ « {key} » n'est plus dans « {name} ».")
        if context.read(name, key) != data:
            raise destroyed(context, f"Le contenu de l'objet de départ « {key} » a changé.")


# --- Des buckets --------------------------------------------------------------------------------


def buckets_of(context: Context) -> list[str]:
    """Renvoie la fin du nom des buckets de l'élève, triée."""
    prefix = context.bucket("")
    names = [bucket.name for bucket in context.client.list_buckets()]
    return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))


def expect_bucket(context: Context, name: str) -> None:
    """S'assure qu'un bucket que l'élève doit créer existe ; sinon dit ce qui y ressemble.

    Raises:
        Review: il porte un nom voisin.
        Todo: il n'existe pas, ou il est hors de l'espace de l'élève ; c'est dit à qui a essayé.
    """
    full = context.bucket(name)
    if context.client.bucket_exists(bucket_name=full):
        return
    outside = [f"{context.space}{name}"]
    if context.alone:
        outside += [name, f"{name}-{context.space}"]
    stray = [bucket.name for bucket in context.client.list_buckets() if bucket.name in outside]
    if stray:
        raise Todo(
            f"Un bucket « {stray[0]} » existe, hors de votre espace : le nom complet de "
            f'« {name} » se demande à tp.bucket("{name}").'
        )
    present = buckets_of(context)
    near = [other for other in present if other.endswith(f"-{name}")]
    near += get_close_matches(name, present, n=1, cutoff=0.7)
    if near:
        raise Review(
            f"Le bucket « {name} » n'existe pas ; un autre porte un nom voisin.",
            found=context.bucket(near[0]),
            expected=full,
        )
    raise Todo(f"Le bucket « {name} » n'existe pas : tp.bucket() le nomme, make_bucket() le crée.")


# --- Des objets ---------------------------------------------------------------------------------


def stat_of(context: Context, name: str, key: str) -> Any:
    """Renvoie la description d'un objet, ``None`` s'il n'existe pas."""
    try:
        return context.client.stat_object(bucket_name=context.bucket(name), object_name=key)
    except S3Error as error:
        if error.code in _ABSENT:
            return None
        raise


def mime_of(context: Context, name: str, key: str) -> str:
    """Renvoie le type de contenu d'un objet, en minuscules, sans ses paramètres."""
    return _mime(stat_of(context, name, key))


def _mime(stat: Any) -> str:
    return (stat.content_type or "").split(";")[0].strip().lower() if stat else ""


def tags_of(context: Context, name: str, key: str) -> dict[str, str]:
    """Renvoie les tags d'un objet."""
    found = context.client.get_object_tags(bucket_name=context.bucket(name), object_name=key)
    return dict(found or {})


def expect_same_keys(context: Context, name: str, expected: Iterable[str]) -> None:
    """S'assure qu'un bucket contient ces clés, et elles seules.

    Raises:
        Review: il en manque, il y en a de trop, ou l'une est mal écrite.
    """
    wanted, present = set(expected), set(context.keys(name))
    missing, extra = sorted(wanted - present), sorted(present - wanted)
    for key in extra:
        for other in missing:
            if what := difference(key, other):
                raise Review(
                    f"Une clé n'est pas celle attendue : {what}.", found=key, expected=other
                )
    if missing and extra:
        raise Review(
            f"Dans « {name} », {_lacking(missing)}, et {_too_many(extra)}.",
            found=shown_list(extra),
            expected=shown_list(missing),
        )
    if missing:
        raise Review(f"Dans « {name} », {_lacking(missing)}.", expected=shown_list(missing))
    if extra:
        raise Review(f"Dans « {name} », {_too_many(extra)}.", found=shown_list(extra))


def _lacking(keys: Collection[str]) -> str:
    return f"il manque {count_of(len(keys), 'objet', 'objets')}"


def _too_many(keys: Collection[str]) -> str:
    return f"{count_of(len(keys), 'objet est', 'objets sont')} de trop"


def expect_object(
    context: Context,
    name: str,
    key: str,
    *,
    data: bytes | None = None,
    content_type: str | None = None,
    metadata: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """S'assure qu'un objet existe, et de ce que l'on en dit ; le reste est libre.

    Args:
        context: le contexte de vérification.
        name: la fin du nom du bucket.
        key: la clé.
        data: ses octets.
        content_type: son type ; des paramètres (``charset``) peuvent le suivre.
        metadata: toutes ses métadonnées, telles que le serveur les garde.
        tags: tous ses tags.

    Raises:
        Review: il n'existe pas, ou n'est pas ainsi.
    """
    stat = stat_of(context, name, key)
    if stat is None:
        present = context.keys(name)
        near = next((other for other in present if _misnamed(other, key)), None)
        what = f" : {_misnamed(near, key)}" if near else ""
        raise Review(
            f"L'objet « {key} » n'est pas dans « {name} »{what}.",
            found=near or shown_list(present) or "aucun objet",
            expected=key,
        )
    if data is not None:
        _expect_bytes(key, context.read(name, key), data)
    if content_type is not None and _mime(stat) != content_type:
        raise Review(
            f"L'objet « {key} » est là, mais {_type_fault(stat)}.",
            found=stat.content_type or "aucun type",
            expected=content_type,
        )
    if metadata is not None:
        with about(f"Métadonnées de « {key} »"):
            expect_same(user_metadata(stat), dict(metadata))
    if tags is not None:
        with about(f"Tags de « {key} »"):
            expect_same(tags_of(context, name, key), dict(tags))


def _misnamed(found: str, expected: str) -> str:
    """Dit en quoi une clé est presque celle attendue ; rien si elle en est loin."""
    if found.rpartition(".")[0] == expected:
        return f"une extension est de trop, « {found} » y est"
    if found.endswith(f"/{expected}"):
        return f"un préfixe est de trop, « {found} » y est"
    return difference(found, expected)


def in_metadata(stat: Any) -> bool:
    """Dit si un type de contenu a été rangé, par erreur, parmi les métadonnées d'un objet."""
    return bool({"content_type", "contenttype"} & set(user_metadata(stat)))


def _type_fault(stat: Any) -> str:
    """Dit en quoi un type de contenu, qui n'est pas celui attendu, est faux."""
    if in_metadata(stat):
        return "son type est rangé parmi vos métadonnées : le nom qui compte est Content-Type"
    if (stat.content_type or "").endswith("/octet-stream"):
        return "rien ne dit son type de contenu : « des octets » seulement"
    return "son type de contenu n'est pas le bon"


def _expect_bytes(key: str, found: bytes, expected: bytes) -> None:
    if found == expected:
        return
    message = f"L'objet « {key} » n'a pas le contenu attendu."
    if not found:
        message = f"L'objet « {key} » est vide."
    elif expected.startswith(found):
        message = f"L'objet « {key} » est tronqué : la fin manque."
    elif expected.endswith(found):
        message = f"L'objet « {key} » n'a que la fin : le dernier morceau a remplacé les autres."
    elif found in (expected.decode("latin-1").encode(), expected.decode(errors="replace").encode()):
        message = f"Les octets de « {key} » ont été décodés en texte, puis réencodés."
    elif what := _text_difference(found, expected):
        message = f"L'objet « {key} » n'a pas tout à fait le contenu attendu : {what}."
    raise Review(
        message,
        found=count_of(len(found), "octet", "octets"),
        expected=count_of(len(expected), "octet", "octets"),
    )


def _text_difference(found: bytes, expected: bytes) -> str:
    if max(len(found), len(expected)) > 100_000:
        return ""
    try:
        wanted = expected.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    try:
        return difference(found.decode("utf-8"), wanted)
    except UnicodeDecodeError:
        return "il n'est pas en UTF-8"


# --- Des droits ---------------------------------------------------------------------------------


def refusal(attempt: Callable[[], Any]) -> str:
    """Essaie une demande ; renvoie le code de son refus, vide si le serveur l'a acceptée.

    Args:
        attempt: appelle le serveur ; lève ``S3Error``, ou renvoie une ``Reply`` de ``exchanges``.
    """
    try:
        reply = attempt()
    except S3Error as error:
        return error.code or "refus"
    status = getattr(reply, "status", 200)
    return "" if isinstance(status, int) and status < 400 else str(reply.code)


def expect_allowed(attempt: Callable[[], Any], what: str) -> None:
    """S'assure qu'une demande est acceptée.

    Args:
        attempt: la demande, comme pour ``refusal``.
        what: ce qu'elle fait : ``"lire rapports/2026.txt sans clé"``.
    """
    if code := refusal(attempt):
        raise Review(f"Refusé, alors que c'est demandé : {what}.", found=code, expected="accepté")


def expect_refused(attempt: Callable[[], Any], what: str, code: str = "AccessDenied") -> None:
    """S'assure qu'une demande est refusée, et pour la bonne raison."""
    found = refusal(attempt)
    if not found:
        raise Review(
            f"Accepté, alors que cela doit être refusé : {what}.", found="accepté", expected=code
        )
    if code not in found:
        raise Review(f"Refusé pour une autre raison : {what}.", found=found, expected=code)
