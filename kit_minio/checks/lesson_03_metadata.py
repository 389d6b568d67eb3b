"""Les exercices de la leçon 03 : décrire, lire, corriger, classer, retrouver."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from minio.commonconfig import Tags
from minio.error import S3Error

from helpers.display import user_metadata
from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from helpers.samples import sample

_AUTHORS = ("Zoé Le Gall", "Éloïse Kervran", "François Tanguy", "Maël Hénaff", "Noémie Le Bé")
_PLACES = ("Île-Molène", "Bénodet", "Île-d'Aix", "Le Guilvinec, côté criée", "Fécamp, près du môle")
_TITLES = (
    "Le phare à la tombée du jour",
    "Une éclaircie après la tempête",
    "Grande marée d'équinoxe",
    "Le retour de pêche, très tôt",
    "Brume légère à l'entrée du chenal",
)


def _stat(context: Context, bucket: str, key: str) -> Any:
    """Renvoie la description d'un objet, ou ``None`` s'il n'existe pas."""
    try:
        return context.client.stat_object(bucket_name=context.bucket(bucket), object_name=key)
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise


def _tags(context: Context, bucket: str, key: str) -> dict[str, str]:
    found = context.client.get_object_tags(bucket_name=context.bucket(bucket), object_name=key)
    return dict(found or {})


def _object_tags(values: dict[str, str]) -> Tags:
    tags = Tags.new_object_tags()
    for name, value in values.items():
        tags[name] = value
    return tags


def _lines(values: dict[str, str]) -> str:
    return ", ".join(f"{name} : {value}" for name, value in sorted(values.items())) or "rien"


def _check_value(name: str, found: str, expected: str) -> None:
    """Compare une valeur décodée une fois à la valeur attendue, et nomme l'écart."""
    if found == expected:
        return
    message = f"La valeur de « {name} » n'est pas la bonne."
    if unquote(found) == expected:
        message = f"La valeur de « {name} » est encodée deux fois."
    elif unquote_plus(found) == expected:
        message = (
            f"Dans « {name} », des espaces sont devenues des « + » : quote() ne fait pas cela."
        )
    raise Review(message, found=found, expected=expected)


# --- 1. Décrire ---------------------------------------------------------------------------------


def _card(context: Context) -> dict[str, str]:
    """Renvoie une fiche ; les lettres accentuées n'y manquent pas."""
    rng = context.random()
    return {
        "auteur": rng.choice(_AUTHORS),
        "lieu": rng.choice(_PLACES),
        "titre": rng.choice(_TITLES),
    }


def _prepare_describe(context: Context) -> None:
    card = json.dumps(_card(context), ensure_ascii=False).encode()
    context.make_bucket("galerie")
    context.put("galerie", "fiche.json", card, content_type="application/json")


def _verify_describe(context: Context) -> None:
    card, stat = _card(context), _stat(context, "galerie", "couverture")
    if stat is None:
        others = [key for key in context.keys("galerie") if key != "fiche.json"]
        if not others:
            raise Todo
        raise Review("L'image n'a pas la clé demandée.", found=others[0], expected="couverture")
    if context.read("galerie", "couverture") != sample("phare.jpg").read_bytes():
        raise Review(
            "L'objet est là, mais ses octets ne sont pas ceux de l'image.",
            found=f"{stat.size} octets",
            expected=f"les {sample('phare.jpg').stat().st_size} octets de sample('phare.jpg')",
        )
    found = user_metadata(stat)
    missing = sorted(set(card) - set(found))
    if missing:
        raise Review(
            f"Une partie de la fiche n'est pas dans les métadonnées : {', '.join(missing)}.",
            found=_lines(found),
            expected="auteur, lieu et titre",
        )
    for name, value in card.items():
        _check_value(name, found[name], value)
    if stat.content_type != "image/jpeg":
        raise Review(
            "La fiche est juste, mais l'objet ne dit pas qu'il est une image.",
            found=stat.content_type,
            expected="image/jpeg",
            points=1,
        )


# --- 2. Lire ------------------------------------------------------------------------------------


def _prepare_read_back(context: Context) -> None:
    context.make_bucket("musee")
    context.put(
        "musee",
        "logo.png",
        sample("logo.png").read_bytes(),
        content_type="image/png",
        metadata={name: quote(value) for name, value in _card(context).items()},
    )


def _verify_read_back(context: Context) -> None:
    card, answer = _card(context), context.answer
    if not isinstance(answer, dict):
        raise Review(
            "La réponse doit être un dictionnaire.",
            found=type(answer).__name__,
            expected="les métadonnées d'utilisateur de logo.png",
        )
    if any(name.lower().startswith("x-amz-meta-") for name in answer):
        raise Review("Les noms portent encore leur préfixe.", found=", ".join(answer))
    if any(name != name.lower() for name in answer):
        raise Review("Les noms ne sont pas tous en minuscules.", found=", ".join(answer))
    if set(answer) != set(card):
        raise Review(
            "La réponse ne contient pas toutes les métadonnées d'utilisateur, et elles seules.",
            found=", ".join(sorted(answer)) or "rien",
            expected=f"{len(card)} noms",
        )
    if any(answer[name] == quote(value) != value for name, value in card.items()):
        raise Review("Une valeur au moins est encore encodée.", found=_lines(answer), points=0.5)
    for name, value in card.items():
        _check_value(name, str(answer[name]), value)


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
        metadata={name: quote(value) for name, value in _edit_before(context).items()},
        tags=_object_tags(_REVIEWED),
    )
    place = _edit_place(context).encode()
    context.put("archives", "lieu.txt", place, content_type="text/plain; charset=utf-8")


def _verify_edit(context: Context) -> None:
    before, stat = _edit_before(context), _stat(context, "archives", "port.jpg")
    wanted = before | {"lieu": _edit_place(context)}
    if stat is None:
        raise Review("L'image port.jpg a disparu.", expected="le même objet, son lieu corrigé")
    found, tags = user_metadata(stat), _tags(context, "archives", "port.jpg")
    if found == before and stat.content_type == "image/jpeg" and tags == _REVIEWED:
        raise Todo
    if context.read("archives", "port.jpg") != sample("port.jpg").read_bytes():
        raise Review("Les octets de l'image ont changé.", found=f"{stat.size} octets")
    if "lieu" not in found:
        raise Review("L'image n'a plus de lieu.", found=_lines(found))
    _check_value("lieu", found["lieu"], wanted["lieu"])
    lost = sorted(set(wanted) - set(found))
    if lost:
        raise Review(
            f"Le lieu est juste, mais d'autres métadonnées ont disparu : {', '.join(lost)}.",
            found=_lines(found),
            expected=f"{len(wanted)} métadonnées",
            points=1,
        )
    extra = sorted(set(found) - set(wanted))
    if extra:
        raise Review(
            "L'image a reçu des métadonnées qu'elle n'avait pas.",
            found=", ".join(extra),
            expected=", ".join(sorted(wanted)),
            points=1,
        )
    for name, value in wanted.items():
        _check_value(name, found[name], value)
    if stat.content_type != "image/jpeg":
        raise Review(
            "Les métadonnées d'utilisateur sont justes, mais le type de contenu est perdu.",
            found=stat.content_type,
            expected="image/jpeg",
            points=2,
        )
    if tags != _REVIEWED:
        raise Review(
            "Les métadonnées sont justes, mais les tags de l'image ont changé.",
            found=_lines(tags),
            expected=_lines(_REVIEWED),
            points=2,
        )


# --- 4. Classer ---------------------------------------------------------------------------------

_SEASONS = {"hiver": (12, 1, 2), "printemps": (3, 4, 5), "ete": (6, 7, 8), "automne": (9, 10, 11)}


def _shots(context: Context) -> dict[str, tuple[str, str, str]]:
    """Renvoie huit photos, deux par saison : la date, la saison, l'équipe."""
    rng = context.random()
    seasons = [*_SEASONS, *_SEASONS]
    rng.shuffle(seasons)
    keys = sorted(f"photo-{number}.jpg" for number in rng.sample(range(10, 99), 8))
    shots = {}
    for key, season in zip(keys, seasons, strict=True):
        year, month, day = rng.randint(2019, 2026), rng.choice(_SEASONS[season]), rng.randint(1, 28)
        date = f"{year}-{month:02}-{day:02}"
        shots[key] = (date, season, rng.choice(["nord", "sud", "ouest"]))
    return shots


def _prepare_classify(context: Context) -> None:
    context.make_bucket("photos")
    for key, (date, _, team) in _shots(context).items():
        context.put(
            "photos",
            key,
            key.encode(),
            content_type="image/jpeg",
            metadata={"prise-le": date},
            tags=_object_tags({"equipe": team}),
        )


def _verify_classify(context: Context) -> None:
    shots = _shots(context)
    stats = {key: _stat(context, "photos", key) for key in shots}
    gone = [key for key in shots if stats[key] is None]
    if gone:
        raise Review("Une photo a disparu.", found=f"{len(gone)} en moins", expected=gone[0])
    tags = {key: _tags(context, "photos", key) for key in shots}
    for key, (date, _, team) in shots.items():
        if user_metadata(stats[key]) != {"prise-le": date}:
            raise Review(
                f"Les métadonnées de {key} ont changé ; un tag se pose sans y toucher.",
                found=_lines(user_metadata(stats[key])),
                expected=f"prise-le : {date}",
            )
        if tags[key].get("equipe") != team:
            raise Review(
                f"Le tag « equipe » de {key} a disparu ou changé ; il fallait le garder.",
                found=_lines(tags[key]),
                expected=f"equipe : {team}, et la saison",
            )
    if all(found == {"equipe": shots[key][2]} for key, found in tags.items()):
        raise Todo
    unknown = {found.get("saison", "") for found in tags.values()} - {*_SEASONS, ""}
    if unknown:
        raise Review(
            "Une saison n'est pas écrite comme dans l'énoncé.",
            found=min(unknown),
            expected=", ".join(_SEASONS),
        )
    wrong = [key for key in shots if tags[key].get("saison") != shots[key][1]]
    if wrong:
        raise Review(
            f"{8 - len(wrong)} photos sur 8 ont la bonne saison. Reprenez par exemple {wrong[0]}.",
            found=f"{_lines(tags[wrong[0]])} (prise le {shots[wrong[0]][0]})",
            points=1 if len(wrong) <= 4 else 0,
        )


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


def _prepare_find(context: Context) -> None:
    wanted, photos = _collection(context)
    context.make_bucket("collection")
    text = wanted.encode()
    context.put("collection", "lieu.txt", text, content_type="text/plain; charset=utf-8")
    for key, (place, state) in photos.items():
        context.put(
            "collection",
            key,
            key.encode(),
            content_type="image/jpeg",
            metadata={"lieu": quote(place)},
            tags=_object_tags({"etat": state}) if state else None,
        )


def _verify_find(context: Context) -> None:
    wanted, photos = _collection(context)
    expected = sorted(key for key, kind in photos.items() if kind == (wanted, "publie"))
    answer = context.answer
    if not isinstance(answer, list) or not all(isinstance(key, str) for key in answer):
        raise Review(
            "La réponse doit être une liste de clés.",
            found=type(answer).__name__,
            expected='par exemple ["vue-123.jpg", "vue-456.jpg"]',
        )
    if len(set(answer)) != len(answer):
        raise Review("Une clé est donnée plusieurs fois.", found=f"{len(answer)} clés")
    strange = [key for key in answer if key not in photos]
    if strange:
        raise Review("Une clé donnée n'est pas celle d'une photo du bucket.", found=strange[0])
    extra = sorted(set(answer) - set(expected))
    if extra:
        place, state = photos[extra[0]]
        what = "n'est pas publiée" if place == wanted else "a été prise ailleurs"
        raise Review(
            f"La photo {extra[0]} {what}.",
            found=f"lieu : {place} ; état : {state or 'aucun tag'}",
            expected=f"lieu : {wanted} ; état : publie",
        )
    if len(answer) < len(expected):
        raise Review(
            "Il manque des photos.",
            found=f"{len(answer)} sur {len(expected)}",
            points=1 if answer else 0,
        )


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
        ),
    ),
)
