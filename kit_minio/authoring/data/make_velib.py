"""Écrit velib.csv : 1 400 stations au format « Vélib' - Disponibilité temps réel ».

Les données sont inventées : seules les colonnes et leur écriture sont celles du jeu ouvert de
Paris. Les noms des stations sont inventés aussi ; ceux des communes sont vrais, pour la carte.
Le hasard est fixé par une graine : deux exécutions donnent le même fichier, octet pour octet.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

DATA = Path(__file__).parents[3] / "helpers" / "data"
SEED = 29
STATIONS = 1400

COLUMNS = (
    "Identifiant station",
    "Nom station",
    "Station en fonctionnement",
    "Capacité de la station",
    "Nombre bornettes libres",
    "Nombre total vélos disponibles",
    "Vélos mécaniques disponibles",
    "Vélos électriques disponibles",
    "Borne de paiement disponible",
    "Retour vélib possible",
    "Actualisation de la donnée",
    "Coordonnées géographiques",
    "Nom communes équipées",
)

# Commune : part des stations (%), latitude et longitude du centre (°), rayon (°), identifiants.
COMMUNES = {
    "Paris": (70, 48.8600, 2.3420, 0.0360, range(1001, 21000)),
    "Boulogne-Billancourt": (4, 48.8380, 2.2410, 0.0110, range(21001, 21300)),
    "Clichy": (2, 48.9030, 2.3060, 0.0080, range(21301, 21500)),
    "Courbevoie": (2, 48.8970, 2.2560, 0.0090, range(22001, 22200)),
    "Créteil": (2, 48.7900, 2.4560, 0.0120, range(40001, 40200)),
    "Issy-les-Moulineaux": (3, 48.8240, 2.2700, 0.0080, range(21501, 21800)),
    "Ivry-sur-Seine": (2, 48.8130, 2.3850, 0.0090, range(42001, 42200)),
    "Le Kremlin-Bicêtre": (1, 48.8100, 2.3600, 0.0050, range(42201, 42300)),
    "Montreuil": (4, 48.8640, 2.4430, 0.0120, range(31001, 31300)),
    "Pantin": (3, 48.8940, 2.4090, 0.0090, range(35001, 35200)),
    "Saint-Denis": (4, 48.9360, 2.3570, 0.0120, range(34001, 34300)),
    "Vincennes": (3, 48.8470, 2.4390, 0.0060, range(43001, 43200)),
}

PLACES = (
    "Rue", "Rue", "Rue", "Avenue", "Boulevard", "Place", "Quai", "Square", "Passage", "Allée",
    "Cité", "Impasse",
)  # fmt: skip
THINGS = (
    "de l'Abreuvoir-Bleu", "des Ajoncs-Dorés", "de l'Ancre-d'Étain", "du Bac-à-Voiles",
    "des Bœufs-Tranquilles", "de la Brème", "des Bruyères-Hautes", "du Cèdre-Penché",
    "de la Chaîne-Légère", "du Chêne-Vêtu", "des Deux-Écluses", "de l'Écaille",
    "de l'Échelle-Noire", "des Épinoches", "de l'Étoile-Basse", "du Faîte", "de la Forêt-Brûlée",
    "des Frênes-Jumeaux", "du Gué-Profond", "de la Guinguette-Fermée", "des Hérons",
    "de l'Île-Perdue", "du Lièvre-Blanc", "des Mûriers-Sauvages", "de la Noë", "du Nœud-Coulant",
    "de l'Œillet-Rouge", "des Pêcheurs-d'Étoiles", "du Phare-Éteint", "des Quatre-Brouettes",
    "de la Roche-Mêlée", "du Sablier", "des Sept-Échos", "du Têtard", "de la Vigie",
)  # fmt: skip
FIRST_NAMES = (
    "Adélaïde", "Aïcha", "Anaïs", "Barthélemy", "Béatrice", "Célestin", "Désiré", "Édouard",
    "Éléonore", "Émilienne", "Fantine", "Françoise", "Gaëlle", "Geneviève", "Hélène", "Héloïse",
    "Irénée", "Joséphine", "Léonie", "Loïc", "Maël", "Noémie", "Océane", "Raphaël", "Solène",
    "Théodore", "Timothée", "Ursule", "Valérien", "Zoé",
)  # fmt: skip
LAST_NAMES = (
    "Aubépin", "Bréhant", "Cœurderoy", "Délugin", "Écorchon", "Fénestrel", "Garançay", "Hébertin",
    "Jaffrénou", "Kerlévéo", "Lanthéaume", "Mérivaux", "Nézondet", "Orgelès", "Pénicaud",
    "Quéméneur", "Rochebrûne", "Sénéchault", "Tréanton", "Vaugrenoy",
)  # fmt: skip


def station_names(random: Random) -> list[str]:
    """Renvoie les noms des stations, tous différents."""
    names: dict[str, None] = {}
    while len(names) < STATIONS:
        street = f"{random.choice(PLACES)} {random.choice(THINGS)}"
        person = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
        name = random.choice((f"{person} - {street}", f"{street} - {person}", street, person))
        names[name] = None
    return list(names)


def station(random: Random, name: str, commune: str, identifier: int) -> list[str | int]:
    """Renvoie une ligne : deux sortes de vélos, des bornettes, et jamais plus que la capacité."""
    working = random.random() < 0.98
    capacity = random.randint(12, 52)
    broken = random.choice((0, 0, 0, 1, 2)) if working else capacity
    usable = capacity - broken
    # Les bornes débordent : il y a des stations vides, et d'autres pleines.
    filling = random.uniform(-0.1, random.choice((0.5, 0.8, 1.1)))
    bikes = min(max(round(usable * filling), 0), usable)
    electric = sum(random.random() < 0.42 for _ in range(bikes))
    # Une station hors service ne donne plus de nouvelles depuis des jours.
    age = timedelta(seconds=random.randint(5, 600) if working else random.randint(2, 40) * 86_400)
    now = datetime(2025, 3, 28, 18, 30, tzinfo=timezone(timedelta(hours=1)))
    return [
        identifier,
        name,
        "OUI" if working else "NON",
        capacity,
        usable - bikes,
        bikes,
        bikes - electric,
        electric,
        "OUI" if working and random.random() < 0.4 else "NON",
        "OUI" if working else "NON",
        (now - age).isoformat(),
        position(random, commune),
        commune,
    ]


def position(random: Random, commune: str) -> str:
    """Renvoie « latitude, longitude » (°), au hasard dans une ellipse autour de la commune."""
    _, latitude, longitude, radius, _ = COMMUNES[commune]
    while True:
        x, y = random.uniform(-1, 1), random.uniform(-1, 1)
        if x * x + y * y <= 1:
            # À cette latitude, un degré de longitude est une fois et demie plus court.
            return f"{latitude + y * radius:.6f}, {longitude + 1.5 * x * radius:.6f}"


def write(path: Path) -> None:
    """Écrit le fichier : UTF-8 sans BOM, points-virgules, fins de ligne LF."""
    random = Random(SEED)  # noqa: S311  (des données de cours, pas des secrets)
    shares = [share for share, *_ in COMMUNES.values()]
    communes = random.choices(list(COMMUNES), weights=shares, k=STATIONS)
    identifiers = {
        commune: iter(random.sample(ids, communes.count(commune)))
        for commune, (*_, ids) in COMMUNES.items()
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, commune in zip(station_names(random), communes, strict=True):
            writer.writerow(station(random, name, commune, next(identifiers[commune])))


if __name__ == "__main__":
    write(DATA / "velib.csv")
