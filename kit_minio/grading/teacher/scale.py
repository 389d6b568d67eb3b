"""Le barème de l'enseignant, ``bareme.toml`` : la note sur combien, les points, les retards.

sur = 10                          # la note finale ; sinon celle de Moodle, ou 20

[points]                          # ceux des exercices nommés ; les autres gardent les leurs
"01.2" = 4
"01.names" = 1

[retard]                          # d'après les dates de la feuille d'évaluation de Moodle
limite = 2026-11-20T23:59:00
tolerance = 15                    # minutes ; 0 par défaut
par_jour = 1                      # points de la note finale, par jour commencé
au_plus = 5                       # toute la note par défaut
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from helpers.errors import ContentError, SettingsError, system_cause
from kit_minio import checks
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.results import write_file
from kit_minio.grading.teacher.naming import Key, find_exercise

FILE = "bareme.toml"
_LARGEST = 100_000  # octets ; un barème en a quelques centaines
_UNREAD = Outcome(Verdict.TODO, "La correction n'a pas pu lire cet exercice.")


@dataclass(frozen=True)
class Late:
    """Ce que coûte un retard.

    Attributes:
        limit: la date limite, à l'heure de cette machine.
        grace: le retard toléré.
        per_day: les points de la note finale ôtés par jour commencé.
        most: les points ôtés au plus.
    """

    limit: datetime
    grace: timedelta
    per_day: float
    most: float


@dataclass(frozen=True)
class Scale:
    """Un barème.

    Attributes:
        out_of: la note finale est sur ce nombre de points ; ``None`` si le barème n'en dit rien.
        points: les points des exercices, tels que l'enseignant les désigne.
        late: ce que coûte un retard ; ``None`` s'il ne coûte rien.
    """

    out_of: float | None = None
    points: Mapping[str, float] = field(default_factory=dict)
    late: Late | None = None

    def apply(self, results: Sequence[Result], lessons: Sequence[str]) -> list[Result]:
        """Renvoie les résultats aux points de ce barème.

        Args:
            results: les résultats du lot.
            lessons: les leçons du lot, où sont les exercices désignés.

        Raises:
            ContentError: un exercice désigné n'existe pas.
        """
        wanted = self._by_key(lessons)
        return [
            replace(
                result,
                scale=self.out_of or 20,
                marks=[_scaled(mark, wanted) for mark in result.marks],
            )
            for result in results
        ]

    def exercises(self, lessons: Sequence[str]) -> dict[Key, Mark]:
        """Renvoie les exercices de ces leçons, sans point : ceux d'une copie qui n'a pas été lue.

        Raises:
            ContentError: un exercice désigné n'existe pas.
        """
        wanted = self._by_key(lessons)
        blank = [
            Mark(lesson, exercise.name, exercise.title, _UNREAD, exercise.points)
            for lesson in lessons
            for exercise in checks.series(lesson).exercises
        ]
        return {(mark.lesson, mark.exercise): _scaled(mark, wanted) for mark in blank}

    def _by_key(self, lessons: Sequence[str]) -> dict[Key, float]:
        try:
            return {find_exercise(text, lessons): value for text, value in self.points.items()}
        except LookupError as error:
            raise ContentError(
                f"{FILE} : {error.args[0]}.", 'Désignez-le par sa place, par exemple "01.2".'
            ) from error


def _scaled(mark: Mark, wanted: Mapping[Key, float]) -> Mark:
    out_of = wanted.get((mark.lesson, mark.exercise), mark.out_of)
    points = mark.outcome.points * out_of / mark.out_of
    return replace(mark, out_of=out_of, outcome=replace(mark.outcome, points=points))


def scale_for(given: Path | None, out: Path) -> Scale:
    """Renvoie le barème donné, ou celui que garde le dossier des résultats, ou celui du cours.

    Raises:
        SettingsError: le fichier ne se lit pas.
        ContentError: ce n'est pas un barème.
    """
    path = given or out / FILE
    if not given and not path.exists():
        return Scale()
    return read_scale(_bytes(path), path.name)


def keep_scale(given: Path | None, out: Path) -> None:
    """Garde le barème donné avec les résultats : la commande relancée sans lui s'en sert encore.

    Raises:
        SettingsError: il ne s'écrit pas.
    """
    if given and given.resolve() != (out / FILE).resolve():
        write_file(out / FILE, _bytes(given))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST + 1)
    except OSError as error:
        raise SettingsError(
            f"Le barème {path} ne se lit pas ({system_cause(error)}).",
            "Vérifiez le chemin donné à --scale.",
        ) from error


def read_scale(data: bytes, name: str = FILE) -> Scale:
    """Lit un barème.

    Args:
        data: les octets du fichier.
        name: son nom, pour les erreurs.

    Raises:
        ContentError: ce n'est pas un barème ; l'erreur dit ce qui manque ou ne va pas.
    """
    try:
        found = tomllib.loads(data[:_LARGEST].decode("utf-8-sig")) if len(data) <= _LARGEST else {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(name, f"ce n'est pas du TOML ({error})") from error
    if len(data) > _LARGEST:
        raise _wrong(name, "il est trop long")
    reader = _Reader(name)
    reader.known(found, ("sur", "points", "retard"))
    points = reader.table(found, "points")
    return Scale(
        out_of=reader.number(found, "sur", 20, above=0) if "sur" in found else None,
        points={text: reader.number(points, text, 0, above=0) for text in points},
        late=reader.late(reader.table(found, "retard")) if "retard" in found else None,
    )


@dataclass(frozen=True)
class _Reader:
    """Lit les valeurs d'un barème, et nomme celle qui ne va pas."""

    name: str

    def known(self, table: Mapping[str, object], names: Sequence[str]) -> None:
        for name in table:
            if name not in names:
                raise _wrong(self.name, f"« {name} » n'est pas parmi {', '.join(names)}")

    def table(self, table: Mapping[str, object], name: str) -> Mapping[str, object]:
        found = table.get(name, {})
        if not isinstance(found, dict):
            raise _wrong(self.name, f"« {name} » est une partie : écrivez [{name}]")
        return found

    def number(
        self, table: Mapping[str, object], name: str, default: float, *, above: float = -1
    ) -> float:
        value = table.get(name, default)
        if isinstance(value, dict):  # TOML coupe au point un nom sans guillemets
            inner = next(iter(value), "")
            raise _wrong(self.name, f"« {name}.{inner} » s'écrit entre guillemets")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(self.name, f"« {name} » doit être un nombre, avec un point décimal")
        if not math.isfinite(value) or value < 0 or value <= above or value > 1000:
            least = "plus grand que 0" if above == 0 else "positif"
            raise _wrong(self.name, f"« {name} » doit être {least}, et d'au plus 1000")
        return float(value)

    def late(self, table: Mapping[str, object]) -> Late:
        self.known(table, ("limite", "tolerance", "par_jour", "au_plus"))
        limit = table.get("limite")
        if not isinstance(limit, datetime):
            raise _wrong(self.name, "« limite » doit être une date : limite = 2026-11-20T23:59:00")
        if "par_jour" not in table:
            raise _wrong(self.name, "« par_jour » manque : les points qu'un jour de retard ôte")
        return Late(
            limit=limit.astimezone().replace(tzinfo=None) if limit.tzinfo else limit,
            grace=timedelta(minutes=self.number(table, "tolerance", 0)),
            per_day=self.number(table, "par_jour", 0, above=0),
            most=self.number(table, "au_plus", 1000),
        )


def _wrong(name: str, what: str) -> ContentError:
    return ContentError(
        f"Le barème {name} ne convient pas : {what}.",
        "docs/bareme.toml en donne un exemple.",
    )
