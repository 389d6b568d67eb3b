"""Ce qui est d'un même élève est réuni ; ce qui est de deux ne l'est jamais."""

import json
import zipfile

import pytest

from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, copies, people_in
from tests.support.trials import solved

FULL = json.dumps(answered("01", dict.fromkeys(TASKS, "solution"))[0]).encode()
HALF = json.dumps(answered("01", dict.fromkeys(TASKS, "stub") | {"create": "solution"})[0])
SECOND = solved("02")


def test_a_student_comes_back_from_a_date_to_another(pack):
    files = {
        "2026-11-27/Alice Martin/x.ipynb": HALF,
        "2026-11-20/Alice Martin/x.ipynb": FULL,
        "2026-11-20/Bob Roy/x.ipynb": FULL,
    }
    assert people_in(pack(files)) == {
        "Alice Martin": (None, ["2026-11-27/x.ipynb"]),
        "Bob Roy": (None, ["2026-11-20/x.ipynb"]),
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [("TP1", "TP2"), ("Devoir 1", "Devoir 2"), ("buckets", "objets"), ("Semaine 1", "Semaine 2")],
)
def test_a_student_has_one_copy_for_all_the_homework(first, second, pack):
    files = {f"{first}/{name}/01-buckets.ipynb": FULL for name in ("alice", "bob", "eve")}
    files |= {f"{second}/{name}/02-objets.ipynb": SECOND for name in ("alice", "bob")}
    found = people_in(pack(files))
    assert sorted(found) == ["alice", "bob", "eve"]
    assert len(found["alice"][1]) == 2


PAIRS = ["Ana Roy", "Bea Lam", "Chloé Kim"]


@pytest.mark.parametrize(
    ("named", "people"),
    [
        (
            "Test Farid - 01; Main Farid - 02; LECON Max",
            [*PAIRS, "LECON Max", "Main Farid", "Test Farid"],
        ),
        ("01_Farid_Test; 01_Gina_Groupe", [*PAIRS, "Farid Test", "Gina Groupe"]),
        ("farid.test; main.max", [*PAIRS, "farid.test", "main.max"]),
        ("TP Max; TP Eve; rendu Lou; Zoé final", [*PAIRS, "Eve", "Lou", "Max", "Zoé"]),
        ("Max - 01; Rendu Max - 02", [*PAIRS, "Max"]),
        ("Max; Max Test", [*PAIRS, "Max", "Max Test"]),
        ("张伟\uff082\uff09", [*PAIRS, "张伟"]),
        ("Con; Nul; Aux Marie; Jean.", [*PAIRS, "Aux Marie", "Con", "Jean", "Nul"]),
    ],
)
def test_a_family_name_that_is_a_word_of_the_course_is_kept(named, people, pack):
    """Deux élèves de même prénom ne sont pas réunis, et chacun retrouve sa ligne de Moodle."""
    names = [*PAIRS, *named.split("; ")]
    files = {f"{name}.ipynb": SECOND if "02" in name else FULL for name in names}
    assert sorted(people_in(pack(files))) == sorted(people)


def test_two_assignments_of_moodle_are_one_copy_and_lose_their_numbers(pack):
    names = ("Alice Martin", "Bob Roy", "Eve Petit")
    files = {}
    for rank, name in enumerate(names):
        files[f"Cours-TP1-77/{name}_1{rank}_assignsubmission_file_/a.ipynb"] = FULL
        files[f"Cours-TP2-78/{name}_9{rank}_assignsubmission_file_/b.ipynb"] = SECOND
    found = people_in(pack(files))
    assert sorted(found) == list(names)
    assert all(number is None and len(kept) == 2 for number, kept in found.values())


def test_homonyms_of_two_groups_or_folders_stay_two_and_it_is_said(pack):
    files = {f"TP1/{name} Roy/x.ipynb": FULL for name in ("Alice", "Bob", "Zoé")}
    files |= {f"TP2/{name} Roy/x.ipynb": FULL for name in ("Eve", "Léa", "Zoé")}
    found, remarks = copies(pack(files))
    assert sorted(found) == [
        *("alice-roy", "bob-roy", "eve-roy", "lea-roy", "zoe-roy-tp1", "zoe-roy-tp2"),
    ]
    assert "« TP1/Zoé Roy », « TP2/Zoé Roy »" in remarks[-1]
    composed, decomposed = "Zo\u00e9 Martin", "Zoe\u0301 Martin"
    files = {f"{name}/x.ipynb": FULL for name in (composed, decomposed, "zoé martin")}
    found, remarks = copies(pack(files))
    assert len(found) == 3
    assert len(remarks) == 1
    assert "3 copies au nom de" in remarks[0].replace("\u00a0", " ")


def test_files_of_one_name_are_one_student_by_lesson_and_two_otherwise(pack):
    files = {f"{name} - 01-buckets.ipynb": FULL for name in ("Alice Martin", "Eve Roy")}
    files |= {
        "Alice Martin - 02-objets.ipynb": SECOND,
        "Copie de Eve Roy - 02-objets.ipynb": SECOND,
    }
    files |= {"Eve Roy - 01-buckets (1).ipynb": HALF, "Bob v1.ipynb": HALF, "Bob v2.ipynb": FULL}
    found, remarks = copies(pack(files))
    assert sorted(copy.name for copy in found.values()) == [
        *("Alice Martin", "Bob", "Eve Roy", "Eve Roy"),
    ]
    assert sorted(found["alice-martin"].kept) == ["01", "02"]
    assert found["bob"].kept["01"].path == "Bob v2.ipynb"
    assert any("« Eve Roy - 01-buckets (1).ipynb »" in remark for remark in remarks)


def test_numbered_files_of_one_name_are_for_a_human(pack):
    files = {f"0{n} - {name}.ipynb": FULL for n, name in ((1, "Zoé Roy"), (2, "Zoé Roy"))}
    found, _ = copies(pack(files | {"03 - Bob Roy.ipynb": FULL}))
    assert sorted(found) == ["bob-roy", "zoe-roy"]
    assert (
        "d'un étudiant, ou d'homonymes : « 01 - Zoé Roy.ipynb », « 02" in found["zoe-roy"].trouble
    )
    assert not found["bob-roy"].trouble


def test_files_without_a_name_are_one_copy_each_and_it_is_said(pack):
    files = {f"01-buckets{more}.ipynb": FULL for more in ("", " (1)", " (2)")}
    found, remarks = copies(pack(files))
    assert sorted(found) == ["01-buckets", "01-buckets-1", "01-buckets-2"]
    assert remarks[0].startswith("Le nom de ces fichiers ne dit pas de quel étudiant ils sont")


def test_repositories_show_the_name_of_the_student(pack):
    names = ("amartin", "bob-42", "chloe-petit")
    files = {f"tp1-minio-submissions/tp1-minio-{name}/exercises/x.ipynb": FULL for name in names}
    assert sorted(people_in(pack(files))) == list(names)
    assert sorted(people_in(pack({f"{name}-main/x.ipynb": FULL for name in names}))) == list(names)
    numbered = {f"eleve-{n}/x.ipynb": FULL for n in (1, 2)}
    assert sorted(people_in(pack(numbered))) == ["eleve-1", "eleve-2"]


# --- Des façons de rassembler des copies ----------------------------------------------------------


def test_drive_cuts_a_class_in_several_zips(tmp_path):
    parts = [{"TP1/Alice Martin/a.ipynb": FULL, "TP1/Bob Roy/a.ipynb": FULL}]
    parts += [{"TP1/Bob Roy/b.ipynb": SECOND, "TP1/Eve Petit/a.ipynb": FULL}]
    for number, files in enumerate(parts, 1):
        name = f"drive-download-20261120T101112Z-00{number}.zip"
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path, data in files.items():
                archive.writestr(path, data)
    found, _ = copies(tmp_path, ["01", "02"])
    assert sorted(found) == ["alice-martin", "bob-roy", "eve-petit"]
    assert sorted(found["bob-roy"].kept) == ["01", "02"]


def test_one_folder_by_lesson_with_a_file_by_student(pack):
    files = {f"01-buckets/{name}.ipynb": FULL for name in ("alice", "bob", "eve")}
    files |= {f"02-objets/{name}.ipynb": SECOND for name in ("alice", "bob")}
    found, _ = copies(pack(files))
    assert {name: sorted(copy.kept) for name, copy in found.items()} == {
        "alice": ["01", "02"],
        "bob": ["01", "02"],
        "eve": ["01"],
    }


def test_folders_that_say_a_date_and_a_name(pack):
    files = {f"2026-11-20 10h30 - {name}/x.ipynb": FULL for name in ("Alice Martin", "Bob Roy")}
    files |= {"2026-11-21 09h00 - Alice Martin/x.ipynb": HALF}
    found = people_in(pack(files))
    assert sorted(found) == ["Alice Martin", "Bob Roy"]
    assert found["Alice Martin"][1] == ["2026-11-21 09h00 - Alice Martin/x.ipynb"]


def test_submissions_with_a_number_are_students(pack):
    files = {f"assignment_5_export/submission_{n}/01-buckets.ipynb": FULL for n in (101, 102)}
    files |= {"assignment_5_export/submission_metadata.yml": b"x"}
    assert sorted(people_in(pack(files))) == ["submission_101", "submission_102"]


def test_codes_of_classes_are_not_of_the_name(pack):
    names = ["TP1_G1_MARTIN_Alice", "TP1_G2_PETIT_Eve", "ROY_Bob_1G2_TP-minio", "leo.roux.TP1"]
    files = {f"{name}.ipynb": FULL for name in names}
    expected = ["MARTIN Alice", "PETIT Eve", "ROY Bob", "leo.roux"]
    found, _ = copies(pack(files))
    assert sorted(copy.name for copy in found.values()) == expected


def test_the_blank_subject_beside_the_copies_is_for_a_human(pack):
    files = {f"{name}/x.ipynb": FULL for name in ("alice", "bob")} | {"01-buckets.ipynb": NOTEBOOK}
    found, _ = copies(pack(files))
    assert "est-ce le sujet ?" in found["01-buckets"].trouble
    assert [bool(copy.trouble) for copy in found.values()] == [True, False, False]


# --- Ce qui ne dit rien de personne ---------------------------------------------------------------


def test_files_of_a_messenger_are_one_copy_each(pack):
    names = [f"WhatsApp Document 2026-11-2{n} at 10.0{n}.12.ipynb" for n in (0, 1, 2)]
    names += ["DOC-20261120-WA0003.ipynb"]
    found, remarks = copies(pack(dict.fromkeys(names, FULL)))
    assert len(found) == 4
    assert remarks[0].startswith("Le nom de ces fichiers ne dit pas de quel étudiant ils sont")


def test_a_whole_batch_under_one_doubtful_name_is_for_a_human(pack):
    named = dict.fromkeys([f"Recu_2026-11-2{n}-10-00-00.ipynb" for n in (0, 1, 2)], FULL)
    found, _ = copies(pack(named))
    assert "sont-ils d'un étudiant, ou de plusieurs" in found["recu"].trouble
    two = dict.fromkeys(["Zoé Roy v1.ipynb", "Zoé Roy v2.ipynb", "Zoé Roy v3.ipynb"], FULL)
    found, _ = copies(pack(two))
    assert not found["zoe-roy"].trouble


def test_a_name_after_the_extension_is_a_name(pack):
    files = {f"01-buckets.ipynb - {name}.ipynb": FULL for name in ("Alice Martin", "Bob Roy")}
    files |= {"Zoé Lin.ipynb.txt": FULL, "Eve Kim.ipynb (1)": FULL}
    assert sorted(people_in(pack(files))) == ["Alice Martin", "Bob Roy", "Eve Kim", "Zoé Lin"]


def test_among_names_of_people_a_document_is_a_copy_or_goes_with_the_notebook(pack):
    files = {
        **{f"{name}.ipynb": FULL for name in ("Alice Martin", "Bob Roy")},
        "Alice Martin.pdf": b"%PDF",
        "Bob Roy.html": b"<!doctype html><html>",
        "Zoé Lin.pdf": b"%PDF",
        "Eve Kim.jpg": b"x",
        "Sujet TP.pdf": b"%PDF",
        "liste.xlsx": b"x",
    }
    found, remarks = copies(pack(files), ["01"])
    assert {copy.name: bool(copy.trouble) for copy in found.values()} == {
        **{"Alice Martin": False, "Bob Roy": False},
        **{"Zoé Lin": True, "Eve Kim": True},
    }
    assert any("« Sujet TP.pdf » est laissé de côté" in remark for remark in remarks)
