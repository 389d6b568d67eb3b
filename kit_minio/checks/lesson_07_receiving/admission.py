"""Vérifier ce qui est arrivé : une route examine un dépôt, l'admet ou le refuse."""

from __future__ import annotations

import secrets

from kit_minio.checks.comparison import shown_list
from kit_minio.checks.exchanges import Reply
from kit_minio.checks.expectations import expect_object
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.novelty import expect_new_keys
from kit_minio.checks.routes import ask, expect_status, fields, judging, reading
from kit_minio.checks.steps import keeping

_LIMIT = 1024 * 1024  # octets
_JPEG, _PNG = bytes.fromhex("ffd8ff"), bytes.fromhex("89504e470d0a1a0a")
_ROUTE = "/admissions/{key}"


def _prepare(context: Context) -> None:
    context.make_bucket("arrivees")
    context.make_bucket("publies")


def _photo(length: int) -> bytes:
    return _JPEG + secrets.token_bytes(length - len(_JPEG))


def _admissions() -> dict[str, tuple[bytes, str]]:
    """Renvoie les dépôts à publier, et le type que chacun déclare."""
    small = _photo(5000)
    return {
        "une petite photo JPEG": (small, "image/jpeg"),
        "la même photo, déposée de nouveau": (small, "image/jpeg"),
        "une photo JPEG de type image/pjpeg": (_photo(3000), "image/pjpeg"),
        "une photo JPEG de 1 Mio juste": (_photo(_LIMIT), "image/jpeg"),
    }


def _refusals() -> dict[str, bytes]:
    """Renvoie les dépôts à refuser, tous déclarés JPEG."""
    return {
        "une page HTML qui se dit JPEG": b"<script>alert(1)</script>",
        "une image PNG qui se dit JPEG": _PNG + secrets.token_bytes(2000),
        "un fichier qui commence par ff d8, mais pas par ff d8 ff": b"\xff\xd8\0" + bytes(2000),
        "une photo de plus de 1 Mio": _photo(_LIMIT + 1),
        "un fichier vide": b"",
    }


def _verify(context: Context) -> None:
    with judging(context, f"POST {_ROUTE}"):
        names: list[str] = []
        for what, (data, kind) in _admissions().items():
            with keeping(min(len(names), 1)):
                names.append(_expect_admitted(context, what, data, kind))
        expect_new_keys(names, points=1)
        with keeping(1):
            for what, data in _refusals().items():
                _expect_turned_away(context, what, data)
        with keeping(3):
            reply = _post(context, _new_key())
            expect_status(reply, "POST", "/admissions/…", 404)


def _new_key() -> str:
    return f"{secrets.token_hex(8)}.jpg"


def _post(context: Context, key: str) -> Reply:
    return ask(context, "POST", f"/admissions/{key}")


def _expect_admitted(context: Context, what: str, data: bytes, kind: str) -> str:
    """S'assure qu'une photo est publiée, et renvoie sa nouvelle clé."""
    key = _new_key()
    context.put("arrivees", key, data, content_type=kind)
    before = set(context.keys("publies"))
    reply = _post(context, key)
    if reply.status == 422:
        raise Review(f"L'API refuse {what}.", found=reply.said, expected="201")
    if not 200 <= reply.status < 300:
        raise Review(f"Pour {what}, {reading(reply)}.", found=reply.said, expected="201")
    (name,) = fields(reply.json(), key=str)
    if name == key:
        raise Review(
            "La photo publiée garde la clé de son dépôt : elle doit en avoir une nouvelle.",
            found=name,
            expected="une clé nouvelle",
        )
    if name in before:
        raise Review(
            "Une photo publiée auparavant a été remplacée : sa clé n'était pas nouvelle.",
            found=name,
            expected="une clé nouvelle à chaque dépôt",
            points=1,
        )
    added = set(context.keys("publies")) - before
    if name not in added:
        raise Review(
            "L'API a répondu, mais « publies » n'a pas de nouvel objet sous la clé qu'elle donne.",
            found=shown_list(sorted(added)) or "aucun objet nouveau",
            expected=name,
        )
    expect_object(context, "publies", name, data=data, content_type=kind)
    if key in context.keys("arrivees"):
        raise Review(
            "La photo est publiée, mais elle est encore dans « arrivees ».", found=key, points=1
        )
    with keeping(1):
        expect_status(reply, "POST", "/admissions/…", 201)
    return str(name)


def _expect_turned_away(context: Context, what: str, data: bytes) -> None:
    key, before = _new_key(), set(context.keys("publies"))
    context.put("arrivees", key, data, content_type="image/jpeg")
    reply = _post(context, key)
    if set(context.keys("publies")) - before:
        raise Review(f"L'API publie {what}.", found=str(reply.status), expected="422")
    if reply.status != 422:
        raise Review(
            f"L'API ne refuse pas comme demandé {what} : {reading(reply, 'POST', '422')}.",
            found=reply.said,
            expected="422",
        )
    if key in context.keys("arrivees"):
        raise Review(
            f"L'API refuse {what}, mais l'objet est encore dans « arrivees ».", found=key, points=2
        )


EXERCISES = (
    Exercise(
        "admission",
        "Examiner avant de publier",
        points=4,
        hints=(
            "stat_object() donne la taille, et lève S3Error, de code NoSuchKey, si l'objet manque.",
            "get_object(…, length=3) ne lit que trois octets. Ne lisez rien d'un objet vide : le "
            "serveur refuse d'en donner un intervalle.",
            "Dans les deux cas, l'objet quitte « arrivees » : copy_object() vers « publies » si la "
            "photo est admise, puis remove_object().",
            "Supprimez l'objet refusé avant raise HTTPException(status_code=422).",
        ),
        verify=_verify,
        prepare=_prepare,
        api=True,
    ),
)
