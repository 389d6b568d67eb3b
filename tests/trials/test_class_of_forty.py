"""Une classe de quarante, de cinq collecteurs à la fois, avec la feuille de Moodle.

Les notes attendues viennent de la classe elle-même, élève par élève, jamais de la correction.
"""

import io
import re
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest

from tests.support.classroom import Student, classroom
from tests.support.grading import level_one
from tests.support.moodle import moodle_zip, rows, worksheet
from tests.support.trials import graded, text_of, write

pytestmark = [*level_one, pytest.mark.slow]


def in_teams(student: Student) -> dict[str, bytes]:
    """Range une copie comme Teams : une version de trop, et des brouillons."""
    start = f"Submitted files/{student.name}/TP1"
    files = {f"{start}/Version 2/{path}": data for path, data in student.files.items()}
    files[f"{start}/Version 1/brouillon.txt"] = b"..."
    return files | {f"Working files/{student.name}/TP1/01-buckets.ipynb": b"{}"}


def in_canvas(student: Student, rank: int) -> dict[str, bytes]:
    """Nomme les fichiers d'une copie comme Canvas : nom et prénom collés, deux nombres."""
    first, *last = re.findall("[a-z]+", unaccented(student.name).casefold())
    start = f"{''.join([*last, first])}_{'LATE_' if rank % 3 == 0 else ''}{50_000 + rank}"
    return {
        f"{start}_{900_000 + 10 * rank + at}_{Path(path).name}": data
        for at, (path, data) in enumerate(student.files.items())
    }


def in_repository(student: Student) -> dict[str, bytes]:
    """Range une copie comme GitHub Classroom : un dépôt au nom de connexion de l'élève."""
    start = f"tp1-submissions/tp1-eleve{student.number}"
    files = {f"{start}/exercises/{path}": data for path, data in student.files.items()}
    more = (".git/config", "README.md", ".venv/lib/python3.11/site-packages/x.ipynb", "data/a.csv")
    return files | {f"{start}/{path}": b"x" for path in more}


def in_group(student: Student, rank: int) -> dict[str, bytes]:
    """Range une copie dans le dossier d'un groupe : un dossier, un zip ou un tar."""
    if rank % 3 == 0:
        return {f"{student.name}/{path}": data for path, data in student.files.items()}
    stream = io.BytesIO()
    if rank % 3 == 1:
        with zipfile.ZipFile(stream, "w") as archive:
            for path, data in student.files.items():
                archive.writestr(f"rendu/{path}", data)
        return {f"{student.name}.zip": stream.getvalue()}
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for path, data in student.files.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return {f"{student.name}.tar.gz": stream.getvalue()}


def unaccented(name: str) -> str:
    """Renvoie un nom sans accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def lot_of(students: list[Student], folder: Path) -> Path:
    """Écrit la classe, de cinq collecteurs."""
    write(folder, {"Moodle/Cours-TP1-77.zip": moodle_zip(students[:8], layout="old")})
    for student in students[8:16]:
        write(folder / "Teams", in_teams(student))
    for rank, student in enumerate(students[16:24]):
        write(folder / "canvas", in_canvas(student, rank))
    for student in students[24:32]:
        write(folder / "github", in_repository(student))
    for rank, student in enumerate(students[32:]):
        write(folder / "TD2 - M. Roux", in_group(student, rank))
    return folder


@pytest.mark.both_servers
def test_forty_students_of_five_collectors_get_their_own_marks(tmp_path):
    students = classroom(size=40)
    sheet = tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(students))
    lot = lot_of(students, tmp_path / "lot")
    found = graded(lot, tmp_path / "out", worksheet=sheet)
    assert len(found) == 40

    before, after = (rows(path.read_bytes()) for path in (sheet, tmp_path / "out/moodle-notes.csv"))
    by_number = {f"Participant{student.number}": student for student in students}
    marked = {}
    for old, new in zip(before[1:], after[1:], strict=True):
        student = by_number.get(old[0])
        if student is None or student.locked or student.marks is None:
            assert new == old
            continue
        marked[student.number] = new[4]
        assert new[4] == f"{student.points * 20 / 7:.2f}".replace(".", ","), student
    assert len(marked) == 38  # ni la note verrouillée, ni la copie tronquée

    expected = sorted((s.name, s.points) for s in students if s.marks is not None)
    assert sorted((one.name, one.points) for one in found if not one.trouble) == expected
    told = text_of(tmp_path / "out" / "index.html")
    assert "38 lignes remplies sur 42." in told
    assert "Copies sans ligne" not in told
