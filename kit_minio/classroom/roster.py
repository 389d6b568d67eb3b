"""La liste des étudiants : un CSV, quels que soient son codage, son séparateur et ses colonnes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import ContentError, system_cause
from kit_minio.grading.intake.names import display_name, without_accents

_MOST_BYTES = 4 * 2**20
_MOST_STUDENTS = 20_000
_CODES = ("utf-8-sig", "cp1252", "mac_roman")
_SEPARATORS = ";,\t|"
_COLUMNS = {
    "first": ("prenom", "first name", "firstname", "given name"),
    "last": ("nom", "nom de famille", "last name", "lastname", "surname", "family name"),
    "name": ("nom complet", "full name", "name", "etudiant", "eleve", "student", "nom et prenom"),
    "login": (
        "identifiant", "numero", "numero etudiant", "numero d etudiant", "numero d identification",
        "id", "id number", "student id", "login", "nom d utilisateur", "username",
    ),
    "email": (
        "email", "e mail", "mail", "courriel", "adresse de courriel", "adresse e mail",
        "adresse mail", "email address",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """Un étudiant de la liste.

    Attributes:
        name: son nom, tel qu'il s'affiche.
        login: ce qui le distingue d'un homonyme (numéro ou adresse), s'il y en a.
    """

    name: str
    login: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Ce qui le reconnaît d'une liste à l'autre, avec ou sans accents."""
        words = re.split(r"[\W_]+", without_accents(self.name))
        return " ".join(sorted(filter(None, words))), self.login.casefold()


def read_roster(path: Path) -> tuple[list[Entry], list[str]]:
    """Lit la liste ; renvoie les étudiants, puis ce qu'il faut en dire.

    Args:
        path: le fichier CSV.

    Raises:
        ContentError: il ne se lit pas, n'a personne, ou deux homonymes ne se distinguent pas.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ContentError(
            f"La liste {path} ne se lit pas ({system_cause(error)}).",
            "Donnez un fichier CSV : une ligne par étudiant, avec son nom.",
        ) from error
    if len(data) > _MOST_BYTES:
        raise ContentError(f"{path} dépasse 4 Mio.", "Donnez la liste des étudiants en CSV.")
    return entries_of(data, path.name)


def entries_of(data: bytes, name: str) -> tuple[list[Entry], list[str]]:
    """Renvoie les étudiants de ces octets, comme ``read_roster``.

    Args:
        data: le contenu du fichier.
        name: son nom, pour les messages.
    """
    lines = _lines(_text(data, name))
    header = [_column(cell) for cell in lines[0][1]] if lines else []
    if not any(header):  # sans en-tête : le nom est la première colonne
        header = ["name"]
    else:
        lines = lines[1:]
    found = [(number, _entry(header, cells)) for number, cells in lines]
    people = [(number, entry) for number, entry in found if entry.name]
    if not people:
        raise ContentError(
            f"{name} ne contient aucun étudiant.",
            "Il faut une ligne par étudiant, et une colonne « nom » ou « nom complet ».",
        )
    if len(people) > _MOST_STUDENTS:
        raise ContentError(f"{name} a plus de {_MOST_STUDENTS} étudiants.", "Faites-en plusieurs.")
    nameless = [number for number, entry in found if not entry.name]
    said = [f"{name}, ligne {number} : pas de nom, ligne ignorée." for number in nameless]
    return _distinct(people, name, said), said


def _text(data: bytes, name: str) -> str:
    if data[:4].startswith((b"PK", b"\xd0\xcf")):
        raise ContentError(
            f"{name} est un classeur, et non un CSV.",
            "Dans le tableur, enregistrez-le au format CSV.",
        )
    codes: Sequence[str] = _CODES
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codes = ("utf-16",)
    elif data.count(0) > len(data) // 4:  # de l'UTF-16 sans sa marque
        codes = ("utf-16-le",) if data[1:2] == b"\0" else ("utf-16-be",)
    for code in codes:
        try:
            text = data.decode(code)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise ContentError(
        f"{name} n'est pas un texte.", "Dans le tableur, enregistrez la liste au format CSV UTF-8."
    )


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Renvoie les lignes qui ne sont pas vides, avec leur numéro."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    if re.fullmatch(r"sep=.\s*", first, re.I):  # ce qu'Excel écrit parfois
        separator = first[4]
        text = text.replace(first, "", 1)
    else:
        separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise ContentError(
            f"La liste ne se lit pas en CSV, ligne {reader.line_num} ({error}).",
            "Vérifiez les guillemets de cette ligne.",
        ) from error
    return [(number, row) for number, row in rows if any(row)]


def _column(cell: str) -> str:
    words = " ".join(re.split(r"[\W_]+", without_accents(cell))).strip()
    return next((kind for kind, names in _COLUMNS.items() if words in names), "")


def _entry(header: Sequence[str], cells: Sequence[str]) -> Entry:
    found: dict[str, str] = {}
    for kind, cell in zip(header, cells, strict=False):
        if kind:
            found.setdefault(kind, display_name(cell))
    parts = (found.get("first", ""), found.get("last", ""))
    whole = found.get("name") or " ".join(filter(None, parts))
    return Entry(whole, found.get("login") or found.get("email", ""))


def _distinct(people: Iterable[tuple[int, Entry]], name: str, said: list[str]) -> list[Entry]:
    """Renvoie chaque étudiant une fois.

    Raises:
        ContentError: deux homonymes ne se distinguent pas.
    """
    seen: dict[tuple[str, str], tuple[int, Entry]] = {}
    namesakes: dict[str, list[int]] = {}
    for number, entry in people:
        if entry.key in seen:
            first = seen[entry.key][0]
            if not entry.login:
                raise ContentError(
                    f"{name}, lignes {first} et {number} : « {entry.name} » y est deux fois, et "
                    "rien ne dit si ce sont deux personnes.",
                    "Retirez une ligne, ou ajoutez une colonne « numéro » ou « courriel ».",
                )
            said.append(f"{name}, ligne {number} : la même personne que la ligne {first}.")
            continue
        seen[entry.key] = (number, entry)
        namesakes.setdefault(entry.key[0], []).append(number)
    for lines in namesakes.values():
        bare = [number for number, entry in seen.values() if number in lines and not entry.login]
        if len(lines) > 1 and bare:
            listed = ", ".join(map(str, lines))
            raise ContentError(
                f"{name}, lignes {listed} : le même nom, et la ligne {bare[0]} n'a ni numéro ni "
                "adresse.",
                "Donnez à chacune de quoi la distinguer.",
            )
    return [entry for _, entry in seen.values()]
