"""Les lots rangés par groupes, par Teams ou par versions."""

import json

from helpers.files import ROOT
from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, copies

TRIALS = ROOT / "tests" / "trials" / "12-autres-collecteurs"


def names_of(source):
    found, remarks = copies(source, ["01"])
    return [(copy.name, bool(copy.trouble)) for copy in found.values()], remarks


def test_folders_by_group_hold_students():
    names, remarks = names_of(TRIALS / "par-groupe")
    assert names == [
        ("Alice Martin", False),
        ("Bruno Le Gall", False),
        ("Chloé Petit", False),
        ("David Roy", False),
    ]
    assert remarks == ["Dossiers qui réunissent des élèves : « TD1 », « TD2 »."]


def test_teams_gives_each_student_the_latest_version():
    found, _ = copies(TRIALS / "teams", ["01"])
    assert [copy.name for copy in found.values()] == ["Alice Martin", "Bruno Le Gall"]
    assert not any(copy.trouble for copy in found.values())
    kept = found["alice-martin"].kept["01"]
    assert (kept.path, kept.attempts) == ("TP1/Version 2/01-buckets.ipynb", 2)
    assert "Version 2/01-buckets.ipynb », le seul complété" in found["alice-martin"].remarks[0]


def test_the_latest_version_counts_even_if_it_is_less_complete_but_not_if_it_is_blank(pack):
    full = json.dumps(answered("01", dict.fromkeys(TASKS, "solution"))[0])
    half = json.dumps(answered("01", dict.fromkeys(TASKS, "stub") | {"create": "solution"})[0])
    files = {f"Submitted files/Eve/TP1/Version {n}/x.ipynb": full for n in (2, 9)}
    files["Submitted files/Eve/TP1/Version 10/x.ipynb"] = half
    files["Submitted files/Eve/TP1/Version 11/x.ipynb"] = NOTEBOOK
    files["Submitted files/Zoé/TP1/Version 1/x.ipynb"] = full
    files["Working files/Léo/TP1/x.ipynb"] = full
    found, _ = copies(pack(files), ["01"])
    assert [copy.name for copy in found.values()] == ["Eve", "Léo", "Zoé"]
    assert found["eve"].kept["01"].path == "TP1/Version 10/x.ipynb"
    assert len(found["eve"].remarks) == 3
    assert found["leo"].trouble
    assert "n'a pas été remis" in found["leo"].remarks[0]


def test_homonyms_of_two_groups_are_two_students_and_moodle_stays_moodle(pack):
    files = {
        "Groupe A/Zoé Roy/x.ipynb": NOTEBOOK,
        "Groupe B/Zoé Roy/x.ipynb": NOTEBOOK,
        "Groupe B/Eve/rendu/x.ipynb": NOTEBOOK,
    }
    names, _ = names_of(pack(files))
    assert sorted(names) == [("Eve", False), ("Zoé Roy", False), ("Zoé Roy", False)]
    moodle = {
        f"2026-11-2{n}/Zoé Roy {n}_1{n}_assignsubmission_file/x.ipynb": NOTEBOOK for n in (1, 2)
    }
    found, _ = copies(pack(moodle), ["01"])
    assert [copy.moodle_id for copy in found.values()] == ["11", "12"]


def test_students_who_sort_their_work_in_folders_stay_students(pack):
    files = {f"{name}/TP1/x.ipynb": NOTEBOOK for name in ("alice", "g. martin")}
    names, remarks = names_of(pack(files))
    assert names == [("alice", False), ("g. martin", False)]
    assert remarks == []
