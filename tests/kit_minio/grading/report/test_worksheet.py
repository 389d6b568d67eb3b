"""La feuille d'évaluation de Moodle : trois champs changent, pas un octet de plus."""

import csv
import io
import re
from datetime import datetime

import pytest

from helpers.errors import ContentError
from helpers.files import ROOT
from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.report.worksheet import Worksheet
from tests.support.classroom import classroom
from tests.support.copies import NOTEBOOK
from tests.support.moodle import (
    graded_rows,
    in_groups,
    lines_of,
    moodle_zip,
    result_of,
    results_of,
    rows,
    sheet_of,
    split,
    worksheet,
)

TRIALS = ROOT / "tests" / "trials"
WHEN = datetime(2026, 11, 21, 9, 30)
COMMENT = 'Voir « retour.html » : 3 < 4,\n=HYPERLINK("x") & C:\\fin'
WRITTEN = "<p>Voir « retour.html » : 3 &lt; 4,<br>=HYPERLINK(&quot;x&quot;) &amp; C:&#92;fin</p>"


def filled(data, found, comment=COMMENT):
    sheet = Worksheet(data)
    pairs, remarks = sheet.match(found)
    return sheet.fill(pairs, WHEN, lambda result: comment), remarks


# --- Octet pour octet ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("old", [False, True])
def test_only_three_fields_change_and_every_other_byte_stays(language, newline, old):
    students = classroom()
    before = worksheet(students, language=language, newline=newline, old=old)
    after, _ = filled(before, results_of(students))
    comma = "," if language == "fr" else "."
    titles = rows(before)[0]
    changed = [titles.index(t) for t in titles if t.lower() in ("note", "grade")]
    changed += [len(titles) - 2, len(titles) - 1]
    by_number = {str(s.number): s for s in students}
    assert len(lines_of(before)) == len(lines_of(after))
    graded = 0
    for old_row, new_row, old_line, new_line in zip(
        rows(before), rows(after), lines_of(before), lines_of(after), strict=False
    ):
        number = re.sub(r"\D", "", old_row[0])
        student = by_number.get(number)
        if student is None or student.locked or student.marks is None:
            assert old_line == new_line
            continue
        graded += 1
        for column, (was, now) in enumerate(zip(old_row, new_row, strict=True)):
            assert was == now or column in changed
        expected = f"{student.points * 20 / 7:.2f}".replace(".", comma)
        assert [new_row[c] for c in changed] == [expected, "2026-11-21 09:30", WRITTEN]
        # Les octets d'avant et d'après, hors des trois champs, sont les mêmes.
        assert split(old_line, changed) == split(new_line, changed)
    assert graded == 28
    assert after.endswith(newline.encode())
    assert after.startswith(before[:3])


def test_without_any_copy_the_file_is_unchanged():
    data = worksheet(classroom())
    after, remarks = filled(data, [])
    assert after == data
    assert remarks[0].startswith("Lignes sans copie, inchangées : Zoé Martin (")


def test_filling_twice_changes_nothing_more():
    students = classroom()
    once, _ = filled(worksheet(students), results_of(students))
    assert filled(once, results_of(students))[0] == once


def test_a_file_without_a_last_newline_keeps_its_end():
    data = worksheet(classroom()).rstrip(b"\n").rstrip(b",") + b","
    after, _ = filled(data, results_of(classroom()))
    assert len(rows(after)) == len(rows(data))
    assert not after.endswith(b"\n")


def test_a_file_saved_again_by_a_spreadsheet_is_read_and_kept():
    students = classroom()
    table = rows(worksheet(students))
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(table)
    data = stream.getvalue().replace("🙂", "").encode("cp1252", "replace")
    after, _ = filled(data, results_of(students), comment="été 🙂")
    found = list(csv.reader(io.StringIO(after.decode("cp1252"), newline=""), delimiter=";"))
    assert len(found) == len(table)
    assert found[2][-1] == "<p>été &#128578;</p>"
    assert found[2][:4] == table[2][:4]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_saved_in_utf_16_is_filled_and_given_back_so(encoding, delimiter):
    mark = "\ufeff".encode(encoding)
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows(worksheet(classroom())))
    before = stream.getvalue()
    after, _ = filled(mark + before.encode(encoding), results_of(classroom()))
    assert after.startswith(mark)
    expected, _ = filled(before.encode(), results_of(classroom()))
    assert after[2:].decode(encoding) == expected.decode()
    assert "20,00" in expected.decode()


# --- Les notes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "out_of", "maximum", "expected"),
    [
        (7, 7, "20,00", "20,00"),
        (0, 7, "20,00", "0,00"),
        (1, 3, "10,00", "3,33"),
        (0.005, 1, "1,00", "0,01"),
        (8, 7, "20,00", "20,00"),
        (-1, 7, "20,00", "0,00"),
        (1, 3, "100", "33,33"),
        (1, 3, "1 000,000", "333,333"),
        (1, 3, "100.0", "33.33"),
    ],
)
def test_a_grade_is_scaled_and_written_as_the_file_does(points, out_of, maximum, expected):
    data = sheet_of(maximum=maximum)
    after, remarks = filled(data, [result_of("Zoé", 12, points, out_of)])
    assert remarks == []
    assert rows(after)[1][2] == expected


def test_a_field_keeps_its_quotes():
    data = sheet_of(maximum="20.00").replace(b",,20.00,Oui,-,", b',"12.50",20.00,Oui,"-",')
    after, _ = filled(data, [result_of("Zoé", 12)])
    assert b',"15.00",20.00,Oui,"2026-11-21 09:30",' in after
    after, _ = filled(sheet_of(maximum="20.00"), [result_of("Zoé", 12)])
    assert b",15.00,20.00,Oui," in after


@pytest.mark.parametrize("number", ["Participant12", "Participant 12", "participant\u00a012"])
def test_an_identifier_is_read_in_both_languages_and_never_rewritten(number):
    after, remarks = filled(sheet_of(number), [result_of("Zoé", 12)])
    assert remarks == []
    assert rows(after)[1][0] == number
    assert rows(after)[1][2] == "15,00"


def test_a_sheet_without_comments_is_filled_without_them():
    data = sheet_of().replace(b",Feedback par commentaires", b"").replace(b",-,", b",-")
    after, _ = filled(data, [result_of("Zoé", 12)])
    assert rows(after)[1][-1] == "2026-11-21 09:30"


# --- Ce qui reste inchangé, et se dit -----------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "found", "reason"),
    [
        ({"opened": "Non"}, [result_of("Zoé", 12)], "la note est verrouillée dans Moodle"),
        ({}, [result_of("Zoé", 12, trouble="tronquée")], "la copie est à revoir par un humain"),
        (
            {"maximum": ""},
            [result_of("Zoé", 12)],
            "la note maximale manque, ou n'est pas un nombre",
        ),
        (
            {"maximum": "NaN"},
            [result_of("Zoé", 12)],
            "la note maximale manque, ou n'est pas un nombre",
        ),
        (
            {"maximum": "0,00"},
            [result_of("Zoé", 12)],
            "la note maximale manque, ou n'est pas un nombre",
        ),
        ({}, [result_of("Zoé", 12, 0, 0)], "la note maximale manque, ou n'est pas un nombre"),
        ({}, [result_of("Zoé", 12)] * 2, "plusieurs copies lui correspondent"),
        ({}, [result_of("Bob", 12)], "la copie de même identifiant est au nom de Bob"),
        (
            {"more": [["Participant12", "Zoé", "", "20,00", "Oui", "-", ""]]},
            [result_of("Zoé", 12)],
            "son identifiant est sur plusieurs lignes",
        ),
    ],
)
def test_a_doubtful_row_is_left_untouched_and_named(options, found, reason):
    data = sheet_of(**options)
    after, remarks = filled(data, found)
    assert after == data
    assert remarks[0] == f"Zoé (12) : {reason} ; la ligne est inchangée."


def test_copies_and_rows_alone_are_named():
    after, remarks = filled(sheet_of(), [result_of("Eve", 13)])
    assert after == sheet_of()
    assert remarks == [
        "Lignes sans copie, inchangées : Zoé (12).",
        "Copies sans ligne dans la feuille : Eve.",
    ]


@pytest.mark.parametrize(
    "row", [["Participant13", "trop", "court"], ["13", "Eve", "", "20,00", "Oui", "-", ""]]
)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_row_that_makes_no_sense_is_left_untouched_and_named(row, newline):
    data = sheet_of(more=[row, []]).replace(b"\n", newline)
    after, remarks = filled(data, [result_of("Zoé", 12), result_of("Eve", 13)])
    assert rows(after)[2:] == rows(data)[2:]
    assert "Lignes illisibles, inchangées : 3." in remarks


@pytest.mark.parametrize("victim", ["12", "13"])
def test_a_student_cannot_forge_a_row_with_a_text(victim):
    forged = f'x\\"\nParticipant{victim},Eve,,100.00,Oui,-,'
    data = sheet_of(more=[["Participant13", "Eve", "", "20,00", "Oui", "-", forged]])
    # PHP ne double pas un guillemet qui suit une barre oblique inverse.
    data = data.replace(b'x\\""', b'x\\"')
    after, remarks = filled(data, [result_of("Zoé", 12), result_of("Eve", 13)])
    assert remarks == []
    assert after.count(b'"15,00"') == 2
    assert forged.encode() not in after
    assert len(lines_of(after)) == 4


def test_quotes_doubled_after_a_backslash_are_read_too():
    said = 'il a dit \\"oui\\", puis\\"\nnon'
    data = sheet_of(more=[["Participant13", "Eve", "", "20,00", "Oui", said, ""]])
    after, remarks = filled(data, [result_of("Zoé", 12), result_of("Eve", 13)])
    assert remarks == []
    assert rows(after)[2][2:4] == ["15,00", "20,00"]


def test_a_text_that_ends_with_a_backslash_does_not_swallow_the_next_row():
    data = sheet_of(name="Zoé\\ ", more=[["Participant13", "Eve", "", "20,00", "Oui", "-", ""]])
    data = data.replace("Zoé\\ ".encode(), '"Zoé\\"'.encode())
    after, remarks = filled(data, [result_of("Zoé", 12), result_of("Eve", 13)])
    assert remarks == []
    assert after.count(b'"15,00"') == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "pas une feuille"),
        (b"Nom,Note\nZo\xc3\xa9,12\n", "pas une feuille"),
        (b"\x00\xff" * 50, "pas une feuille"),
        ("Identifiant,Note\n".encode("utf-16"), "« Note maximale »"),
        (b"\xff\xfeI", "abîmée"),
        (b"PK\x03\x04", "un classeur, et non"),
        ("Identifiant,Note,Barème\n".encode(), "« Note maximale », « Dernière modification"),
    ],
)
def test_what_is_not_a_worksheet_is_an_error(data, message):
    with pytest.raises(ContentError, match=message):
        Worksheet(data)


# --- Anonymes et groupes ------------------------------------------------------------------------


def test_a_blind_assignment_is_matched_by_identifier_alone(tmp_path):
    students = classroom()
    path = tmp_path / "lot.zip"
    path.write_bytes(moodle_zip(students, blind=True))
    with open_batch(str(path)) as batch:
        found = [result_of(copy.name, copy.moodle_id) for copy in batch]
    pairs, _ = Worksheet(worksheet(students, blind=True)).match(found)
    assert len(pairs) == 29


def test_a_team_copy_grades_every_member_by_the_name_of_the_team(tmp_path):
    students = classroom()
    leaders = in_groups(students)
    path = tmp_path / "lot.zip"
    path.write_bytes(moodle_zip(leaders))
    with open_batch(str(path)) as batch:
        found = [result_of(copy.name, copy.moodle_id, 7) for copy in batch]
    sheet = Worksheet(worksheet(students))
    pairs, remarks = sheet.match(found)
    assert len(pairs) == 30
    assert {row.id for row, _ in pairs} == {str(student.number) for student in students}
    assert len(remarks) == 1
    for row, handed in pairs:
        assert handed.name == row.group.replace("_", " ")


def test_the_number_of_a_team_is_never_taken_for_a_participant():
    header = "Identifiant,Nom complet,Groupe,Note,Note maximale,Dernière modification (note)\n"
    data = (header + 'Participant12,Zoé,"Équipe B",,"20,00",-\n').encode()
    assert Worksheet(data).match([result_of("Équipe A", 12)])[0] == []


# --- Les noms que les systèmes abîment ------------------------------------------------------------


@pytest.mark.parametrize(
    ("lot", "sheet", "rows_found"),
    [
        ("14-noms-accentues/refait-par-windows-cp850.zip", "14-noms-accentues", 5),
        ("14-noms-accentues/decompresse-au-mauvais-encodage", "14-noms-accentues", 5),
        ("19-dossiers-moodle/a-espaces-remplaces", "19-dossiers-moodle", 2),
        ("19-dossiers-moodle/b-courriel-dans-le-nom", "19-dossiers-moodle", 2),
    ],
)
def test_every_row_finds_its_copy_in_names_that_systems_changed(lot, sheet, rows_found):
    found, remarks = graded_rows(TRIALS / lot, (TRIALS / sheet / "feuille.csv").read_bytes())
    assert len(found) == rows_found
    assert remarks == []


@pytest.mark.parametrize(
    "folder",
    [
        "Chloe\u0301 Co\u0302te\u0301_24_assignsubmission_file",
        "Chlo? C?t?_24_assignsubmission_file",
        "Chloe Cote_24_assignsubmission_file",
        "Côté_Chloé_24_assignsubmission_file",
        "Chloé_Côté_chloe.cote@exemple.fr_24_assignsubmission_file",
    ],
)
def test_other_ways_to_change_a_name_still_find_the_row(folder, tmp_path):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "x.ipynb").write_bytes(NOTEBOOK)
    other = tmp_path / "Zoé Martin_99_assignsubmission_file"
    other.mkdir()
    (other / "x.ipynb").write_bytes(NOTEBOOK)
    found, _ = graded_rows(tmp_path, (TRIALS / "14-noms-accentues" / "feuille.csv").read_bytes())
    assert found == ["Chloé Côté"]


def test_copies_of_another_assignment_are_told_once(tmp_path):
    for number, name in ((23, "Eve Roy"), (24, "Chloé Petit"), (25, "Élodie Marin")):
        folder = tmp_path / f"{name}_{number}_assignsubmission_file"
        folder.mkdir()
        (folder / "x.ipynb").write_bytes(NOTEBOOK)
    sheet = (TRIALS / "14-noms-accentues" / "feuille.csv").read_bytes()
    found, remarks = graded_rows(tmp_path, sheet)
    assert found == []
    told = [remark for remark in remarks if "au nom de" in remark]
    assert len(told) == 1
    assert "de même pour Chloé Côté (24), Élodie Martin (25)" in told[0]


def test_one_reason_for_many_rows_is_one_remark():
    data = sheet_of(opened="Non", more=[["Participant13", "Eve", "", "20,00", "Non", "-", ""]])
    _, remarks = filled(data, [result_of("Zoé", 12), result_of("Eve", 13)])
    assert remarks == [
        "Zoé (12), Eve (13) : la note est verrouillée dans Moodle ; les lignes sont inchangées."
    ]
