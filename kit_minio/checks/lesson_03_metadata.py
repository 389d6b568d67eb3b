"""Les exercices de la leçon 03 : décrire, lire, corriger, classer, retrouver."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote, unquote

from helpers.display import user_metadata
from helpers.samples import sample
from kit_minio.checks.answers import Known, expect_answer, expect_same_text
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import (
    destroyed,
    expect_intact,
    expect_object,
    mime_of,
    stat_of,
    tags_of,
)
from kit_minio.checks.model import Context, Exercise, Review, Series, Todo
from kit_minio.checks.preparation import object_tags, put_json, put_text
from kit_minio.checks.steps import in_steps, keeping

_AUTHORS = ("Zoé Le Gall", "Éloïse Kervran", "François Tanguy", "Maël Hénaff", "Noémie Le Bé")
_PLACES = ("Île-Molène", "Bénodet", "Île-d'Aix", "Le Guilvinec, côté criée", "Fécamp, près du môle")
_TITLES = (
    "Le phare à la tombée du jour",
    "Une éclaircie après la tempête",
    "Grande marée d'équinoxe",
    "Le retour de pêche, très tôt",
    "Brume légère à l'entrée du chenal",
)


def _lines(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} : {value}" for name, value in sorted(values.items())) or "rien"


def _card(context: Context) -> dict[str, str]:
    """Renvoie une fiche ; aucune de ses valeurs n'est en ASCII, et deux ont des espaces."""
    rng = context.random()
    return {
        "auteur": rng.choice(_AUTHORS),
        "lieu": rng.choice(_PLACES),
        "titre": rng.choice(_TITLES),
    }


def _encoded(values: Mapping[str, str]) -> dict[str, str]:
    return {name: quote(value) for name, value in values.items()}


def _expect_value(name: str, found: str, expected: str) -> None:
    """Compare une valeur, décodée une fois, à la valeur attendue."""
    if found != expected == unquote(found):
        raise Review(f"La valeur de « {name} » est encodée deux fois.", found=found)
    expect_same_text(found, expected, f"le texte de « {name} »")


_CARD_TRAPS = {
    "des accents dans chaque valeur": lambda context: (
        not any(value.isascii() for value in _card(context).values())
    ),
    "des espaces dans une valeur": lambda context: " " in _card(context)["titre"],
}


# --- 1. Décrire ---------------------------------------------------------------------------------


def _prepare_describe(context: Context) -> None:
    context.make_bucket("galerie")
    put_json(context, "galerie", "fiche.json", _card(context))


def _verify_describe(context: Context) -> None:
    expect_intact(context, "galerie", {})
    if context.keys("galerie") in ([], ["fiche.json"]):
        raise Todo("Aucune image n'est déposée dans « galerie ».")
    expect_object(context, "galerie", "couverture", data=sample("phare.jpg").read_bytes())
    typed = partial(expect_object, context, "galerie", "couverture", content_type="image/jpeg")
    in_steps((1, partial(_expect_card, context)), (1, typed))


def _expect_card(context: Context) -> None:
    card, found = _card(context), user_metadata(stat_of(context, "galerie", "couverture"))
    missing = sorted(set(card) - set(found))
    if missing:
        tagged = set(card) & set(tags_of(context, "galerie", "couverture"))
        where = " Un tag n'est pas une métadonnée." if tagged else ""
        message = f"Il manque aux métadonnées : {', '.join(missing)}.{where}"
        raise Review(message, found=_lines(found))
    for name, value in card.items():
        _expect_value(name, found[name], value)


# --- 2. Lire ------------------------------------------------------------------------------------


def _prepare_read_back(context: Context) -> None:
    context.make_bucket("musee")
    context.put(
        "musee",
        "logo.png",
        sample("logo.png").read_bytes(),
        content_type="image/png",
        metadata=_encoded(_card(context)),
    )


def _verify_read_back(context: Context) -> None:
    card, answer = _card(context), context.answer
    if isinstance(answer, dict):
        if any(name.lower().startswith("x-amz-meta-") for name in answer):
            raise Review("Les noms portent encore leur préfixe.", found=shown_list(answer))
        if {name.lower() for name in answer} == set(card) != set(answer):
            raise Review("Les noms ne sont pas tous en minuscules.", found=shown_list(answer))
        if set(answer) > set(card):
            message = "La réponse contient aussi d'autres en-têtes que vos métadonnées."
            raise Review(message, found=shown_list(sorted(set(answer) - set(card))))
    known = [
        Known({}, "Aucun nom n'est retenu : leur casse varie selon le serveur, lower() d'abord."),
        Known(_encoded(card), "Les valeurs sont encore encodées : unquote() les décode.", 0.5),
    ]
    expect_answer(context, card, known=known)


# --- 3. Corriger --------------------------------------------------------------------------------

_REVIEWED = {"relecture": "faite"}


def _edit_before(context: Context) -> dict[str, str]:
    return _card(context) | {"droits": "CC BY 4.0"}


def _edit_place(context: Context) -> str:
    """Renvoie le bon lieu, qui n'est pas celui de la fiche."""
    wrong = _card(context)["lieu"]
    return context.random().choice([place for place in _PLACES if place != wrong])


def _prepare_edit(context: Context) -> None:
    context.make_bucket("archives")
    context.put(
        "archives",
        "port.jpg",
        sample("port.jpg").read_bytes(),
        content_type="image/jpeg",
        metadata=_encoded(_edit_before(context)),
        tags=object_tags(_REVIEWED),
    )
    put_text(context, "archives", "lieu.txt", _edit_place(context))


def _verify_edit(context: Context) -> None:
    before, place = _edit_before(context), _edit_place(context)
    intact = {"lieu.txt": place.encode(), "port.jpg": sample("port.jpg").read_bytes()}
    expect_intact(context, "archives", intact)
    found = user_metadata(stat_of(context, "archives", "port.jpg"))
    kind = mime_of(context, "archives", "port.jpg")
    tags = tags_of(context, "archives", "port.jpg")
    extra = [key for key in context.keys("archives") if key not in intact]
    if (found, kind, tags) == (before, "image/jpeg", _REVIEWED):
        if extra:
            raise Review("L'image port.jpg n'a pas changé ; une autre est apparue.", found=extra[0])
        raise Todo("Le lieu de port.jpg n'a pas changé.")
    if "lieu" not in found:
        raise Review("L'image n'a plus de lieu.", found=_lines(found))
    _expect_value("lieu", found["lieu"], place)
    lost, added = sorted(set(before) - set(found)), sorted(set(found) - set(before))
    changed = [name for name in before if name != "lieu" and found.get(name) != before[name]]
    twice = all(unquote(found.get(name, "")) == before[name] for name in changed)
    faults = (
        (lost, 1, f"l'image a perdu : {', '.join(lost)}"),
        (added, 1, f"l'image a reçu ce qu'elle n'avait pas : {', '.join(added)}"),
        (changed and twice, 1, f"d'autres valeurs sont encodées deux fois : {', '.join(changed)}"),
        (changed, 1, f"d'autres valeurs ont changé : {', '.join(changed)}"),
        (kind != "image/jpeg", 2, f"le type de contenu est devenu « {kind} »"),
        (tags != _REVIEWED, 2, f"les tags ont changé ({_lines(tags)})"),
    )
    for fault, points, fact in faults:
        if fault:  # perdu pour de bon : le bon code relirait ce qui est faux
            raise destroyed(context, f"Le lieu est juste, mais {fact}.", points=points)
    if extra:
        message = "L'image est juste, mais un objet de trop reste dans le bucket : supprimez-le."
        raise Review(message, found=extra[0], points=2)


# --- 4. Classer ---------------------------------------------------------------------------------

_SEASONS = {"hiver": (12, 1, 2), "printemps": (3, 4, 5), "ete": (6, 7, 8), "automne": (9, 10, 11)}


def _shots(context: Context) -> dict[str, tuple[str, str, str]]:
    """Renvoie huit photos : la date, la saison, l'équipe ; chaque saison a son premier mois."""
    rng = context.random()
    months = [month for first, *rest in _SEASONS.values() for month in (first, rng.choice(rest))]
    rng.shuffle(months)
    keys = sorted(f"photo-{number}.jpg" for number in rng.sample(range(10, 99), 8))
    shots = {}
    for key, month in zip(keys, months, strict=True):
        date = f"{rng.randint(2019, 2026)}-{month:02}-{rng.randint(1, 28):02}"
        season = next(name for name, those in _SEASONS.items() if month in those)
        shots[key] = (date, season, rng.choice(["nord", "sud", "ouest"]))
    return shots


def _has_month(month: int, context: Context) -> bool:
    return any(f"-{month:02}-" in date for date, *_ in _shots(context).values())


def _prepare_classify(context: Context) -> None:
    context.make_bucket("photos")
    for key, (date, _, team) in _shots(context).items():
        context.put(
            "photos",
            key,
            key.encode(),
            content_type="image/jpeg",
            metadata={"prise-le": date},
            tags=object_tags({"equipe": team}),
        )


def _verify_classify(context: Context) -> None:
    shots = _shots(context)
    expect_intact(context, "photos", {key: key.encode() for key in shots})
    tags = {key: tags_of(context, "photos", key) for key in shots}
    for key, (date, _, team) in shots.items():
        kept = user_metadata(stat_of(context, "photos", key)) == {"prise-le": date}
        if not kept or mime_of(context, "photos", key) != "image/jpeg":
            fact = f"Les métadonnées de {key} ont changé ; un tag se pose sans y toucher."
            raise destroyed(context, fact)
        if tags[key].get("equipe") != team:
            fact = f"Le tag « equipe » de {key} n'y est plus : set_object_tags() remplace tout."
            raise destroyed(context, fact)
    if all(set(found) == {"equipe"} for found in tags.values()):
        raise Todo("Aucune photo n'a reçu de tag : set_object_tags() les enregistre.")
    others = {name for found in tags.values() if "saison" not in found for name in found}
    for name in others - {"equipe"}:
        message = "Le tag n'a pas le nom demandé, majuscules comprises."
        raise Review(message, found=name, expected="saison")
    unknown = {found["saison"] for found in tags.values() if "saison" in found} - set(_SEASONS)
    if unknown:
        message = "Une saison n'est pas écrite comme dans l'énoncé."
        raise Review(message, found=min(unknown), expected=", ".join(_SEASONS))
    wrong = [key for key in shots if tags[key].get("saison") != shots[key][1]]
    if wrong:
        date, given = shots[wrong[0]][0], tags[wrong[0]].get("saison")
        told = f"n'est pas de saison « {given} »" if given else "n'a pas de tag « saison »"
        message = f"Photos bien classées : {8 - len(wrong)} sur 8. Celle du {date} {told}."
        raise Review(message, found=wrong[0], points=1 if len(wrong) <= 4 else 0)


# --- 5. Retrouver -------------------------------------------------------------------------------


def _collection(context: Context) -> tuple[str, dict[str, tuple[str, str]]]:
    """Renvoie le lieu cherché et douze photos : leur lieu, et leur état (« » : aucun tag)."""
    rng = context.random()
    wanted, *others = rng.sample(_PLACES, 3)
    kinds = [(wanted, "publie")] * 3 + [(wanted, "brouillon")] * 2 + [(wanted, "")]
    kinds += [(place, state) for place in others for state in ("publie", "publie", "brouillon")]
    rng.shuffle(kinds)
    keys = sorted(f"vue-{number}.jpg" for number in rng.sample(range(100, 999), len(kinds)))
    return wanted, dict(zip(keys, kinds, strict=True))


def _has_state(state: str, context: Context) -> bool:
    wanted, photos = _collection(context)
    return (wanted, state) in photos.values()


def _prepare_find(context: Context) -> None:
    wanted, photos = _collection(context)
    context.make_bucket("collection")
    put_text(context, "collection", "lieu.txt", wanted)
    for key, (place, state) in photos.items():
        context.put(
            "collection",
            key,
            key.encode(),
            content_type="image/jpeg",
            metadata=_encoded({"lieu": place}),
            tags=object_tags({"etat": state}) if state else None,
        )


def _verify_find(context: Context) -> None:
    wanted, photos = _collection(context)
    expect_intact(context, "collection", {key: key.encode() for key in photos})
    expected = [key for key, kind in photos.items() if kind == (wanted, "publie")]
    known = [
        Known([], "Aucune photo n'est trouvée : le lieu est encodé, unquote() le décode."),
        Known([key[:-4] for key in expected], "À ces clés, il manque la fin, « .jpg »."),
    ]
    answer = context.answer
    if isinstance(answer, list) and all(isinstance(key, str) for key in answer):
        for key in sorted(photos.keys() & set(answer) - set(expected)):
            place, state = photos[key]
            told = "n'est pas publiée" if place == wanted else "a été prise ailleurs"
            seen = f"{key}, lieu : {place} ; état : {state or 'aucun tag'}"
            raise Review(f"Une photo donnée {told}.", found=seen)
    with keeping(1 if answer and isinstance(answer, list) and len(answer) < 3 else 0):
        expect_answer(context, expected, ordered=False, known=known)


SERIES = Series(
    "03",
    "metadonnees",
    (
        Exercise(
            "describe",
            "Décrire une image",
            points=2,
            hints=(
                "fput_object() a un argument metadata, et un autre pour le type de contenu.",
                "Les accents ne passent pas tels quels : quote(), de urllib.parse, les encode.",
                "metadata={name: quote(value) for name, value in card.items()}",
            ),
            verify=_verify_describe,
            prepare=_prepare_describe,
            traps=_CARD_TRAPS,
        ),
        Exercise(
            "read_back",
            "Lire une fiche",
            points=1,
            hints=(
                "stat.metadata contient tous les en-têtes ; les vôtres commencent par x-amz-meta-.",
                "La casse de ces noms varie selon le serveur : commencez par lower().",
                "Le préfixe s'enlève avec removeprefix(), la valeur se décode avec unquote().",
            ),
            verify=_verify_read_back,
            prepare=_prepare_read_back,
            answers=True,
            traps=_CARD_TRAPS,
        ),
        Exercise(
            "edit",
            "Corriger sans rien perdre",
            points=3,
            hints=(
                "copy_object() peut recopier un objet sur lui-même, avec REPLACE.",
                "REPLACE oublie tout ce que vous ne redonnez pas : lisez d'abord avec "
                "stat_object(), et ne reprenez que les en-têtes x-amz-meta-.",
                'Le type de contenu se redonne dans metadata, sous le nom "Content-Type".',
                "Les valeurs lues sont déjà encodées ; seul le nouveau lieu passe par quote().",
            ),
            verify=_verify_edit,
            prepare=_prepare_edit,
            traps={
                "le nouveau lieu n'est pas en ASCII": lambda context: (
                    not _edit_place(context).isascii()
                ),
                "le lieu change": lambda context: (
                    _edit_place(context) != _edit_before(context)["lieu"]
                ),
            },
        ),
        Exercise(
            "classify",
            "Classer par saison",
            points=2,
            hints=(
                "La date est dans stat.metadata, sous le nom x-amz-meta-prise-le ; "
                "le mois en est la deuxième partie.",
                "set_object_tags() remplace tous les tags de l'objet.",
                "Lisez les tags avec get_object_tags(), ajoutez-y la saison, puis reposez-les.",
            ),
            verify=_verify_classify,
            prepare=_prepare_classify,
            traps={f"le mois {month}": partial(_has_month, month) for month in (12, 3, 6, 9)},
        ),
        Exercise(
            "find",
            "Retrouver des photos",
            points=2,
            hints=(
                "Aucune méthode ne cherche à votre place : listez les clés, "
                "puis interrogez chaque photo.",
                "L'état est un tag, le lieu une métadonnée : deux requêtes par photo.",
                "get_object_tags() donne None pour une photo sans tag, et le lieu est encodé.",
            ),
            verify=_verify_find,
            prepare=_prepare_find,
            answers=True,
            traps={
                f"au lieu cherché, l'état « {state} »": partial(_has_state, state)
                for state in ("publie", "brouillon", "")
            },
        ),
    ),
)
