"""Ce qu'un exercice attend, dit partout avec les mêmes mots : un petit vocabulaire.

Chaque ``expect_…`` regarde une chose, et lève ``Review`` avec la cause si elle n'y est pas. Une
vérification en enchaîne quelques-unes ; ``keeping(points)`` et ``in_steps(…)`` gardent les points
de ce qui est déjà juste.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from minio.error import S3Error

from helpers.display import user_metadata
from helpers.exercises.model import Context, Review, Todo
from helpers.french import count_of
from kit_minio.checks.comparison import Gap, gap, same, shown_list
from kit_minio.checks.differences import difference, loose

_ABSENT = ("NoSuchKey", "NoSuchBucket", "NoSuchVersion")


# --- Les points ---------------------------------------------------------------------------------


@contextmanager
def keeping(points: float) -> Iterator[None]:
    """Garde des points à ce qui est refusé dans ce ``with`` : le reste était juste."""
    try:
        yield
    except Review as review:
        review.points = max(review.points, points)
        raise


def in_steps(*steps: tuple[float, Callable[[], object]]) -> None:
    """Vérifie chaque étape, même après une faute, et additionne les points de celles qui passent.

    Args:
        steps: pour chaque étape, ses points et sa vérification.

    Raises:
        Review: la première faute, avec les points des autres étapes.
        Todo: rien n'est fait, à aucune étape.
    """
    earned = 0.0
    faults: list[Review] = []
    untouched: list[Todo] = []
    for points, verify in steps:
        try:
            verify()
        except Review as review:
            faults.append(review)
            earned += min(review.points, points)
        except Todo as todo:
            untouched.append(todo)
        else:
            earned += points
    if len(untouched) == len(steps):
        raise untouched[0]
    if untouched and not faults:
        seen = untouched[0].seen or "Une partie de l'exercice reste à faire."
        raise Review(seen, points=earned)
    if faults:
        faults[0].points = earned
        raise faults[0]


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


def expect_intact(context: Context, name: str, objects: Mapping[str, bytes]) -> None:
    """S'assure que des objets de départ sont là, avec leurs octets.

    Raises:
        Review: l'un a disparu ou changé.
    """
    bucket = context.bucket(name)
    if not context.client.bucket_exists(bucket_name=bucket):
        raise destroyed(context, f"Le bucket de départ « {name} » n'existe plus.")
    present = context.keys(name)
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
    near = get_close_matches(name, buckets_of(context), n=1, cutoff=0.7)
    if near:
        raise Review(
            f"Le bucket « {name} » n'existe pas ; un autre porte un nom voisin.",
            found=context.bucket(near[0]),
            expected=full,
        )
    raise Todo(f"Le bucket « {name} » n'existe pas.")


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
    stat = stat_of(context, name, key)
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
        near = next((other for other in present if difference(other, key)), None)
        what = f" : {difference(near, key)}" if near else ""
        raise Review(
            f"L'objet « {key} » n'est pas dans « {name} »{what}.",
            found=near or shown_list(present) or "aucun objet",
            expected=key,
        )
    if data is not None:
        _expect_bytes(key, context.read(name, key), data)
    if content_type is not None and mime_of(context, name, key) != content_type:
        raise Review(
            f"L'objet « {key} » est là, mais {_type_fault(stat)}.",
            found=stat.content_type or "aucun type",
            expected=content_type,
        )
    if metadata is not None:
        with _about(f"Métadonnées de « {key} »"):
            expect_same(user_metadata(stat), dict(metadata))
    if tags is not None:
        with _about(f"Tags de « {key} »"):
            expect_same(tags_of(context, name, key), dict(tags))


def _type_fault(stat: Any) -> str:
    """Dit en quoi un type de contenu, qui n'est pas celui attendu, est faux."""
    if {"content_type", "contenttype"} & set(user_metadata(stat)):
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


# --- Des réponses -------------------------------------------------------------------------------


class Known(NamedTuple):
    """Une mauvaise réponse que l'on sait expliquer.

    Attributes:
        answer: la réponse.
        message: la cause, une phrase.
        points: les points qu'elle garde.
    """

    answer: Any
    message: str
    points: float = 0


def expect_answer(
    context: Context,
    expected: Any,
    *,
    ordered: bool = True,
    tolerance: float = 0,
    known: Iterable[Known] = (),
    each: float = 0,
    out_of_order: float = 0,
) -> None:
    """Compare la réponse de l'élève à celle attendue.

    Un nombre vaut par sa valeur, entier ou non ; une liste, un tuple ou un tableau de même.

    Args:
        context: le contexte, qui porte la réponse.
        expected: la réponse attendue.
        ordered: faux si l'ordre des listes est libre.
        tolerance: l'écart permis entre deux nombres.
        known: les mauvaises réponses que l'on sait expliquer, les plus précises d'abord.
        each: les points de chaque valeur juste, quand la réponse est un dictionnaire.
        out_of_order: les points d'une réponse juste, à l'ordre près.

    Raises:
        Review: elles diffèrent ; le message dit où.
    """
    with keeping(out_of_order if same(context.answer, expected, ordered=False) else 0):
        expect_same(
            context.answer, expected, ordered=ordered, tolerance=tolerance, known=known, each=each
        )


def expect_same(
    found: Any,
    expected: Any,
    *,
    ordered: bool = True,
    tolerance: float = 0,
    known: Iterable[Known] = (),
    each: float = 0,
) -> None:
    """Compare deux valeurs JSON, comme ``expect_answer``."""
    fault = gap(found, expected, ordered=ordered, tolerance=tolerance)
    if fault is None:
        return
    for wrong in known:
        if same(found, wrong.answer, ordered=ordered, tolerance=tolerance):
            raise Review(wrong.message, found=found, points=wrong.points)
    points = 0.0
    if each and isinstance(found, dict) and isinstance(expected, dict):
        points = each * sum(
            name in found and same(found[name], value, ordered=ordered, tolerance=tolerance)
            for name, value in expected.items()
        )
    _refuse(fault, points)


def _refuse(fault: Gap, points: float) -> NoReturn:
    raise Review(fault.message, found=fault.found, expected=fault.expected, points=points)


@contextmanager
def _about(subject: str) -> Iterator[None]:
    """Fait précéder d'un sujet ce qui est refusé dans ce ``with``."""
    try:
        yield
    except Review as review:
        review.message = f"{subject} : {review.message[:1].lower()}{review.message[1:]}"
        raise


def expect_judgements(
    context: Context,
    expected: Mapping[str, str],
    choices: Collection[str],
    *,
    each: float = 0,
    advice: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Compare un jugement par nom, à choisir dans une liste ; dit combien sont justes.

    Il ne dit pas lesquels : nommer le premier faux permettrait de trouver sans juger.

    Args:
        context: le contexte, qui porte la réponse.
        expected: pour chaque nom, le bon choix.
        choices: les choix de l'énoncé.
        each: les points de chaque jugement juste.
        advice: par choix, comment il se reconnaît ; celui d'un jugement manqué est donné.
    """
    answer = context.answer
    if not isinstance(answer, dict):
        raise Review(
            "La réponse doit être un dictionnaire : pour chaque nom, un choix.", found=answer
        )
    if answer and {loose(name) for name in answer} <= {loose(choice) for choice in choices}:
        raise Review("Les clés et les valeurs sont inversées : le choix est la valeur.")
    if fault := gap(dict.fromkeys(answer, ""), dict.fromkeys(expected, "")):
        _refuse(fault, 0)
    known = {loose(choice) for choice in choices}
    for name, choice in answer.items():
        if not isinstance(choice, str) or loose(choice) not in known:
            raise Review(
                f"Le choix donné pour « {name} » n'est pas dans la liste de l'énoncé.",
                found=choice,
                expected=", ".join(choices),
            )
    missed = [choice for name, choice in expected.items() if loose(answer[name]) != loose(choice)]
    if missed:
        right = len(expected) - len(missed)
        told = f"{count_of(right, 'réponse juste', 'réponses justes')} sur {len(expected)}."
        if missed[0] in advice:
            told += f" Un choix est à revoir, « {missed[0]} » : {advice[missed[0]]}."
        raise Review(told, points=right * each)


def expect_same_text(found: object, expected: str, what: str) -> None:
    """Compare deux textes, et dit ce qui distingue ceux qui se ressemblent.

    Args:
        found: le texte trouvé.
        expected: le texte attendu.
        what: ce que c'est, avec son article : ``"le titre"``.
    """
    if found == expected:
        return
    subject = f"{what[:1].upper()}{what[1:]}"
    if not isinstance(found, str):
        raise Review(f"{subject} doit être un texte.", found=found, expected=expected)
    why = difference(found, expected)
    raise Review(
        f"{subject} n'est pas tout à fait le bon : {why}."
        if why
        else f"{subject} n'est pas celui attendu.",
        found=found,
        expected=expected,
    )


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
