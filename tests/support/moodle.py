"""Ce que donne Moodle et ce qu'il reprend : le zip des travaux, la feuille, octet par octet."""

import csv
import io
import re
import zipfile
from pathlib import Path

from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.worksheet import Worksheet
from tests.support.classroom import Student


def folder_name(student: Student, *, blind: bool = False) -> str:
    """Renvoie le début du nom de dossier d'un élève, ou de son groupe."""
    if student.group:
        label, number = student.group.replace("_", " "), _group_number(student.group)
    else:
        label, number = "Participant" if blind else student.name, f"_{student.number}"
    return re.sub(r"[\x00-\x1f&<>\"`|':\\/]", "", label) + number


def _group_number(group: str) -> str:
    return "" if group in ("Groupe par défaut", "Default group") else f"_{sum(group.encode())}"


def moodle_zip(students: list[Student], *, layout: str = "folder", blind: bool = False) -> bytes:
    """Renvoie le zip des travaux remis.

    Args:
        layout: ``folder`` (depuis Moodle 4.1), ``old`` (barre basse finale) ou ``flat``.
    """
    ends = {"folder": "/", "old": "_/", "flat": "_"}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for student in students:
            start = f"{folder_name(student, blind=blind)}_assignsubmission_file{ends[layout]}"
            for path, data in student.files.items():
                inside = Path(path).name if layout == "flat" else path
                entry = zipfile.ZipInfo(start + inside, (2026, 11, 20, 12, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)
    return stream.getvalue()


def in_groups(students: list[Student]) -> list[Student]:
    """Met les élèves par deux ; renvoie ceux dont la copie est celle du groupe.

    Le dernier groupe est celui que Moodle donne à qui n'en a pas : il n'a pas d'identifiant.
    """
    for rank, student in enumerate(students):
        student.group = f"Équipe n°_{rank // 2 + 1}"
        student.locked = False
    for student in students[-2:]:
        student.group = "Groupe par défaut"
    return students[::2]


_HEADERS = {
    "fr": "Identifiant|Nom complet|Adresse de courriel|Statut|Groupe|Note|Note maximale|"
    "La note peut être modifiée|Dernière modification (travail remis)|"
    "Dernière modification (note)|Feedback par commentaires",
    "en": "Identifier|Full name|Email address|Status|Group|Grade|Maximum grade|"
    "Grade can be changed|Last modified (submission)|Last modified (grade)|Feedback comments",
}


def worksheet(
    students: list[Student],
    *,
    language: str = "fr",
    blind: bool = False,
    maximum: int = 20,
    newline: str = "\n",
    old: bool = False,
) -> bytes:
    """Renvoie la feuille d'évaluation, avec deux inscrits qui n'ont rien remis.

    Args:
        old: les titres d'avant (« Maximum Grade »), et sans marque d'ordre (BOM).
    """
    french = language == "fr"
    top = f"{maximum},00" if french else f"{maximum}.00"
    submitted = (
        "vendredi 20 novembre 2026, 12:00" if french else "Friday, 20 November 2026, 12:00 PM"
    )
    late = "Devoir remis en retard de 2 heures" if french else "2 hours late"
    done = "Remis pour évaluation" if french else "Submitted for grading"
    headers = _HEADERS[language].split("|")
    rows = [[title.title() if old and "aximum" in title else title for title in headers]]
    absent = [Student("Absent Premier", 1, ""), Student('Ève « Trop » "Tard"', 2, "")]
    for student in [*students, *absent]:
        status = f"{done} - {late}" if student.kind == "late" else done
        rows.append(
            [
                f"Participant{'' if french else ' '}{student.number}",
                student.name,
                f"eleve{student.number}@exemple.org",
                status,
                student.group,
                "",
                top,
                ("Non" if french else "No") if student.locked else ("Oui" if french else "Yes"),
                submitted if student.kind else "-",
                "-",
                "",
            ]
        )
    # Une note d'avant, avec tout ce qu'un commentaire peut contenir.
    rows[1][5] = "12,50" if french else "12.50"
    rows[1][9] = "lundi 16 novembre 2026, 09:12" if french else "Monday, 16 November 2026, 9:12 AM"
    rows[1][10] = '<p class="x">À revoir,\nensemble ; 🙂</p>'
    dropped = {4} if not any(student.group for student in students) else set()
    dropped |= {1, 2} if blind else set()
    kept = [[value for n, value in enumerate(row) if n not in dropped] for row in rows]
    text = "".join(",".join(map(_quoted, row)) + newline for row in kept)
    return (b"" if old else b"\xef\xbb\xbf") + text.encode()


def _quoted(value: str) -> str:
    """Met un champ entre guillemets comme le fait PHP, pour une espace déjà."""
    return '"' + value.replace('"', '""') + '"' if re.search(r'[,"\s\\]', value) else value


# --- Relire une feuille, indépendamment du code éprouvé -----------------------------------------


def rows(data, delimiter=","):
    """Renvoie les cellules d'une feuille, ligne par ligne."""
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def lines_of(data):
    """Renvoie les enregistrements, octets exacts, indépendamment du code éprouvé."""
    found, start, inside = [], 0, False
    for at, byte in enumerate(data):
        inside ^= byte == ord('"')
        if byte == ord("\n") and not inside:
            found.append(data[start : at + 1])
            start = at + 1
    return [*found, data[start:]]


def split(line, without):
    """Renvoie les champs d'une ligne, guillemets compris, sauf quelques-uns."""
    fields = re.findall(rb'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)', line)
    return [pair for n, pair in enumerate(fields) if n not in without] + [
        fields[n][1] for n in without
    ]


# --- Des résultats à y porter -------------------------------------------------------------------


def sheet_of(number="Participant12", name="Zoé", maximum="20,00", opened="Oui", more=()):
    """Renvoie une feuille d'un seul participant, ou de quelques autres encore."""
    header = "Identifiant,Nom complet,Note,Note maximale,La note peut être modifiée,"
    header += "Dernière modification (note),Feedback par commentaires"
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(
        [header.split(","), [number, name, "", maximum, opened, "-", ""], *more]
    )
    return stream.getvalue().encode("utf-8-sig")


def result_of(name, number, points=5.25, out_of=7.0, trouble=None):
    """Renvoie le résultat d'une copie d'un seul exercice."""
    mark = Mark("01", "x", "X", Outcome(Verdict.REVIEW, "…", points=points), out_of)
    return Result(f"copie-{number}", name, str(number) if number else None, [mark], trouble=trouble)


def results_of(students):
    """Renvoie un résultat par élève, comme la correction les donnerait."""
    return [
        result_of(
            s.name.replace("'", ""), s.number, s.points or 0, 7, None if s.marks else "tronquée"
        )
        for s in students
    ]


def graded_rows(lot, sheet):
    """Renvoie le nom de chaque ligne qui a trouvé sa copie, et les remarques."""
    with open_batch(str(lot), ["01"]) as batch:
        found = [result_of(copy.name, copy.moodle_id, 7) for copy in batch]
    pairs, remarks = Worksheet(sheet).match(found)
    return [row.name for row, _ in pairs], remarks
