"""Les métadonnées : les donner, les lire, en corriger une sans perdre les autres."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

from helpers.display import user_metadata
from helpers.samples import sample
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import (
    destroyed,
    expect_intact,
    expect_object,
    stat_of,
    tags_of,
)
from kit_minio.checks.lesson_03_metadata.cards import (
    CARD_TRAPS,
    PLACES,
    card_of,
    encoded,
    expect_value,
    lines,
)
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import object_tags, put_json, put_text
from kit_minio.checks.steps import in_steps

# --- 2. Décrire ---------------------------------------------------------------------------------


def _prepare_describe(context: Context) -> None:
    context.make_bucket("galerie")
    put_json(context, "galerie", "fiche.json", card_of(context))


def _verify_describe(context: Context) -> None:
    card = json.dumps(card_of(context), ensure_ascii=False, indent=1).encode()
    expect_intact(context, "galerie", {"fiche.json": card})
    if context.keys("galerie") in ([], ["fiche.json"]):
        raise Todo("Aucune image n'est déposée dans « galerie ».")
    expect_object(context, "galerie", "couverture", data=sample("phare.jpg").read_bytes())
    typed = partial(expect_object, context, "galerie", "couverture", content_type="image/jpeg")
    in_steps((1, partial(_expect_card, context)), (1, typed))


def _expect_card(context: Context) -> None:
    card, found = card_of(context), user_metadata(stat_of(context, "galerie", "couverture"))
    missing = sorted(set(card) - set(found))
    if missing:
        tagged = set(card) & set(tags_of(context, "galerie", "couverture"))
        where = " Un tag n'est pas une métadonnée." if tagged else ""
        message = f"Il manque aux métadonnées : {', '.join(missing)}.{where}"
        raise Review(message, found=lines(found), expected=", ".join(card))
    for name, value in card.items():
        expect_value(name, found[name], value)


# --- 1. Lire ------------------------------------------------------------------------------------


def _caption(context: Context) -> dict[str, str]:
    """Renvoie une fiche où un nom a un tiret, et où une valeur contient « %20 »."""
    rng = context.random()
    day = f"{rng.randint(2019, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return card_of(context) | {"pris-le": day, "note": "l'espace s'y écrit %20"}


def _prepare_read_back(context: Context) -> None:
    context.make_bucket("musee")
    context.put(
        "musee",
        "logo.png",
        sample("logo.png").read_bytes(),
        content_type="image/png",
        metadata=encoded(_caption(context)),
    )


def _verify_read_back(context: Context) -> None:
    card, answer = _caption(context), context.answer
    if isinstance(answer, dict):
        if any(name.lower().startswith("x-amz-meta-") for name in answer):
            raise Review("Les noms portent encore leur préfixe.", found=shown_list(answer))
        if {name.lower() for name in answer} == set(card) != set(answer):
            raise Review("Les noms ne sont pas tous en minuscules.", found=shown_list(answer))
        if set(answer) > set(card):
            message = "La réponse contient aussi d'autres en-têtes que vos métadonnées."
            raise Review(message, found=shown_list(sorted(set(answer) - set(card))))
        cut = next((name for name in answer if _beginless(name, card)), None)
        if cut is not None:
            message = "Un nom a perdu son début : removeprefix() ne retire que le préfixe."
            raise Review(message, found=shown_list(answer))
        if answer.keys() == card.keys() and any(
            answer[name] == unquote(value) != value for name, value in card.items()
        ):
            raise Review("Une valeur est décodée deux fois : elle contenait « %20 ».")
    known = [
        Known(
            {},
            "Aucun nom n'est retenu : leur casse dépend du serveur ; appliquez lower().",
        ),
        Known(encoded(card), "Les valeurs sont encore encodées : unquote() les décode.", 0.5),
    ]
    expect_answer(context, card, known=known)


def _beginless(name: str, card: Mapping[str, str]) -> bool:
    return name not in card and any(other.endswith(name) for other in card)


# --- 5. Corriger --------------------------------------------------------------------------------

_REVIEWED = {"relecture": "faite"}
_SYSTEM = ("cache-control", "content-disposition", "content-encoding", "content-language")


def _edit_before(context: Context) -> dict[str, str]:
    return card_of(context) | {"droits": "CC BY 4.0"}


def _edit_place(context: Context) -> str:
    """Renvoie le bon lieu, qui n'est pas celui de la fiche."""
    wrong = card_of(context)["lieu"]
    return context.random().choice([place for place in PLACES if place != wrong])


def _prepare_edit(context: Context) -> None:
    context.make_bucket("archives")
    context.put(
        "archives",
        "port",  # sans extension : aucun serveur n'en devine le type
        sample("port.jpg").read_bytes(),
        content_type="image/jpeg",
        metadata=encoded(_edit_before(context)),
        tags=object_tags(_REVIEWED),
    )
    put_text(context, "archives", "lieu.txt", _edit_place(context))


def _verify_edit(context: Context) -> None:
    before, place = _edit_before(context), _edit_place(context)
    intact = {"lieu.txt": place.encode(), "port": sample("port.jpg").read_bytes()}
    expect_intact(context, "archives", intact)
    stat = stat_of(context, "archives", "port")
    found, kind = user_metadata(stat), stat.content_type
    tags = tags_of(context, "archives", "port")
    extra = [key for key in context.keys("archives") if key not in intact]
    if (found, kind, tags) == (before, "image/jpeg", _REVIEWED):
        if extra:
            raise Review("L'image « port » n'a pas changé ; une autre est apparue.", found=extra[0])
        raise Todo("Le lieu de « port » n'a pas changé.")
    if "lieu" not in found:
        raise Review("L'image n'a plus de lieu.", found=lines(found))
    lost, added = sorted(set(before) - set(found)), sorted(set(found) - set(before))
    added += [name for name in _SYSTEM if name in stat.metadata]
    changed = [name for name in before if name != "lieu" and found.get(name) != before[name]]
    twice = all(unquote(found.get(name, "")) == before[name] for name in changed)
    if found["lieu"] == before["lieu"]:
        if added:
            message = f"Le lieu n'a pas changé ; l'image a reçu en plus : {', '.join(added)}."
            raise Review(message, found=lines(found), expected="lieu, et sa nouvelle valeur")
        where = (
            "un tag n'est pas une métadonnée" if tags != _REVIEWED else "d'autres choses ont changé"
        )
        raise destroyed(context, f"Le lieu de « port » n'a pas changé ; {where}.")
    expect_value("lieu", found["lieu"], place)
    faults = (
        (lost, 1, f"l'image a perdu : {', '.join(lost)}"),
        (added, 1, f"l'image a reçu ce qu'elle n'avait pas : {', '.join(added)}"),
        (changed and twice, 1, f"d'autres valeurs sont encodées deux fois : {', '.join(changed)}"),
        (changed, 1, f"d'autres valeurs ont changé : {', '.join(changed)}"),
        (kind != "image/jpeg", 2, f"le type de contenu est devenu « {kind} »"),
        (tags != _REVIEWED, 2, f"les tags ont changé ({lines(tags)})"),
    )
    for fault, points, fact in faults:
        if fault:  # perdu pour de bon : le bon code relirait ce qui est faux
            raise destroyed(context, f"Le lieu est juste, mais {fact}.", points=points)
    if extra:
        message = "L'image est juste, mais un objet de trop reste dans le bucket : supprimez-le."
        raise Review(message, found=extra[0], points=2)


EXERCISES = (
    Exercise(
        "describe",
        "Décrire une image",
        points=2,
        hints=(
            "fput_object() a un argument metadata, et un autre pour le type de contenu.",
            "Une métadonnée n'accepte pas les accents : quote(), de urllib.parse, les encode.",
            "metadata={name: quote(value) for name, value in card.items()}",
        ),
        verify=_verify_describe,
        prepare=_prepare_describe,
        traps=CARD_TRAPS,
    ),
    Exercise(
        "read_back",
        "Lire une fiche",
        points=1,
        hints=(
            "stat.metadata contient tous les en-têtes ; les vôtres commencent par x-amz-meta-.",
            "La casse de ces noms varie selon le serveur : commencez par lower().",
            "removeprefix() retire le préfixe, unquote() décode la valeur.",
        ),
        verify=_verify_read_back,
        prepare=_prepare_read_back,
        answers=True,
        traps=CARD_TRAPS
        | {
            "un nom a un tiret": lambda context: any("-" in name for name in _caption(context)),
            "une valeur décodée deux fois est fausse": lambda context: any(
                unquote(value) != value for value in _caption(context).values()
            ),
        },
    ),
    Exercise(
        "edit",
        "Corriger sans rien perdre",
        points=3,
        hints=(
            "copy_object() peut recopier un objet sur lui-même, avec REPLACE.",
            "REPLACE oublie tout ce que vous ne redonnez pas : lisez d'abord avec "
            "stat_object(), et ne reprenez que les en-têtes x-amz-meta-.",
            'Redonnez le type de contenu dans metadata, sous le nom "Content-Type".',
            "Les valeurs lues sont déjà encodées ; seul le nouveau lieu passe par quote().",
        ),
        verify=_verify_edit,
        prepare=_prepare_edit,
        traps={
            "le nouveau lieu n'est pas en ASCII": lambda context: (
                not _edit_place(context).isascii()
            ),
            "le nouveau lieu a une espace": lambda context: " " in _edit_place(context),
            "le lieu change": lambda context: _edit_place(context) != _edit_before(context)["lieu"],
        },
    ),
)
