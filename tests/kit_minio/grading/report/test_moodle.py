"""La feuille d'évaluation et le zip des retours : trois champs changent, pas un octet de plus."""

import csv
import io
import re
import zipfile
from datetime import datetime

import pytest

from helpers.errors import ContentError
from helpers.exercises.model import Outcome, Verdict
from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.moodle import Worksheet, write_feedback
from tests.support.classroom import classroom, in_groups, moodle_zip, worksheet

WHEN = datetime(2026, 11, 21, 9, 30)
COMMENT = 'Voir « retour.html » : 3 < 4,\n=HYPERLINK("x") & C:\\fin'
WRITTEN = "<p>Voir « retour.html » : 3 &lt; 4,<br>=HYPERLINK(&quot;x&quot;) &amp; C:&#92;fin</p>"


def result(name, number, points=5.25, out_of=7.0, trouble=None):
    mark = Mark("01", "x", "X", Outcome(Verdict.REVIEW, "…", points=points), out_of)
    return Result(f"copie-{number}", name, str(number) if number else None, [mark], trouble=trouble)


def results(students):
    """Renvoie un résultat par élève, comme la correction les donnerait."""
    return [
        result(s.name.replace("'", ""), s.number, s.points or 0, 7, None if s.marks else "tronquée")
        for s in students
    ]


def filled(data, found, comment=COMMENT):
    sheet = Worksheet(data)
    pairs, remarks = sheet.match(found)
    return sheet.fill(pairs, WHEN, lambda result: comment), remarks


def rows(data, delimiter=","):
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


# --- Octet pour octet ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("old", [False, True])
def test_only_three_fields_change_and_every_other_byte_stays(language, newline, old):
    students = classroom()
    before = worksheet(students, language=language, newline=newline, old=old)
    after, _ = filled(before, results(students))
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


def split(line, without):
    """Renvoie les champs d'une ligne, guillemets compris, sauf quelques-uns."""
    fields = re.findall(rb'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)', line)
    return [pair for n, pair in enumerate(fields) if n not in without] + [
        fields[n][1] for n in without
    ]


def test_without_any_copy_the_file_is_unchanged():
    data = worksheet(classroom())
    after, remarks = filled(data, [])
    assert after == data
    assert remarks[0].startswith("Lignes sans copie, inchangées : Zoé Martin (")


def test_filling_twice_changes_nothing_more():
    students = classroom()
    once, _ = filled(worksheet(students), results(students))
    assert filled(once, results(students))[0] == once


def test_a_file_without_a_last_newline_keeps_its_end():
    data = worksheet(classroom()).rstrip(b"\n").rstrip(b",") + b","
    after, _ = filled(data, results(classroom()))
    assert len(rows(after)) == len(rows(data))
    assert not after.endswith(b"\n")


def test_a_file_saved_again_by_a_spreadsheet_is_read_and_kept():
    students = classroom()
    table = rows(worksheet(students))
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(table)
    data = stream.getvalue().replace("🙂", "").encode("cp1252", "replace")
    after, _ = filled(data, results(students), comment="été 🙂")
    found = list(csv.reader(io.StringIO(after.decode("cp1252"), newline=""), delimiter=";"))
    assert len(found) == len(table)
    assert found[2][-1] == "<p>été &#128578;</p>"
    assert found[2][:4] == table[2][:4]


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
    after, remarks = filled(data, [result("Zoé", 12, points, out_of)])
    assert remarks == []
    assert rows(after)[1][2] == expected


def sheet_of(number="Participant12", name="Zoé", maximum="20,00", opened="Oui", more=()):
    header = "Identifiant,Nom complet,Note,Note maximale,La note peut être modifiée,"
    header += "Dernière modification (note),Feedback par commentaires"
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(
        [header.split(","), [number, name, "", maximum, opened, "-", ""], *more]
    )
    return stream.getvalue().encode("utf-8-sig")


def test_a_field_keeps_its_quotes():
    data = sheet_of(maximum="20.00").replace(b",,20.00,Oui,-,", b',"12.50",20.00,Oui,"-",')
    after, _ = filled(data, [result("Zoé", 12)])
    assert b',"15.00",20.00,Oui,"2026-11-21 09:30",' in after
    after, _ = filled(sheet_of(maximum="20.00"), [result("Zoé", 12)])
    assert b",15.00,20.00,Oui," in after


@pytest.mark.parametrize("number", ["Participant12", "Participant 12", "participant\u00a012"])
def test_an_identifier_is_read_in_both_languages_and_never_rewritten(number):
    after, remarks = filled(sheet_of(number), [result("Zoé", 12)])
    assert remarks == []
    assert rows(after)[1][0] == number
    assert rows(after)[1][2] == "15,00"


def test_a_sheet_without_comments_is_filled_without_them():
    data = sheet_of().replace(b",Feedback par commentaires", b"").replace(b",-,", b",-")
    after, _ = filled(data, [result("Zoé", 12)])
    assert rows(after)[1][-1] == "2026-11-21 09:30"


# --- Ce qui reste inchangé, et se dit -----------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "found", "reason"),
    [
        ({"opened": "Non"}, [result("Zoé", 12)], "la note est verrouillée dans Moodle"),
        ({}, [result("Zoé", 12, trouble="tronquée")], "la copie est à revoir par un humain"),
        ({"maximum": ""}, [result("Zoé", 12)], "la note maximale manque"),
        ({"maximum": "NaN"}, [result("Zoé", 12)], "la note maximale manque"),
        ({"maximum": "0,00"}, [result("Zoé", 12)], "la note maximale manque"),
        ({}, [result("Zoé", 12, 0, 0)], "la note maximale manque"),
        ({}, [result("Zoé", 12)] * 2, "plusieurs copies lui correspondent"),
        ({}, [result("Bob", 12)], "la copie de même identifiant est au nom de Bob"),
        (
            {"more": [["Participant12", "Zoé", "", "20,00", "Oui", "-", ""]]},
            [result("Zoé", 12)],
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
    after, remarks = filled(sheet_of(), [result("Eve", 13)])
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
    after, remarks = filled(data, [result("Zoé", 12), result("Eve", 13)])
    assert rows(after)[2:] == rows(data)[2:]
    assert "Lignes illisibles, inchangées : 3." in remarks


@pytest.mark.parametrize("victim", ["12", "13"])
def test_a_student_cannot_forge_a_row_with_a_text(victim):
    forged = f'x\\"\nParticipant{victim},Eve,,100.00,Oui,-,'
    data = sheet_of(more=[["Participant13", "Eve", "", "20,00", "Oui", "-", forged]])
    # PHP ne double pas un guillemet qui suit une barre oblique inverse.
    data = data.replace(b'x\\""', b'x\\"')
    after, remarks = filled(data, [result("Zoé", 12), result("Eve", 13)])
    assert remarks == []
    assert after.count(b'"15,00"') == 2
    assert forged.encode() not in after
    assert len(lines_of(after)) == 4


def test_quotes_doubled_after_a_backslash_are_read_too():
    said = 'il a dit \\"oui\\", puis\\"\nnon'
    data = sheet_of(more=[["Participant13", "Eve", "", "20,00", "Oui", said, ""]])
    after, remarks = filled(data, [result("Zoé", 12), result("Eve", 13)])
    assert remarks == []
    assert rows(after)[2][2:4] == ["15,00", "20,00"]


def test_a_text_that_ends_with_a_backslash_does_not_swallow_the_next_row():
    data = sheet_of(name="Zoé\\ ", more=[["Participant13", "Eve", "", "20,00", "Oui", "-", ""]])
    data = data.replace("Zoé\\ ".encode(), '"Zoé\\"'.encode())
    after, remarks = filled(data, [result("Zoé", 12), result("Eve", 13)])
    assert remarks == []
    assert after.count(b'"15,00"') == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "pas une feuille"),
        (b"Nom,Note\nZo\xc3\xa9,12\n", "pas une feuille"),
        (b"\x00\xff" * 50, "pas une feuille"),
        ("Identifiant,Note\n".encode("utf-16"), "UTF-16"),
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
        found = [result(copy.name, copy.moodle_id) for copy in batch]
    pairs, _ = Worksheet(worksheet(students, blind=True)).match(found)
    assert len(pairs) == 29


def test_a_team_copy_grades_every_member_by_the_name_of_the_team(tmp_path):
    students = classroom()
    leaders = in_groups(students)
    path = tmp_path / "lot.zip"
    path.write_bytes(moodle_zip(leaders))
    with open_batch(str(path)) as batch:
        found = [result(copy.name, copy.moodle_id, 7) for copy in batch]
    sheet = Worksheet(worksheet(students))
    pairs, remarks = sheet.match(found)
    assert len(pairs) == 30
    assert {row.id for row, _ in pairs} == {str(student.number) for student in students}
    assert len(remarks) == 1
    for row, handed in pairs:
        assert handed.name == row.group.replace("_", " ")
    archive = tmp_path / "retours.zip"
    assert write_feedback(archive, pairs, lambda result: b"") == 30


def test_the_number_of_a_team_is_never_taken_for_a_participant():
    header = "Identifiant,Nom complet,Groupe,Note,Note maximale,Dernière modification (note)\n"
    data = (header + 'Participant12,Zoé,"Équipe B",,"20,00",-\n').encode()
    assert Worksheet(data).match([result("Équipe A", 12)])[0] == []


# --- Les retours --------------------------------------------------------------------------------


def test_feedback_is_named_as_moodle_reads_it(tmp_path):
    students = classroom()
    pairs, _ = Worksheet(worksheet(students)).match(results(students))
    path = tmp_path / "retours.zip"
    assert write_feedback(path, pairs, lambda r: f"<h1>{r.name}</h1>".encode()) == 28
    graded = {str(s.number): s for s in students if s.marks and not s.locked}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            # La lecture de Moodle : des parties séparées par « _ », cinq au plus.
            folder, _, file = name.partition("/")
            label, number, kind, plugin, rest = folder.split("_", 4)
            student = graded.pop(number)
            assert (kind, plugin, rest, file) == ("assignsubmission", "file", "", "retour.html")
            assert label == student.name.replace("'", " ")
            page = archive.read(name).decode()
            assert page == f"<h1>{student.name.replace(chr(39), '')}</h1>"
    assert graded == {}


def test_feedback_bytes_do_not_depend_on_the_day_or_the_order(tmp_path):
    students = classroom()
    pairs, _ = Worksheet(worksheet(students)).match(results(students))
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    write_feedback(first, pairs, lambda r: r.name.encode())
    write_feedback(second, reversed(pairs), lambda r: r.name.encode())
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.zip", "2.zip"]


def test_a_page_that_fails_leaves_no_half_written_zip(tmp_path):
    pairs, _ = Worksheet(sheet_of()).match([result("Zoé", 12)])
    path = tmp_path / "retours.zip"
    write_feedback(path, pairs, lambda r: b"avant")
    before = path.read_bytes()
    with pytest.raises(RuntimeError):
        write_feedback(path, pairs, lambda r: (_ for _ in ()).throw(RuntimeError))
    assert path.read_bytes() == before


def test_names_cannot_leave_their_folder(tmp_path):
    name = "../../x_99_assignsubmission_file_\\évasion"
    pairs, _ = Worksheet(sheet_of(name=name)).match([result(name, 12)])
    write_feedback(tmp_path / "r.zip", pairs, lambda r: b"")
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        (entry,) = archive.namelist()
    assert entry.count("/") == 1
    assert entry.split("_")[1] == "12"
    assert ".." not in entry.split("/")
