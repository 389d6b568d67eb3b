"""La feuille d'évaluation d'un devoir de Moodle, lue puis remplie.

Elle n'est jamais réécrite : seuls les octets de la note, de sa date et du commentaire
changent. Tout le reste, guillemets et fins de ligne compris, est rendu tel quel.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from helpers.errors import ContentError, SettingsError, system_cause
from kit_minio.grading.model import Result
from kit_minio.grading.report.columns import COLUMNS, LOGINS, PARTICIPANT, REQUIRED, columns_of
from kit_minio.grading.report.matching import letters, match_rows, same_name

_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OTHER_NAME = "la copie de même identifiant est au nom de"
_REMEDY = "Téléchargez de nouveau la feuille d'évaluation depuis Moodle, sans la modifier."


@dataclass(frozen=True)
class Row:
    """Une ligne de la feuille : un participant.

    Attributes:
        id: son identifiant dans ce devoir.
        name: son nom ; vide si le devoir est anonyme.
        logins: son adresse, son identifiant de connexion et son numéro, quand la feuille les donne.
        group: son groupe, quand le devoir se remet en groupe.
        maximum: la note maximale, ou ``None`` si elle ne se lit pas.
        submitted: la date de remise, telle que Moodle l'écrit.
        locked: vrai si Moodle n'acceptera pas de note.
        spans: où sont ses champs dans le fichier, en octets, par nom de colonne.
    """

    id: str
    name: str
    logins: tuple[str, ...]
    group: str
    maximum: Decimal | None
    submitted: str
    locked: bool
    spans: dict[str, tuple[int, int]]

    def __str__(self) -> str:
        return f"{self.name or 'Participant'} ({self.id})"


class Worksheet:
    """La feuille d'évaluation d'un devoir de Moodle.

    Args:
        data: les octets du fichier CSV.

    Raises:
        ContentError: ce n'est pas une feuille d'évaluation, ou elle note avec un barème.
    """

    def __init__(self, data: bytes) -> None:
        # Un tableur a pu la réécrire en UTF-16 : elle se lit en UTF-8, et se rend comme elle était.
        self._wide = _WIDE.get(data[:2], "")
        if self._wide:
            try:
                data = data.decode(self._wide).encode()
            except UnicodeError:
                raise ContentError("La feuille d'évaluation est abîmée.", _REMEDY) from None
        self.data = data
        self._start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self._encoding = _encoding(data)
        self._columns = self._find_columns()
        missing = [COLUMNS[name][0] for name in REQUIRED if name not in self._columns]
        if missing:
            raise ContentError(
                "La feuille d'évaluation n'a pas de colonne "
                f"{', '.join(f'« {name.capitalize()} »' for name in missing)}.",
                f"{_REMEDY} Le devoir doit être noté en points, et non avec un barème.",
            )
        # PHP ne double pas un guillemet précédé d'une barre oblique inverse : des deux lectures,
        # celle qui donne le moins de lignes douteuses est la bonne.
        readings = [self._rows(escaped=escaped) for escaped in (False, True)]
        self.rows, self.unread = min(readings, key=lambda reading: _doubts(*reading))
        self._sign, self._decimals = self._style()

    @property
    def in_groups(self) -> bool:
        """Dit si le devoir se remet en groupe : une copie vaut alors pour plusieurs lignes."""
        return "group" in self._columns

    def match(self, results: Iterable[Result]) -> tuple[list[tuple[Row, Result]], list[str]]:
        """Associe les lignes aux copies à noter ; dit pourquoi les autres restent inchangées.

        Args:
            results: les résultats de la correction.
        """
        found = match_rows(self.rows, results, in_groups=self.in_groups)
        repeated = Counter(row.id for row in self.rows)
        pairs, absent = [], []
        differ: list[str] = []
        obstacles: dict[str, dict[str, None]] = {}
        doubted = {id(row) for _, rows in found.doubtful for row in rows}
        for rank, row in enumerate(self.rows):
            candidates = found.copies.get(rank, [])
            if not candidates:
                absent += [] if id(row) in doubted else [str(row)]
                continue
            reason = self._obstacle(row, candidates, repeated[row.id])
            if reason.startswith(_OTHER_NAME) and differ:
                differ.append(str(row))
            elif reason.startswith(_OTHER_NAME):
                differ.append(f"{row} : {reason}")
            elif reason:
                obstacles.setdefault(reason, {})[str(row)] = None
            else:
                pairs.append((row, candidates[0]))
        remarks = [
            f"{', '.join(names)} : {reason} ; {_unchanged(names)}."
            for reason, names in obstacles.items()
        ]
        if differ:
            more = f" ; de même pour {', '.join(differ[1:])}" if differ[1:] else ""
            remarks.append(f"{differ[0]}{more} ; {_unchanged(differ)}.")
        doubtful = [f"{one.name} ({', '.join(map(str, rows))})" for one, rows in found.doubtful]
        teams = [f"{one.name} ({', '.join(map(str, rows))})" for one, rows in found.teams]
        for label, names in (
            ("Copies signées de plusieurs personnes, qui valent pour chacune", teams),
            ("Copies dont le nom convient à plusieurs lignes, inchangées", doubtful),
            ("Lignes sans copie, inchangées", absent),
            ("Copies sans ligne dans la feuille", [one.name for one in found.strays]),
        ):
            if names:
                remarks.append(f"{label} : {', '.join(names)}.")
        if self.unread:
            lines = ", ".join(map(str, self.unread))
            remarks.append(f"Lignes illisibles, inchangées : {lines}.")
        return pairs, remarks

    def dates(self, results: Iterable[Result]) -> dict[str, str]:
        """Renvoie la date de remise de chaque copie, même si sa note ne peut pas être écrite.

        Args:
            results: les résultats de la correction.
        """
        repeated = Counter(row.id for row in self.rows)
        found = match_rows(self.rows, results, in_groups=self.in_groups).copies
        return {
            copies[0].copy_id: self.rows[rank].submitted
            for rank, copies in found.items()
            if not self._mismatch(self.rows[rank], copies, repeated[self.rows[rank].id])
        }

    def fill(
        self,
        pairs: Iterable[tuple[Row, Result]],
        when: datetime,
        comment: Callable[[Result], str],
    ) -> bytes:
        """Renvoie la feuille, où seuls la note, sa date et le commentaire ont changé.

        Args:
            pairs: ce que ``match`` a renvoyé.
            when: la date de la correction, à l'heure locale ; Moodle ignore une ligne dont la note
                a changé depuis.
            comment: donne le commentaire d'un résultat, en texte.
        """
        edits: list[tuple[int, int, bytes]] = []
        for row, result in pairs:
            values = {
                "grade": self._grade(row, result),
                # Seule forme que Moodle relit dans toutes les langues.
                "graded_on": when.strftime("%Y-%m-%d %H:%M"),
                "comment": _as_html(comment(result)),
            }
            for column, text in values.items():
                if column in row.spans:
                    start, end = row.spans[column]
                    edits.append((start, end, self._field(text, self.data[start:end])))
        pieces, done = [], 0
        for start, end, field in sorted(edits):
            pieces += [self.data[done:start], field]
            done = end
        filled = b"".join([*pieces, self.data[done:]])
        if self._wide:
            filled = filled.decode().encode(self._wide)
        return filled

    # --- Lire ---

    def _find_columns(self) -> dict[str, int]:
        for delimiter in (b",", b";", b"\t"):
            self._delimiter = delimiter
            header = next(iter(self._records()), [])
            columns = columns_of([self._text(span) for span in header])
            if {"id", "grade"} <= set(columns):
                self._width = len(header)
                return columns
        if self.data.startswith(b"PK"):
            raise ContentError(
                "Ce fichier est un classeur, et non la feuille d'évaluation en CSV.", _REMEDY
            )
        raise ContentError(
            "Ce fichier n'est pas une feuille d'évaluation de Moodle en français, en anglais, en "
            "espagnol ou en allemand.",
            _REMEDY,
        )

    def _records(self, *, escaped: bool = False) -> Iterable[list[tuple[int, int]]]:
        """Donne les lignes, comme des listes d'intervalles d'octets, un par champ."""
        delimiter = re.escape(self._delimiter)
        inside = rb'[^"\\]++|""|\\.' if escaped else rb'[^"]++|""'
        field = re.compile(
            rb'"(?:'
            + inside
            + rb')*+"(?='
            + delimiter
            + rb"|[\r\n]|\Z)|[^\r\n"
            + delimiter
            + rb"]*+",
            flags=re.S,
        )
        position, record = self._start, []
        while position < len(self.data):
            start, position = field.match(self.data, position).span()  # type: ignore[union-attr]
            record.append((start, position))
            if self.data[position : position + 1] == self._delimiter:
                position += 1
                if position < len(self.data):
                    continue
                record.append((position, position))
            position += 2 if self.data[position : position + 2] == b"\r\n" else 1
            yield record
            record = []

    def _rows(self, *, escaped: bool) -> tuple[list[Row], list[int]]:
        """Renvoie les lignes, et les numéros de celles qui n'ont pas de sens."""
        rows, unread = [], []
        for number, record in enumerate(self._records(escaped=escaped), 1):
            blank = all(start == end for start, end in record)  # un tableur en laisse : « ;;; »
            if number == 1 or blank:
                continue
            if len(record) != self._width:
                unread.append(number)
                continue
            spans = {name: record[index] for name, index in self._columns.items()}
            values = {name: self._text(span).strip() for name, span in spans.items()}
            found = PARTICIPANT.fullmatch(values["id"])
            if not found:
                unread.append(number)
                continue
            rows.append(
                Row(
                    id=found[1],
                    name=values.get("name", ""),
                    logins=tuple(filter(None, (values.get(name) for name in LOGINS))),
                    group=values.get("group", ""),
                    maximum=_number(values["maximum"]),
                    submitted=values.get("submitted", ""),
                    locked=values.get("open", "").casefold() in ("non", "no", "nein"),
                    spans=spans,
                )
            )
        return rows, unread

    def _text(self, span: tuple[int, int]) -> str:
        raw = self.data[slice(*span)]
        if len(raw) >= 2 and raw.startswith(b'"') and raw.endswith(b'"'):
            raw = raw[1:-1].replace(b'""', b'"')
        return raw.decode(self._encoding, "replace")

    def _style(self) -> tuple[str, int]:
        """Renvoie le signe décimal de la feuille et le nombre de décimales, deux au moins."""
        for column in ("maximum", "grade"):
            for row in self.rows:
                found = re.fullmatch(r"[\d\s]+([.,])(\d+)\s*", self._text(row.spans[column]))
                if found:
                    return found[1], max(2, len(found[2]))
        header = self.data[: self.rows[0].spans["id"][0]] if self.rows else b""
        return ("," if b"Identifiant" in header else "."), 2

    # --- Écrire ---

    def _mismatch(self, row: Row, results: list[Result], times: int) -> str:
        """Renvoie ce qui empêche d'associer une ligne à une copie, ou un texte vide."""
        result = results[0]
        blind = not row.name or letters(result.name).startswith("participant")
        if len(results) > 1:
            return "plusieurs copies lui correspondent"
        if times > 1:
            return "son identifiant est sur plusieurs lignes"
        by_number = result.moodle_id and not (self.in_groups or blind)
        if by_number and not same_name(row.name, result.name):
            return f"{_OTHER_NAME} {result.name}"
        return ""

    def _obstacle(self, row: Row, results: list[Result], times: int) -> str:
        """Renvoie ce qui empêche de noter une ligne, ou un texte vide."""
        result = results[0]
        if reason := self._mismatch(row, results, times):
            return reason
        if row.locked:
            return "la note est verrouillée dans Moodle"
        if result.trouble:
            return "la copie est à revoir par un humain"
        if row.maximum is None or result.out_of <= 0:
            return "la note maximale manque, ou n'est pas un nombre"
        return ""

    def _grade(self, row: Row, result: Result) -> str:
        assert row.maximum is not None  # noqa: S101 - vérifié par match()
        share = Decimal(str(result.points)) / Decimal(str(result.out_of))
        share -= Decimal(str(result.penalty)) / Decimal(str(result.scale))
        grade = min(max(share, Decimal(0)), Decimal(1)) * row.maximum
        step = Decimal(1).scaleb(-self._decimals)
        return str(grade.quantize(step, ROUND_HALF_UP)).replace(".", self._sign)

    def _field(self, text: str, old: bytes) -> bytes:
        """Renvoie un champ encodé comme le fichier, entre guillemets si l'ancien l'était."""
        raw = text.encode(self._encoding, "xmlcharrefreplace")
        special = (self._delimiter, b'"', b"\r", b"\n", b"\t", b" ", b"\\")
        if old.startswith(b'"') or any(sign in raw for sign in special):
            return b'"' + raw.replace(b'"', b'""') + b'"'
        return raw


def read_worksheet(path: Path) -> Worksheet:
    """Lit une feuille d'évaluation de Moodle.

    Raises:
        ContentError: ce n'en est pas une.
        SettingsError: le fichier ne se lit pas.
    """
    try:
        return Worksheet(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"La feuille {path} n'est pas lisible ({system_cause(error)}).",
            "Vérifiez le chemin donné à --worksheet.",
        ) from error


def _doubts(rows: list[Row], unread: list[int]) -> int:
    return len(unread) + len(rows) - len({row.id for row in rows})


def _unchanged(rows: Sized) -> str:
    return "les lignes sont inchangées" if len(rows) > 1 else "la ligne est inchangée"


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"  # un fichier repris par un tableur sous Windows
    return "utf-8"


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(re.sub(r"\s", "", text).replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None


def _as_html(text: str) -> str:
    """Renvoie un commentaire sans balise active ; le paragraphe l'empêche d'être une formule."""
    lines = html.escape(text.strip()).replace("\\", "&#92;").splitlines()
    return f"<p>{'<br>'.join(lines)}</p>" if lines else ""
