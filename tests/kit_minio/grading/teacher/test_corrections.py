"""Les corrections à la main : lues de tous les tableurs, appliquées, jamais perdues."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.errors import ContentError
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.teacher.corrections import FILE, Correction, apply, read_corrections
from kit_minio.grading.teacher.scale import Scale

TITLES = "Copie;Exercice;Points;Commentaire\r\n"


def graded() -> Result:
    return Result(
        "petit-zoe",
        "Zoé Petit",
        "12",
        [
            Mark("01", "create", "Créer", Outcome(Verdict.PASSED, "Bien.", points=1), 1),
            Mark("01", "clean_up", "Nettoyer", Outcome(Verdict.REVIEW, "Non."), 2, hint="Indice."),
        ],
    )


def unreadable() -> Result:
    return Result("roux-ana", "Ana Roux", "13", trouble="C'est une page web.")


def written(out: Path, text: str, encoding: str = "utf-8-sig") -> list[Correction]:
    (out / FILE).write_bytes(text.encode(encoding))
    return read_corrections(out)


def applied(*lines: str, out: Path) -> tuple[dict[str, Result], list[str]]:
    corrections = written(out, TITLES + "\r\n".join(lines))
    found, remarks = apply([graded(), unreadable()], corrections, Scale(), ["01"])
    return {result.copy_id: result for result in found}, remarks


def test_an_empty_file_waits_for_the_teacher(tmp_path: Path) -> None:
    assert read_corrections(tmp_path) == []
    assert (tmp_path / FILE).read_bytes() == b"\xef\xbb\xbfCopie;Exercice;Points;Commentaire\r\n"
    assert read_corrections(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TITLES + "petit-zoe;01.2;1,5;Presque à l'œil\r\n", "utf-8-sig"),
        (TITLES + "petit-zoe;01.2;1,5;Presque à l'œil\r\n", "cp1252"),
        (TITLES + "petit-zoe;01.2;1,5;Presque à l'œil\r\n", "utf-16"),
        (TITLES.replace(";", "\t") + "petit-zoe\t01.2\t1.5\tPresque à l'œil\n", "utf-8"),
        ('Copie,Exercice,Points,Commentaire\n"petit-zoe",01.2,"1,5",Presque à l\'œil', "utf-8"),
        ("petit-zoe;01.2;1,5;Presque à l'œil", "utf-8"),
        ("Nom;Exercice;Points;Remarque\npetit-zoe;01.2;1,5;Presque à l'œil", "utf-8"),
        ("Copie;Nom;Exercice;Points\npetit-zoe;Zoé;01.2;1,5;Presque à l'œil", "utf-8"),
    ],
)
def test_every_spreadsheet_is_read(text: str, encoding: str, tmp_path: Path) -> None:
    (found,) = written(tmp_path, text, encoding)

    assert found.copy == "petit-zoe"
    assert (found.exercise, found.points, found.comment) == ("01.2", 1.5, "Presque à l'œil")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("petit-zoe;01.2;beaucoup;", "ligne 2 : « beaucoup » n'est pas un nombre de points"),
        ("petit-zoe;01.2;-1;", "ligne 2 : « -1 »"),
        ("petit-zoe;01.2;nan;", "ligne 2 : « nan »"),
        (";01.2;1;", "ligne 2 : la copie manque"),
        ("petit-zoe;;;", "ligne 2 : il y manque des points, ou un commentaire"),
        ("petit-zoe;01.2;1/2;", "ligne 2 : « 1/2 » n'est pas un nombre de points"),
    ],
)
def test_a_line_without_sense_is_named(line: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=told):
        written(tmp_path, TITLES + line)


def test_a_workbook_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"PK\x03\x04")
    with pytest.raises(ContentError, match="est un classeur : enregistrez-le au format CSV"):
        read_corrections(tmp_path)


def test_an_exercise_gets_the_points_of_the_teacher(tmp_path: Path) -> None:
    found, remarks = applied("Zoé Petit;01.2;2;Juste.", "12;01.1;0,5;", out=tmp_path)

    create, clean_up = found["petit-zoe"].marks
    assert not remarks
    assert (create.outcome.points, create.outcome.verdict) == (0.5, Verdict.REVIEW)
    assert (clean_up.outcome.points, clean_up.outcome.verdict) == (2, Verdict.PASSED)
    assert (create.teacher, clean_up.teacher) == ("", "Juste.")
    assert found["petit-zoe"].points == 2.5


def test_a_comment_alone_leaves_the_points(tmp_path: Path) -> None:
    found, _ = applied("petit-zoe;01.2;;Relisez la leçon.", out=tmp_path)

    mark = found["petit-zoe"].marks[1]
    assert (mark.outcome.points, mark.outcome.verdict) == (0, Verdict.REVIEW)
    assert mark.teacher == "Relisez la leçon."


def test_the_last_line_wins(tmp_path: Path) -> None:
    found, _ = applied("petit-zoe;01.2;2;", "petit-zoe;01.2;1;", out=tmp_path)

    assert found["petit-zoe"].points == 2


def test_a_copy_under_review_is_closed(tmp_path: Path) -> None:
    found, remarks = applied("Ana Roux;;5;Sur papier.", out=tmp_path)

    ana = found["roux-ana"]
    assert not remarks
    assert (ana.trouble, ana.points, ana.out_of) == (None, 5, 7)
    assert ana.teacher == "Sur papier."
    assert ana.remarks == ["Relue par l'enseignant. Auparavant : C'est une page web."]


def test_an_exercise_of_an_unread_copy_is_not_the_whole_copy(tmp_path: Path) -> None:
    found, _ = applied("Ana Roux;01.1;1;", out=tmp_path)
    assert found["roux-ana"].trouble

    found, _ = applied("Ana Roux;01.1;1;", "Ana Roux;;;Le reste est vide.", out=tmp_path)
    assert (found["roux-ana"].trouble, found["roux-ana"].points) == (None, 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Léa;01.1;1;", "ligne 2, sans effet : aucune copie « Léa »."),
        ("petit-zoe;01.9;1;", "ligne 2, sans effet : aucun exercice « 01.9 » dans la leçon 01."),
        ("petit-zoe;01.1;2;", "ligne 2, sans effet : l'exercice vaut 1 point, et non 2."),
        ("petit-zoe;;12;", "ligne 2, sans effet : la copie vaut 3 points, et non 12."),
        ("Ana Roux;;;Vue", "ligne 2, sans effet : cette copie n'a pas de points : donnez-les."),
    ],
)
def test_a_line_that_changes_nothing_is_said(line: str, told: str, tmp_path: Path) -> None:
    found, remarks = applied(line, out=tmp_path)

    assert remarks == [f"{FILE}, {told}"]
    assert [*found.values()] == [graded(), unreadable()]
