"""Les exercices de la leçon 14 : une identité, une durée, une sauvegarde, puis tout le service.

Le service est jugé du dehors : par ce qu'il répond, et par ce que contient ensuite le store. Ce que
la vérification y a fait ajouter est retiré à la fin.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from minio.commonconfig import ENABLED, Filter, Tags
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from helpers.display import user_metadata
from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from kit_minio.checks.exchanges import (
    Reply,
    api_of,
    call,
    fields,
    require,
    s3_code,
    send,
    shown,
    use,
)

_NAMES = ("alice", "emma", "hugo", "louis", "nadia")
_TITLES = ("Été à Brest", "Contrat n° 7", "Devis « toiture »", "Relevé d'août")
_KINDS = ("contrat", "devis", "facture")


def _people(context: Context) -> tuple[str, str]:
    """Renvoie deux utilisateurs dont l'un a un nom qui commence comme celui de l'autre."""
    name = context.random().choice(_NAMES)
    return name, f"{name}-2"


def _home(user: str) -> str:
    return f"utilisateurs/{user}/documents/"


def _tags(**values: str) -> Tags:
    tags = Tags.new_object_tags()
    tags.update(values)
    return tags


def _stored_tags(context: Context, name: str, key: str) -> dict[str, str]:
    return dict(
        context.client.get_object_tags(bucket_name=context.bucket(name), object_name=key) or {}
    )


def _put_json(context: Context, name: str, key: str, value: Any) -> None:
    data = json.dumps(value, ensure_ascii=False).encode()
    context.put(name, key, data, content_type="application/json")


# --- 1. Dire qui demande ------------------------------------------------------------------------


def _tokens(context: Context) -> dict[str, str]:
    """Renvoie le jeton de chaque utilisateur."""
    rng = context.random()
    return {user: f"{rng.getrandbits(160):040x}" for user in _people(context)}


def _prepare_tokens(context: Context, name: str) -> None:
    context.make_bucket(name)
    for user, token in _tokens(context).items():
        digest = hashlib.sha256(token.encode()).hexdigest()
        _put_json(context, name, f"jetons/{digest}.json", {"user": user})


def _prepare_identify(context: Context) -> None:
    _prepare_tokens(context, "badges")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _strangers(context: Context) -> dict[str, dict[str, str]]:
    """Renvoie des en-têtes qui n'identifient personne, avec leur nom."""
    user, token = next(iter(_tokens(context).items()))
    digest = hashlib.sha256(token.encode()).hexdigest()
    return {
        "sans en-tête": {},
        "avec un jeton inconnu": _bearer(hashlib.sha256(digest.encode()).hexdigest()[:40]),
        "avec un nom à la place du jeton": _bearer(user),
        "avec l'empreinte à la place du jeton": _bearer(digest),
        "avec un jeton tronqué": _bearer(token[:-1]),
    }


def _refuses_strangers(
    context: Context, method: str, path: str, points: float = 0, **form: Any
) -> None:
    for words, headers in _strangers(context).items():
        reply = send(api_of(context), method, path, headers=headers, **form)
        if reply.status != 401:
            raise Review(
                f"{method} {path} {words} : ce n'est personne, et l'API ne le dit pas.",
                found=reply.said,
                expected="401",
                points=points,
            )


def _verify_identify(context: Context) -> None:
    require(context, "GET /me")
    for user, token in _tokens(context).items():
        found = call(context, "GET", "/me", 200, headers=_bearer(token))
        if found != {"user": user}:
            raise Review(
                "L'API ne reconnaît pas la personne à qui est ce jeton.",
                found=shown(found),
                expected=shown({"user": user}),
            )
    _refuses_strangers(context, "GET", "/me", points=1)


# --- 2. Garder le temps voulu -------------------------------------------------------------------


def _keeping(context: Context) -> tuple[dict[str, int], dict[str, int]]:
    """Renvoie les durées déjà réglées, puis celles que l'on demande, en jours."""
    rng = context.random()
    first, second = _people(context)
    other = rng.choice([name for name in _NAMES if name != first])
    old = {first: rng.randint(200, 400), other: rng.randint(60, 90)}
    return old, {second: rng.randint(10, 50), other: rng.randint(91, 120)}


def _rule(prefix: str, days: int) -> Rule:
    return Rule(
        status=ENABLED,
        rule_filter=Filter(prefix=prefix),
        rule_id=prefix.split("/")[1],
        expiration=Expiration(days=days),
    )


def _prepare_retention(context: Context) -> None:
    bucket = context.make_bucket("conservation")
    old, wishes = _keeping(context)
    rules = [_rule(_home(user), days) for user, days in old.items()]
    context.client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))
    _put_json(context, "conservation", "demandes.json", wishes)


def _retention(context: Context, name: str) -> dict[str, int]:
    """Renvoie la durée de chaque préfixe d'un bucket, en jours.

    Raises:
        Review: deux règles se contredisent, ou l'une d'elles n'est pas une durée.
    """
    config = context.client.get_bucket_lifecycle(bucket_name=context.bucket(name))
    found: dict[str, int] = {}
    for rule in config.rules if config else ():
        prefix = (rule.rule_filter.prefix if rule.rule_filter else None) or ""
        days = rule.expiration.days if rule.expiration else None
        if rule.status != ENABLED or days is None:
            raise Review(
                "Une règle n'est pas active, ou ne dit pas au bout de combien de jours.",
                found=prefix,
            )
        if prefix in found:
            raise Review(
                "Deux règles portent sur le même préfixe : la plus courte l'emporterait.",
                found=prefix,
                points=1,
            )
        found[prefix] = days
    return found


def _verify_retention(context: Context) -> None:
    old, wishes = _keeping(context)
    before = {_home(user): days for user, days in old.items()}
    expected = before | {_home(user): days for user, days in wishes.items()}
    found = _retention(context, "conservation")
    if found == before:
        raise Todo
    lost = sorted(set(before) - set(found))
    if lost:
        raise Review(
            "Une règle qui était là a disparu : en donner de nouvelles remplace toutes les autres.",
            found=", ".join(sorted(found)) or "aucune règle",
            expected=", ".join(sorted(expected)),
        )
    for prefix in sorted(set(expected) | set(found)):
        if prefix not in expected:
            raise Review(
                "Le préfixe d'une règle n'est pas celui des documents d'un utilisateur.",
                found=prefix,
                expected=", ".join(sorted(expected)),
                points=1,
            )
        if found.get(prefix) != expected[prefix]:
            raise Review(
                "La durée d'un utilisateur n'est pas celle demandée.",
                found=f"{prefix} : {found.get(prefix, 'aucune règle')}",
                expected=f"{prefix} : {expected[prefix]} jours",
                points=1,
            )


# --- 3. Sauvegarder -----------------------------------------------------------------------------


def _archive(context: Context) -> dict[str, tuple[str, str, dict[str, str], bytes]]:
    """Renvoie les documents au départ : par clé, le type, le titre, les tags, les octets."""
    rng = context.random()
    first, second = _people(context)
    found = {}
    for user in (first, first, first, second, second):
        kind = rng.choice(_KINDS)
        mime = rng.choice(["application/pdf", "text/plain", "image/png"])
        tags = {"nature": kind, "annee": str(rng.randint(2019, 2026))}
        key = f"{_home(user)}{rng.getrandbits(128):032x}"
        found[key] = (mime, rng.choice(_TITLES), tags, rng.randbytes(300))
    return found


def _prepare_backup(context: Context) -> None:
    context.make_bucket("atelier")
    context.make_bucket("coffre")
    for key, (mime, title, tags, data) in _archive(context).items():
        metadata: dict[str, Any] = {"titre": quote(title)}
        context.put("atelier", key, data, content_type=mime, metadata=metadata, tags=_tags(**tags))
    wish = {"user": _people(context)[0], "date": _date(context)}
    _put_json(context, "coffre", "demande.json", wish)


def _date(context: Context) -> str:
    rng = context.random()
    return f"{rng.randint(2024, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _verify_backup(context: Context) -> None:
    first, _ = _people(context)
    archive = _archive(context)
    if context.keys("atelier") != sorted(archive):
        raise Review(
            "Le bucket d'origine a changé : une sauvegarde n'y touche pas.",
            found=f"{len(context.keys('atelier'))} objets",
            expected=f"{len(archive)} objets",
        )
    copied = [key for key in context.keys("coffre") if key != "demande.json"]
    if not copied:
        raise Todo
    expected = sorted(key for key in archive if key.startswith(_home(first)))
    _compare_copies(copied, expected)
    for key in expected:
        mime, title, tags, data = archive[key]
        _expect_copy(context, "coffre", key, mime, title, data)
        _expect_tags(context, "coffre", key, tags | {"sauvegarde": _date(context)}, points=2)


def _compare_copies(copied: list[str], expected: list[str]) -> None:
    strange = sorted(set(copied) - set(expected))
    if strange:
        raise Review(
            "Un objet de la sauvegarde n'a pas la clé d'un document de cet utilisateur.",
            found=strange[0],
            expected="la même clé que l'original, sous le préfixe de l'utilisateur",
        )
    if set(expected) - set(copied):
        raise Review(
            "Il manque des documents dans la sauvegarde.",
            found=f"{len(copied)} copies",
            expected=f"{len(expected)} copies",
        )


def _expect_copy(context: Context, name: str, key: str, mime: str, title: str, data: bytes) -> None:
    stat = context.client.stat_object(bucket_name=context.bucket(name), object_name=key)
    if context.read(name, key) != data:
        raise Review("Une copie n'a pas les octets de l'original.", found=key)
    if (stat.content_type, user_metadata(stat).get("titre")) != (mime, title):
        raise Review(
            "Une copie a perdu son type ou son titre.",
            found=f"{stat.content_type}, {user_metadata(stat).get('titre')}",
            expected=f"{mime}, {title}",
            points=1,
        )


def _expect_tags(
    context: Context, name: str, key: str, expected: dict[str, str], points: float
) -> None:
    tags = _stored_tags(context, name, key)
    if tags != expected:
        lost = "Une copie a perdu ses tags d'origine."
        bare = "Une copie n'a pas le tag de sauvegarde demandé."
        raise Review(
            bare if tags.get("sauvegarde") != expected["sauvegarde"] else lost,
            found=shown(tags),
            expected=shown(expected),
            points=points,
        )


# --- 4. Le service ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Document:
    """Un document que la vérification a déposé par l'API."""

    id: str
    user: str
    data: bytes
    mime: str
    title: str
    kind: str

    @property
    def key(self) -> str:
        return f"{_home(self.user)}{self.id}"


def _prepare_service(context: Context) -> None:
    _prepare_tokens(context, "comptes")
    context.make_bucket("documents")
    context.make_bucket("sauvegardes")


def _deposit(context: Context, user: str) -> _Document:
    """Dépose un document par l'API, au nom de cet utilisateur, et le cherche dans le store."""
    # Un retour les cite : ils viennent de la graine, et du nombre de documents déjà là.
    rng = context.random()
    for _ in context.keys("documents"):
        rng.random()
    title, kind = rng.choice(_TITLES), rng.choice(_KINDS)
    mime, data = "application/pdf", secrets.token_bytes(2000)
    reply = call(
        context,
        "POST",
        "/documents",
        201,
        headers=_as(context, user),
        files={"file": ("note.pdf", data, mime)},
        data={"title": title, "kind": kind},
    )
    found, size = fields(reply, id=str, size=int)
    if size != len(data):
        raise Review("Le champ « size » n'est pas la taille.", found=size, expected=len(data))
    return _Document(found, user, data, mime, title, kind)


def _as(context: Context, user: str) -> dict[str, str]:
    return _bearer(_tokens(context)[user])


def _health(context: Context) -> None:
    found = call(context, "GET", "/health", 200)
    if found != {"status": "ok"}:
        raise Review(
            "GET /health ne répond pas ce qui est demandé.",
            found=shown(found),
            expected=shown({"status": "ok"}),
        )


_ROUTES = (
    ("GET", "/documents"),
    ("GET", f"/documents/{'0' * 32}"),
    ("POST", f"/documents/{'0' * 32}/link?hours=1"),
    ("POST", "/backup"),
    ("PUT", "/retention?days=30"),
)


def _identity(context: Context) -> None:
    for method, path in _ROUTES:
        _refuses_strangers(context, method, path)
    form = {
        "files": {"file": ("a.txt", b"a", "text/plain")},
        "data": {"title": "a", "kind": "devis"},
    }
    _refuses_strangers(context, "POST", "/documents", **form)


def _depositing(context: Context) -> None:
    user, _ = _people(context)
    first, second = _deposit(context, user), _deposit(context, user)
    if first.id == second.id:
        raise Review("Deux dépôts ont reçu le même identifiant.", found=first.id)
    for document in (first, second):
        try:
            stat = context.client.stat_object(
                bucket_name=context.bucket("documents"), object_name=document.key
            )
        except (S3Error, ValueError):
            raise Review(
                "L'API a répondu, mais le document n'est pas à sa place dans le store.",
                found=", ".join(context.keys("documents")[:5]) or "un bucket vide",
                expected=document.key,
            ) from None
        if context.read("documents", document.key) != document.data:
            raise Review("Les octets ne sont pas ceux du fichier envoyé.", found=document.key)
        seen = (stat.content_type, user_metadata(stat).get("titre"))
        if seen != (document.mime, document.title):
            raise Review(
                "Le type, ou la métadonnée « titre », n'est pas celui du dépôt.",
                found=f"{seen[0]}, {seen[1]}",
                expected=f"{document.mime}, {document.title}",
            )
        tags = _stored_tags(context, "documents", document.key)
        if tags != {"nature": document.kind}:
            raise Review(
                "Les tags du document ne sont pas ceux demandés.",
                found=shown(tags),
                expected=shown({"nature": document.kind}),
            )
    _bounds(context, user)


def _bounds(context: Context, user: str) -> None:
    """Dépose des textes hors de leurs bornes : un serveur au moins les refuserait."""
    strange = "Une nature hors des bornes de l'énoncé n'est pas refusée."
    refused = [("kind", value, strange) for value in ("été", "a&b", "a;b", "", "x" * 41)]
    refused.append(("title", "é" * 151, "Un titre trop long n'est pas refusé."))
    for name, value, message in refused:
        reply = send(
            api_of(context),
            "POST",
            "/documents",
            headers=_as(context, user),
            files={"file": ("note.txt", b"a", "text/plain")},
            data={"title": "Note", "kind": "devis"} | {name: value},
        )
        if reply.status != 422:
            said = _brief(reply) if reply.status == 500 else reply.status
            raise Review(
                message,
                found=f"{name} = « {value[:20]} » ({len(value)} caractères) : {said}",
                expected="422",
            )


def _listing(context: Context) -> None:
    user, neighbour = _people(context)
    mine, other = _deposit(context, user), _deposit(context, neighbour)
    for who in (user, neighbour):
        bucket, prefix = context.bucket("documents"), _home(who)
        found = context.client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)
        truth = {(item.object_name or "").removeprefix(prefix): item.size for item in found}
        items = call(context, "GET", "/documents", 200, headers=_as(context, who))
        valid = isinstance(items, list) and all(
            isinstance(item, dict) and set(item) == {"id", "size"} for item in items
        )
        if not valid:
            raise Review(
                "GET /documents : la réponse n'a pas la forme demandée.",
                found=shown(items),
                expected='[{"id": …, "size": …}, …]',
            )
        listed = {str(item["id"]): item["size"] for item in items}
        if listed != truth or len(items) != len(truth):
            raise Review(
                f"GET /documents : la liste de {who} n'est pas celle de ses documents.",
                found=", ".join(sorted(listed)) or "rien",
                expected=", ".join(sorted(truth)),
            )
    for document in (mine, other):
        found = call(
            context, "GET", f"/documents/{document.id}", 200, headers=_as(context, document.user)
        )
        expected = {
            "id": document.id,
            "size": len(document.data),
            "title": document.title,
            "kind": document.kind,
        }
        if found != expected:
            raise Review(
                "GET /documents/{id} ne décrit pas le document déposé.",
                found=shown(found),
                expected=shown(expected),
            )


def _lending(context: Context) -> None:
    user, _ = _people(context)
    document = _deposit(context, user)
    headers = _as(context, user)
    for hours in (1, 24, 168):
        path = f"/documents/{document.id}/link?hours={hours}"
        (url,) = fields(call(context, "POST", path, 200, headers=headers), url=str)
        answer = use(context, "GET", url, expires=hours * 3600)
        if answer.status != 200 or answer.body != document.data:
            raise Review(
                "L'URL donnée ne mène pas au document.", found=s3_code(answer), expected="200"
            )
    for hours in (0, -1, 169):
        path = f"/documents/{document.id}/link?hours={hours}"
        reply = send(api_of(context), "POST", path, headers=headers)
        if reply.status != 422:
            raise Review(
                "Une durée hors de l'intervalle demandé n'est pas refusée.",
                found=f"hours={hours} : {reply.said}",
                expected="422",
            )


def _isolation(context: Context) -> None:
    user, neighbour = _people(context)
    mine = _deposit(context, user)
    other = _deposit(context, neighbour)
    hostile = [other.id, f"../../{neighbour}/documents/{other.id}", "f" * 32]
    hostile += [f"../../../{_home(neighbour)}{other.id}", f"./{mine.id}", ".."]
    hostile += [mine.id[:-1], f"{mine.id}0", "*", "%", "a\0b", "é" * 10, "x" * 2000]
    before = _state(context)
    for name in hostile:
        for method, end in (("GET", ""), ("POST", "/link?hours=1")):
            path = f"/documents/{quote(name, safe='')}{end}"
            reply = send(api_of(context), method, path, headers=_as(context, user))
            if reply.status not in (404, 422):
                raise Review(
                    "Un identifiant qui n'est pas celui d'un de ses documents n'est pas refusé.",
                    found=f"{method} {path[:100]} : {_brief(reply)}",
                    expected="404",
                )
    if _state(context) != before:
        raise Review("Des demandes refusées ont changé le contenu du bucket.")
    call(context, "GET", f"/documents/{mine.id}", 200, headers=_as(context, user))


def _brief(reply: Reply) -> str:
    if reply.status == 500:
        return "500, la route a levé une exception"
    return "200, le document d'autrui" if reply.status == 200 else str(reply.status)


def _saving(context: Context) -> None:
    user, neighbour = _people(context)
    mine, _ = _deposit(context, user), _deposit(context, neighbour)
    bucket = context.bucket("documents")
    found = context.client.list_objects(bucket_name=bucket, prefix=_home(user), recursive=True)
    expected = sorted(item.object_name or "" for item in found)
    before = set(context.keys("sauvegardes"))
    days = {f"{datetime.now(UTC):%Y-%m-%d}"}
    said = call(context, "POST", "/backup", 200, headers=_as(context, user))
    days.add(f"{datetime.now(UTC):%Y-%m-%d}")
    copied = [key for key in context.keys("sauvegardes") if key not in before]
    _compare_copies(copied, sorted(set(expected) - before))
    if said != {"copied": len(expected)}:
        raise Review(
            "Les copies sont faites, mais POST /backup ne dit pas leur nombre.",
            found=shown(said),
            expected=shown({"copied": len(expected)}),
        )
    _expect_copy(context, "sauvegardes", mine.key, mine.mime, mine.title, mine.data)
    day = _stored_tags(context, "sauvegardes", mine.key).get("sauvegarde", "")
    day = day if day in days else max(days)
    _expect_tags(context, "sauvegardes", mine.key, {"nature": mine.kind, "sauvegarde": day}, 0)


def _keeping_time(context: Context) -> None:
    user, neighbour = _people(context)
    wishes = _retention(context, "documents")
    for who, days in ((user, 30), (neighbour, 90), (user, 45)):
        path = f"/retention?days={days}"
        said = call(context, "PUT", path, 200, headers=_as(context, who))
        if said != {"days": days}:
            raise Review(
                f"PUT {path} ne répond pas ce qui est demandé.",
                found=shown(said),
                expected=shown({"days": days}),
            )
        wishes[_home(who)] = days
        found = _retention(context, "documents")
        if found != wishes:
            raise Review(
                "Les règles du bucket ne sont pas celles que les utilisateurs ont demandées.",
                found=shown(found),
                expected=shown(wishes),
            )
    for days in (0, -3):
        reply = send(api_of(context), "PUT", f"/retention?days={days}", headers=_as(context, user))
        if reply.status != 422 or _retention(context, "documents") != wishes:
            raise Review(
                "Une durée nulle ou négative n'est pas refusée.",
                found=f"days={days} : {reply.said}",
                expected="422, et des règles inchangées",
            )


# Chaque étape du service : ce qu'elle vérifie, sa route, ses points.
_STEPS: tuple[tuple[str, str, float, Callable[[Context], None]], ...] = (
    ("santé", "GET /health", 1, _health),
    ("identité", "GET /documents", 1, _identity),
    ("dépôt", "POST /documents", 2, _depositing),
    ("lecture", "GET /documents/{id}", 1, _listing),
    ("lien", "POST /documents/{id}/link", 1, _lending),
    ("cloisons", "GET /documents/{id}", 1, _isolation),
    ("sauvegarde", "POST /backup", 1, _saving),
    ("conservation", "PUT /retention", 1, _keeping_time),
)


def _verify_service(context: Context) -> None:
    points, passed, failures = 0.0, [], []
    for name, route, worth, step in _STEPS:
        try:
            with _left_as_found(context):
                require(context, route)
                step(context)
        except Review as failed:
            failures.append((name, failed))
            continue
        points += worth
        passed.append(name)
    if failures:
        name, failed = failures[0]
        done = f" Étapes réussies : {', '.join(passed)}." if passed else ""
        raise Review(
            f"Étape « {name} ». {failed.message}{done}",
            found=failed.found,
            expected=failed.expected,
            points=points,
        )


def _state(context: Context) -> list[tuple[str, str | None]]:
    found = context.client.list_objects(bucket_name=context.bucket("documents"), recursive=True)
    return sorted((item.object_name or "", item.etag) for item in found)


@contextmanager
def _left_as_found(context: Context) -> Iterator[None]:
    """Retire, à la fin, ce que la vérification a fait ajouter : documents, copies, règles."""
    names = ("documents", "sauvegardes")
    before = {name: set(context.keys(name)) for name in names}
    bucket = context.bucket("documents")
    rules = context.client.get_bucket_lifecycle(bucket_name=bucket)
    try:
        yield
    finally:
        for name in names:
            for key in set(context.keys(name)) - before[name]:
                context.client.remove_object(bucket_name=context.bucket(name), object_name=key)
        if rules:
            context.client.set_bucket_lifecycle(bucket_name=bucket, config=rules)
        else:
            context.client.delete_bucket_lifecycle(bucket_name=bucket)


SERIES = Series(
    "14",
    "projet-documents",
    (
        Exercise(
            "identify",
            "Dire qui demande",
            points=2,
            hints=(
                "FastAPI lit un en-tête par un paramètre authorization: Annotated[str, Header()].",
                "L'empreinte : hashlib.sha256(token.encode()).hexdigest().",
                "L'objet s'appelle jetons/<empreinte>.json ; s'il n'existe pas, get_object() lève "
                "S3Error avec le code NoSuchKey : raise HTTPException(status_code=401).",
                "Donnez une valeur par défaut, vide, au paramètre : sans elle, FastAPI répond 422 "
                "à qui n'a pas d'en-tête.",
            ),
            verify=_verify_identify,
            prepare=_prepare_identify,
            api=True,
        ),
        Exercise(
            "retention",
            "Garder le temps voulu",
            points=2,
            hints=(
                "set_bucket_lifecycle() remplace toutes les règles : lisez d'abord celles qui sont "
                "là.",
                "get_bucket_lifecycle(bucket_name=…).rules est une liste ; gardez celles dont le "
                "préfixe n'est pas à remplacer, ajoutez les nouvelles.",
                "Rule(status=ENABLED, rule_filter=Filter(prefix=…), rule_id=…, "
                "expiration=Expiration(days=…)).",
            ),
            verify=_verify_retention,
            prepare=_prepare_retention,
        ),
        Exercise(
            "backup",
            "Sauvegarder un espace",
            points=3,
            hints=(
                "Listez le préfixe de l'utilisateur, barre finale comprise.",
                "copy_object(…, source=CopySource(…)) copie sur le serveur, type et métadonnées "
                "compris.",
                "get_object_tags() donne les tags d'origine : ajoutez-leur « sauvegarde ».",
                "copy_object(…, tags=tags, tagging_directive=REPLACE) pose ces tags-là.",
            ),
            verify=_verify_backup,
            prepare=_prepare_backup,
        ),
        Exercise(
            "service",
            "Le service entier",
            points=9,
            hints=(
                "Commencez par une fonction qui dit qui demande : les routes la reçoivent par "
                "user: Annotated[str, Depends(who)].",
                "Une seule fonction construit les clés : f'utilisateurs/{user}/documents/{id}' ; "
                "elle refuse (404) un identifiant qui n'a pas la forme des vôtres.",
                "Le titre a des accents : quote() au dépôt, unquote() à la lecture. Les tags et "
                "les métadonnées se donnent à put_object().",
                "Les durées ont des bornes : Annotated[int, Query(ge=1, le=168)] répond 422 à "
                "votre place. Les textes aussi : Annotated[str, Form(max_length=…)] ou "
                "Form(pattern=…), une expression régulière entre ^ et $.",
                "La sauvegarde et la conservation sont celles des exercices précédents.",
            ),
            verify=_verify_service,
            prepare=_prepare_service,
            api=True,
        ),
    ),
)
