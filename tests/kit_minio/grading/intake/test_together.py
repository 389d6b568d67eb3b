"""Ce qui est d'un même élève est réuni ; ce qui est de deux ne l'est jamais."""

import json

import pytest

from tests.support.classroom import answered
from tests.support.copies import TASKS, copies, people_in
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
    ("first", "second"), [("TP1", "TP2"), ("Devoir 1", "Devoir 2"), ("buckets", "objets")]
)
def test_a_student_has_one_copy_for_all_the_homework(first, second, pack):
    files = {f"{first}/{name}/01-buckets.ipynb": FULL for name in ("alice", "bob", "eve")}
    files |= {f"{second}/{name}/02-objets.ipynb": SECOND for name in ("alice", "bob")}
    found = people_in(pack(files))
    assert sorted(found) == ["alice", "bob", "eve"]
    assert len(found["alice"][1]) == 2


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
    assert "« Eve Roy - 01-buckets (1).ipynb »" in remarks[-1]


def test_files_without_a_name_are_one_copy_each_and_it_is_said(pack):
    files = {f"01-buckets{more}.ipynb": FULL for more in ("", " (1)", " (2)")}
    found, remarks = copies(pack(files))
    assert sorted(found) == ["01-buckets", "01-buckets-1", "01-buckets-2"]
    assert remarks[0].startswith("Le nom de ces fichiers ne dit pas de quel élève ils sont")


def test_repositories_show_the_name_of_the_student(pack):
    names = ("amartin", "bob-42", "chloe-petit")
    files = {f"tp1-minio-submissions/tp1-minio-{name}/exercises/x.ipynb": FULL for name in names}
    assert sorted(people_in(pack(files))) == list(names)
    assert sorted(people_in(pack({f"{name}-main/x.ipynb": FULL for name in names}))) == list(names)
    numbered = {f"eleve-{n}/x.ipynb": FULL for n in (1, 2)}
    assert sorted(people_in(pack(numbered))) == ["eleve-1", "eleve-2"]
