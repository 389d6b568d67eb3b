"""Exercice 3 : copier les documents d'un utilisateur, et eux seuls, avec tout ce qui les décrit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from helpers.french import count_of
from kit_minio.checks.differences import difference
from kit_minio.checks.exchanges import shown
from kit_minio.checks.expectations import destroyed, expect_object, tags_of
from kit_minio.checks.lesson_20_documents.people import home, people
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.preparation import object_tags, put_json
from kit_minio.checks.steps import keeping

TITLES = ("Été à Brest", "Contrat n° 7", "Devis « toiture »", "Relevé d'août")
KINDS = ("contrat", "devis", "facture")


@dataclass(frozen=True)
class Original:
    """Un document au départ.

    Attributes:
        data: ses octets.
        mime: son type de contenu.
        metadata: ses métadonnées, lisibles.
        tags: ses tags.
    """

    data: bytes
    mime: str
    metadata: Mapping[str, str]
    tags: Mapping[str, str]


def originals(context: Context) -> dict[str, Original]:
    """Renvoie les documents par clé : trois à qui demande, dont un sans tag et un plus bas."""
    rng = context.random()
    first, second = people(context)
    places = [home(first), home(first), f"{home(first)}2025/", home(second), home(second)]
    found = {}
    for rank, place in enumerate(places):
        metadata = {"titre": rng.choice(TITLES)} | ({"auteur": first} if rank == 1 else {})
        tags = {"nature": rng.choice(KINDS), "annee": str(rng.randint(2019, 2026))}
        found[f"{place}{rng.getrandbits(128):032x}"] = Original(
            data=rng.randbytes(300),
            mime=rng.choice(["application/pdf", "text/plain", "image/png"]),
            metadata=metadata,
            tags={} if rank == 1 else tags,
        )
    return found


def date_of(context: Context) -> str:
    """Renvoie la date de la sauvegarde demandée."""
    rng = context.random()
    return f"{rng.randint(2024, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def prepare_backup(context: Context) -> None:
    """Dépose les documents, et la demande."""
    context.make_bucket("atelier")
    context.make_bucket("coffre")
    for key, document in originals(context).items():
        context.put(
            "atelier",
            key,
            document.data,
            content_type=document.mime,
            metadata={name: quote(value) for name, value in document.metadata.items()},
            tags=object_tags(document.tags) if document.tags else None,
        )
    wish = {"user": people(context)[0], "date": date_of(context)}
    put_json(context, "coffre", "demande.json", wish)


def verify_backup(context: Context) -> None:
    """Compare les copies aux originaux, qui n'ont pas dû changer."""
    user, _ = people(context)
    archive = originals(context)
    mine = [key for key in archive if key.startswith(home(user))]
    if context.keys("atelier") != sorted(archive):
        raise destroyed(context, "Le bucket d'origine a changé : une sauvegarde n'y touche pas.")
    copied = [key for key in context.keys("coffre") if key != "demande.json"]
    if any(tags_of(context, "atelier", key) != archive[key].tags for key in mine):
        raise destroyed(context, "Les tags d'un original ont changé : seules les copies en ont un.")
    if not copied:
        raise Todo("Le bucket « coffre » ne contient encore aucune copie.")
    expect_copies(user, copied, mine)
    for key in mine:
        original = archive[key]
        expect_object(context, "coffre", key, data=original.data)
        with keeping(1):
            expect_object(
                context, "coffre", key, content_type=original.mime, metadata=original.metadata
            )
        with keeping(2):
            wanted = {**original.tags, "sauvegarde": date_of(context)}
            expect_tags(context, "coffre", key, wanted)


def expect_copies(user: str, copied: Collection[str], expected: Collection[str]) -> None:
    """S'assure que les copies ont les clés des originaux d'un utilisateur, et elles seules."""
    missing = sorted(set(expected) - set(copied))
    for key in sorted(set(copied) - set(expected)):
        near = next(filter(None, (difference(key, other) for other in missing)), "")
        other = key.startswith("utilisateurs/") and not key.startswith(f"utilisateurs/{user}/")
        if other:
            near = "sans barre finale, un préfixe atteint les noms qui commencent de même"
        whose = "est d'un autre" if other else "n'a pas la clé d'un document de cet"
        raise Review(
            f"Un objet de la sauvegarde {whose} utilisateur{f' : {near}' if near else ''}. "
            "S'il vient d'un essai, supprimez-le.",
            found=key,
            expected="la même clé que l'original, sous le préfixe de l'utilisateur",
        )
    if missing:
        deep = not {key.count("/") for key in missing} & {key.count("/") for key in copied}
        raise Review(
            f"Il manque {count_of(len(missing), 'document', 'documents')} dans la sauvegarde"
            f"{', plus bas que les autres : recursive=True' if copied and deep else ''}.",
            found=count_of(len(copied), "copie", "copies"),
            expected=count_of(len(expected), "copie", "copies"),
        )


def expect_tags(context: Context, name: str, key: str, expected: Mapping[str, str]) -> None:
    """S'assure qu'une copie a gardé ses tags, et reçu la date."""
    found = tags_of(context, name, key)
    if found == expected:
        return
    lost = [tag for tag in expected if tag not in found]
    if "sauvegarde" in lost:
        message = "Une copie n'a pas le tag de sauvegarde demandé."
    elif lost:
        message = "Une copie a perdu ses tags d'origine."
    elif found["sauvegarde"] != expected["sauvegarde"]:
        message = "Le tag de sauvegarde d'une copie n'est pas la date demandée."
    else:
        message = "Une copie n'a pas les tags de l'original."
    raise Review(message, found=shown(found), expected=shown(dict(expected)))
