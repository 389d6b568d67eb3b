"""Les tags : en ajouter un sans perdre les autres, et retrouver des objets."""

from __future__ import annotations

from functools import partial

from helpers.display import user_metadata
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.expectations import (
    destroyed,
    expect_intact,
    stat_of,
    tags_of,
)
from kit_minio.checks.lesson_03_metadata.cards import (
    PLACES,
    encoded,
)
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import object_tags, put_text
from kit_minio.checks.steps import keeping

# --- 3. Classer ---------------------------------------------------------------------------------

_SEASONS = {"hiver": (12, 1, 2), "printemps": (3, 4, 5), "ete": (6, 7, 8), "automne": (9, 10, 11)}


def _shots(context: Context) -> dict[str, tuple[str, str, str]]:
    """Renvoie huit photos : la date, la saison, l'équipe.

    Chaque saison a son premier mois et son dernier.
    """
    rng = context.random()
    months = [month for those in _SEASONS.values() for month in (those[0], those[-1])]
    rng.shuffle(months)
    # Sans extension : aucun serveur n'en devine le type.
    keys = sorted(f"photo-{number}" for number in rng.sample(range(10, 99), 8))
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
        stat = stat_of(context, "photos", key)
        if user_metadata(stat) != {"prise-le": date}:
            fact = f"Les métadonnées de {key} ont changé ; poser un tag ne les modifie pas."
            raise destroyed(context, fact)
        if stat.content_type != "image/jpeg":
            fact = f"Le type de contenu de {key} est devenu « {stat.content_type} »."
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


# --- 4. Retrouver -------------------------------------------------------------------------------


def _collection(context: Context) -> tuple[str, dict[str, tuple[str, str]]]:
    """Renvoie le lieu cherché et douze photos : leur lieu, et leur état (« » : aucun tag)."""
    rng = context.random()
    wanted, other = rng.sample(PLACES, 2)
    kinds = [(wanted, "publie")] + [(wanted, "brouillon")] * 2
    kinds += [(other, state) for state in ("publie", "publie", "brouillon")]
    kinds += [(f"{wanted} ouest", "publie"), (f"Au large de {wanted}", "publie")]
    kinds += [(f"{wanted} ouest", "brouillon")]
    rng.shuffle(kinds)
    # La photo sans tag en précède une à trouver : s'arrêter à elle se voit.
    kinds = [(wanted, "publie"), (wanted, ""), *kinds, (wanted, "publie")]
    keys = sorted(f"vue-{number}.jpg" for number in rng.sample(range(100, 999), len(kinds)))
    return wanted, dict(zip(keys, kinds, strict=True))


def _has_state(state: str, context: Context) -> bool:
    wanted, photos = _collection(context)
    return (wanted, state) in photos.values()


def _has_neighbours(context: Context) -> bool:
    wanted, photos = _collection(context)
    places = {place for place, state in photos.values() if state == "publie"} - {wanted}
    return any(place.startswith(wanted) for place in places) and any(
        place.endswith(wanted) for place in places
    )


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
            metadata=encoded({"lieu": place}),
            tags=object_tags({"etat": state}) if state else None,
        )


def _verify_find(context: Context) -> None:
    wanted, photos = _collection(context)
    expect_intact(context, "collection", {key: key.encode() for key in photos})
    expected = [key for key, kind in photos.items() if kind == (wanted, "publie")]
    known = [
        Known(
            [],
            "Aucune photo n'est trouvée : le lieu est encodé, unquote() le décode, et "
            "get_object_tags() donne None pour une photo sans tag.",
        ),
        Known([key[:-4] for key in expected], "Il manque à ces clés la fin, « .jpg »."),
    ]
    answer = context.answer
    if isinstance(answer, list) and all(isinstance(key, str) for key in answer):
        for key in sorted(photos.keys() & set(answer) - set(expected)):
            place, state = photos[key]
            told = "n'est pas publiée" if place == wanted else "a été prise ailleurs"
            if wanted in place and place != wanted:
                told += " : son lieu contient celui qui est cherché, et d'autres mots"
            seen = f"{key}, lieu : {place} ; état : {state or 'aucun tag'}"
            raise Review(f"Une photo donnée {told}.", found=seen)
    with keeping(1 if answer and isinstance(answer, list) and len(answer) < 3 else 0):
        expect_answer(context, expected, ordered=False, known=known)


EXERCISES = (
    Exercise(
        "classify",
        "Classer par saison",
        points=2,
        hints=(
            "La date est dans stat.metadata, sous le nom x-amz-meta-prise-le ; "
            "le mois en est la deuxième partie.",
            "set_object_tags() remplace tous les tags de l'objet.",
            "Lisez les tags avec get_object_tags(), ajoutez-y la saison, puis enregistrez-les.",
        ),
        verify=_verify_classify,
        prepare=_prepare_classify,
        traps={
            f"le mois {month}": partial(_has_month, month) for month in (2, 3, 5, 6, 8, 9, 11, 12)
        },
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
        }
        | {
            "un lieu voisin commence comme celui cherché, un autre finit ainsi": _has_neighbours,
            "une photo à trouver vient après celle sans tag": lambda context: (
                [state for _, state in _collection(context)[1].values()].index("") == 1
            ),
        },
    ),
)
