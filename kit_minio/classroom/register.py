"""Ce que l'enseignant garde d'une classe : qui en est, l'espace et le code de chacun.

Un seul fichier, privé, dans le dossier de données du kit. Ce qui est sur le serveur se refait
d'après lui ; il ne contient ni clé d'étudiant, ni clé d'administrateur.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from helpers.errors import ContentError, SettingsError
from helpers.server.settings import write_private
from kit_minio.classroom.codes import keys_of, new_code
from kit_minio.classroom.processes import class_folder
from kit_minio.classroom.roster import Entry
from kit_minio.grading.intake.names import without_accents

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_PREFIX = "classe"


@dataclass
class Student:
    """Un étudiant de la classe.

    Attributes:
        name: son nom.
        login: ce qui le distingue d'un homonyme.
        space: le préfixe de ses buckets : tous ont la même longueur, aucun n'en contient un autre.
        user: son nom d'utilisateur sur le serveur, que rien ne montre.
        code: celui de sa carte.
        locator: le nom de son objet d'entrée.
        active: faux s'il n'est plus dans la liste.
    """

    name: str
    login: str
    space: str
    user: str
    code: str
    locator: str
    active: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """Ce qui le reconnaît d'une liste à l'autre."""
        return Entry(self.name, self.login).key

    def renew(self) -> None:
        """Change son code et son utilisateur : les clés d'avant ne serviront plus."""
        self.user = f"{self.space}-{_drawn(8)}"
        self.code = new_code()
        self.locator = keys_of(self.code).locator


@dataclass
class Register:
    """Une classe.

    Attributes:
        id: son nom sur le serveur, court et tiré au hasard.
        title: son nom.
        roster: le chemin de la liste des étudiants.
        address: l'adresse que la salle appelle.
        certificate: l'empreinte du certificat du serveur ; vide, une autorité l'a signé.
        deadline: la date limite des remises, ISO ; vide s'il n'y en a pas.
        students: tous ceux qui en sont, ou en ont été.
    """

    id: str
    title: str
    roster: str = ""
    address: str = ""
    certificate: str = ""
    deadline: str = ""
    students: list[Student] = field(default_factory=list)

    @property
    def active(self) -> list[Student]:
        """Les étudiants de la liste, par ordre alphabétique."""
        found = (one for one in self.students if one.active)
        return sorted(found, key=lambda one: (without_accents(one.name), one.login))

    @property
    def board(self) -> str:
        """Le bucket où chacun dit où il en est."""
        return f"{_PREFIX}-{self.id}-suivi"

    def bucket(self, student: Student) -> str:
        """Renvoie le bucket des remises et des retours d'un étudiant."""
        return f"{_PREFIX}-{self.id}-{student.space}"

    @property
    def before(self) -> datetime | None:
        """La date limite des remises."""
        return datetime.fromisoformat(self.deadline).astimezone(UTC) if self.deadline else None

    def save(self) -> None:
        """Écrit la classe, d'un coup."""
        write_private(register_file(), json.dumps(asdict(self), ensure_ascii=False, indent=1))

    def update(self, entries: Iterable[Entry]) -> tuple[list[Student], list[Student]]:
        """Met les étudiants d'accord avec la liste ; renvoie ceux qui arrivent et qui partent.

        Celui qui revient retrouve son espace, avec un nouveau code.
        """
        wanted = {entry.key: entry for entry in entries}
        known = {student.key: student for student in self.students}
        added, removed = [], []
        for key, student in known.items():
            if student.active and key not in wanted:
                student.active = False
                removed.append(student)
        for key, entry in wanted.items():
            found = known.get(key)
            if found is not None and found.active:
                found.name = entry.name  # la liste a pu gagner ses accents
                continue
            if found is None:
                found = Student(entry.name, entry.login, self._new_space(), "", "", "")
                self.students.append(found)
            found.active = True
            found.renew()
            added.append(found)
        return added, removed

    def named(self, name: str) -> Student:
        """Renvoie l'étudiant de ce nom, numéro, adresse ou espace.

        Raises:
            ContentError: personne, ou plusieurs.
        """
        words = Entry(name).key[0]
        found = [
            one
            for one in self.active
            if one.key[0] == words or name.casefold() in (one.login.casefold(), one.space)
        ]
        if len(found) == 1:
            return found[0]
        fact = "Personne ne s'appelle" if not found else "Plusieurs personnes s'appellent"
        raise ContentError(
            f"{fact} « {name} » dans cette classe.",
            "Donnez son nom tel qu'il est dans la liste, ou son numéro ou son adresse.",
        )

    def _new_space(self) -> str:
        taken = {student.space for student in self.students}
        while (space := f"e{_drawn(6)}") in taken:
            pass
        return space


def new_register(title: str) -> Register:
    """Renvoie une classe neuve, sans personne."""
    return Register(_drawn(4), title)


def register_file() -> Path:
    """Renvoie le fichier de la classe."""
    return class_folder() / "registre.json"


def read_register() -> Register | None:
    """Renvoie la classe de ce kit, ``None`` s'il n'y en a pas.

    Raises:
        ContentError: le fichier est abîmé.
    """
    path = register_file()
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        students = [Student(**each) for each in found.pop("students")]
        return Register(**found, students=students)
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise ContentError(
            f"Le registre de la classe, {path}, est abîmé.",
            "Remettez-en une copie. Sans lui, effacez-le : la classe repartira de la liste, avec "
            "d'autres codes et des espaces neufs ; les anciens objets resteront.",
        ) from error


def the_register() -> Register:
    """Renvoie la classe de ce kit.

    Raises:
        SettingsError: aucune classe n'a été ouverte.
    """
    found = read_register()
    if found is None:
        raise SettingsError(
            "Aucune classe n'a été ouverte sur cette machine.",
            "Ouvrez-en une avec la liste des étudiants : « kit.py class open ETUDIANTS.csv ».",
        )
    return found


def _drawn(size: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(size))
