"""La fiche d'une image : ses valeurs, accentuées, et leur encodage."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

from kit_minio.checks.answers import expect_same_text
from kit_minio.checks.model import Context, Review

_AUTHORS = ("Zoé Le Gall", "Éloïse Kervran", "François Tanguy", "Maël Hénaff", "Noémie Le Bé")
PLACES = (
    "Île de Molène",
    "Bénodet, la cale",
    "Île d'Aix, côté jetée",
    "Le Guilvinec, côté criée",
    "Fécamp, près du môle",
)
_TITLES = (
    "Le phare à la tombée du jour",
    "Une éclaircie après la tempête",
    "Grande marée d'équinoxe",
    "Le retour de pêche, très tôt",
    "Brume légère à l'entrée du chenal",
)


def lines(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} : {value}" for name, value in sorted(values.items())) or "rien"


def card_of(context: Context) -> dict[str, str]:
    """Renvoie une fiche ; aucune de ses valeurs n'est en ASCII, et deux ont des espaces."""
    rng = context.random()
    return {
        "auteur": rng.choice(_AUTHORS),
        "lieu": rng.choice(PLACES),
        "titre": rng.choice(_TITLES),
    }


def encoded(values: Mapping[str, str]) -> dict[str, str]:
    return {name: quote(value) for name, value in values.items()}


def expect_value(name: str, found: str, expected: str) -> None:
    """Compare une valeur, décodée une fois, à la valeur attendue."""
    if found != expected == unquote(found):
        raise Review(f"La valeur de « {name} » est encodée deux fois.", found=found)
    expect_same_text(found, expected, f"le texte de « {name} »")


CARD_TRAPS = {
    "des accents dans chaque valeur": lambda context: (
        not any(value.isascii() for value in card_of(context).values())
    ),
    "des espaces dans une valeur": lambda context: " " in card_of(context)["titre"],
}
