"""Changer de clé maîtresse : réemballer la clé de chaque objet, sans toucher à son contenu."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import partial

from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from helpers.display import user_metadata
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.expectations import bucket_lost, destroyed, stat_of
from kit_minio.checks.lesson_17_encryption.sealing import seal, unsealed
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_json
from kit_minio.checks.steps import in_steps

_OLD, _NEW, _OTHER, _LOST = "2026", "2027", "2025", "2024"
_TYPES = ("video/mp4", "image/jpeg", "application/pdf", "audio/mpeg", "text/csv")
_AUTHORS = ("Zoe", "Omar", "Nina", "Ali", "Jeanne")


@dataclass(frozen=True)
class _Sealed:
    """Un objet scellé par sa propre clé, elle-même emballée par une clé maîtresse."""

    data: bytes
    own: bytes
    wrapped: str
    master: str
    author: str
    content_type: str

    @property
    def metadata(self) -> dict[str, str]:
        return {"cle-id": self.master, "cle-emballee": self.wrapped, "auteur": self.author}


def _masters(context: Context) -> dict[str, bytes]:
    rng = context.random()
    return {name: rng.randbytes(32) for name in (_OLD, _NEW, _OTHER, _LOST)}


def _wrap(master: bytes, own: bytes) -> str:
    return b64encode(aes_key_wrap(master, own)).decode()


def _archive(context: Context) -> dict[str, _Sealed]:
    """Renvoie les objets, par leur clé : trois à réemballer, deux à laisser, deux perdus."""
    rng, masters = context.random(), _masters(context)
    names = [_OLD] * 3 + [_NEW, _OTHER] + [_LOST] * 2
    rng.shuffle(names)
    numbers = sorted(rng.sample(range(100, 999), len(names)))
    found = {}
    for number, name in zip(numbers, names, strict=True):
        key, own = f"archives/{number}.bin", rng.randbytes(32)
        data = seal(rng, own, key, f"Archive {number}".encode() * 20)
        found[key] = _Sealed(
            data, own, _wrap(masters[name], own), name, rng.choice(_AUTHORS), rng.choice(_TYPES)
        )
    return found


def _prepare(context: Context) -> None:
    context.make_bucket("archives")
    for key, each in _archive(context).items():
        context.put(
            "archives", key, each.data, content_type=each.content_type, metadata=each.metadata
        )
    context.make_bucket("trousseau")
    masters = _masters(context)
    kept = {name: b64encode(masters[name]).decode() for name in (_OLD, _NEW, _OTHER)}
    put_json(context, "trousseau", "maitresses.json", kept)


def _verify(context: Context) -> None:
    if not context.client.bucket_exists(bucket_name=context.bucket("archives")):
        raise bucket_lost(context, "archives")
    in_steps((2, partial(_expect_wrapped, context)), (1, partial(_expect_lost, context)))


def _expect_lost(context: Context) -> None:
    archive = _archive(context)
    lost = [key for key, each in archive.items() if each.master == _LOST]
    known = (
        Known(
            [key for key, each in archive.items() if each.master != _LOST],
            "Ce sont les objets encore lisibles : la question porte sur les autres.",
        ),
        Known(
            [key for key, each in archive.items() if each.master != _OLD],
            f"Un objet de {_NEW} ou de {_OTHER} n'est pas perdu : le trousseau a sa clé maîtresse.",
        ),
    )
    expect_answer(context, lost, ordered=False, known=known)


def _expect_wrapped(context: Context) -> None:
    archive, masters = _archive(context), _masters(context)
    described = {key: stat_of(context, "archives", key) for key in archive}
    for key, stat in described.items():
        if stat is None:
            raise destroyed(context, f"L'objet de départ « {key} » n'est plus dans « archives ».")
    metadata = {key: user_metadata(stat) for key, stat in described.items()}
    old = [key for key, each in archive.items() if each.master == _OLD]
    if all(metadata[key] == each.metadata for key, each in archive.items()):
        raise Todo(f"Aucune clé n'est réemballée : « {old[0]} » l'est encore par celle de {_OLD}.")
    for key, each in archive.items():
        _expect_same_bytes(context, key, each, metadata[key], masters[_NEW])
        wanted, found = each.metadata, metadata[key]
        if each.master == _OLD:  # la copie peut porter une métadonnée de plus
            wanted |= {"cle-id": _NEW, "cle-emballee": _wrap(masters[_NEW], each.own)}
            found = {name: value for name, value in found.items() if name in wanted}
        if found != wanted:
            raise Review(
                _why(key, each, metadata[key], masters), found=metadata[key].get("cle-id", "")
            )
        if described[key].content_type != each.content_type:
            raise Review(
                f"Le type de « {key} » a changé : une copie qui remplace les métadonnées le "
                "remplace aussi.",
                found=described[key].content_type,
                expected=each.content_type,
                points=1,
            )


def _expect_same_bytes(
    context: Context, key: str, each: _Sealed, metadata: dict[str, str], master: bytes
) -> None:
    found = context.read("archives", key)
    if found == each.data:
        return
    if found == unsealed(each.own, each.data, key.encode()):
        raise Review(f"« {key} » est maintenant en clair chez l'hébergeur.")
    raise Review(
        f"Le contenu de « {key} » a changé : l'énoncé demande de réemballer sa clé, et non de "
        f"rechiffrer. tp.{context.name}.reset() remet les données de départ."
    )


def _why(key: str, each: _Sealed, found: dict[str, str], masters: dict[str, bytes]) -> str:
    """Dit en quoi les métadonnées d'un objet ne sont pas celles attendues."""
    wrapped = found.get("cle-emballee", "")
    if b64encode(each.own).decode() == wrapped or each.own.hex() == wrapped:
        return f"La clé de « {key} » est en clair dans ses métadonnées : l'hébergeur peut le lire."
    if each.master == _LOST:
        return (
            f"Les métadonnées de « {key} » ont changé : sa clé maîtresse n'est plus là, et il "
            "fallait le laisser tel quel."
        )
    if found == each.metadata:
        return f"La clé de « {key} » est encore emballée par celle de {_OLD}."
    if each.master == _OTHER:
        return (
            f"« {key} » est emballé par la clé de {_OTHER}, qui sert encore : laissez-le tel quel."
        )
    if each.master == _NEW:
        return f"« {key} » était déjà emballé par la clé de {_NEW} : ses métadonnées ont changé."
    if found.get("auteur") != each.author:
        return f"La métadonnée auteur de « {key} » s'est perdue : la copie remplace toutes les "\
               "métadonnées."  # fmt: skip
    if found.get("cle-id") == _NEW and wrapped == each.wrapped:
        return f"« {key} » nomme la clé de {_NEW}, mais sa clé est encore emballée par l'ancienne."
    if wrapped == _wrap(masters[_NEW], each.own):
        return f"La clé de « {key} » est bien réemballée, mais cle-id ne nomme pas {_NEW}."
    if wrapped == _twice(masters[_NEW], each.wrapped):
        return f"La clé de « {key} » est emballée deux fois : déballez d'abord celle de {_OLD}."
    return f"La clé emballée de « {key} » ne se déballe pas avec celle de {_NEW}."


def _twice(master: bytes, wrapped: str) -> str:
    return _wrap(master, b64decode(wrapped))


EXERCISES = (
    Exercise(
        "rotate",
        "Changer de clé maîtresse",
        points=3,
        hints=(
            "aes_key_unwrap avec l'ancienne clé maîtresse, aes_key_wrap avec la nouvelle : le "
            "contenu de l'objet n'est pas lu.",
            "copy_object sur lui-même, avec metadata_directive=REPLACE, change les métadonnées ; "
            "redonnez-les toutes, et Content-Type.",
            "Un objet dont cle-id n'est pas dans le trousseau est perdu : ne le modifiez pas.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "deux objets à laisser, d'autres clés en service, deux perdus": lambda context: (
                sorted(each.master for each in _archive(context).values())
                == [_LOST] * 2 + [_OTHER] + [_OLD] * 3 + [_NEW]
            ),
        },
    ),
)
