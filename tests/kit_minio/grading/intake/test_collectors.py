"""Les lots rangés par groupes, par Teams ou par versions."""

import json

from helpers.files import ROOT
from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, copies, people_in

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
    assert remarks == ["Dossiers qui réunissent des étudiants : « TD1 », « TD2 »."]


def test_teams_gives_each_student_the_latest_version():
    found, _ = copies(TRIALS / "teams", ["01"])
    assert [copy.name for copy in found.values()] == ["Alice Martin", "Bruno Le Gall"]
    assert not any(copy.trouble for copy in found.values())
    kept = found["alice-martin"].kept["01"]
    assert (kept.path, kept.attempts) == ("TP1/Version 2/01-buckets.ipynb", 2)
    remarks = "\n".join(found["alice-martin"].remarks)
    assert "Version 2/01-buckets.ipynb », le seul complété" in remarks


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


# --- Les autres plateformes -----------------------------------------------------------------------

FULL = json.dumps(answered("01", dict.fromkeys(TASKS, "solution"))[0]).encode()
HALF = json.dumps(answered("01", dict.fromkeys(TASKS, "stub") | {"create": "solution"})[0])


def test_canvas_gives_flat_names_and_the_last_one_counts(pack):
    files = {
        "martinalice_12345_67890_01-buckets.ipynb": FULL,
        "legallbruno_LATE_12346_67891_01-buckets-1.ipynb": FULL,
        "petitchloe_12347_67892_01-buckets.ipynb": FULL,
        "petitchloe_12347_67893_01-buckets-2.ipynb": HALF,
    }
    assert people_in(pack(files)) == {
        "legallbruno": (None, ["remise 67891/01-buckets-1.ipynb"]),
        "martinalice": (None, ["remise 67890/01-buckets.ipynb"]),
        "petitchloe": (None, ["remise 67893/01-buckets-2.ipynb"]),
    }


def test_dates_in_file_names_are_not_numbers_of_canvas(pack):
    files = {f"rendu_2026_11_{name}.ipynb": FULL for name in ("alice", "bob", "chloe")}
    assert len(people_in(pack(files))) == 3


def test_blackboard_brightspace_sakai_and_nbgrader(pack):
    blackboard = {
        "TP1_amartin_attempt_2026-11-20-10-30-00_01-buckets.ipynb": FULL,
        "TP1_amartin_attempt_2026-11-20-10-30-00.txt": b"x",
        "TP1_amartin_attempt_2026-11-21-10-30-00_01-buckets.ipynb": HALF,
        "TP1_broy_attempt_2026-11-20-10-31-00_01-buckets.ipynb": FULL,
    }
    found = people_in(pack(blackboard))
    assert found["amartin"][1] == ["2026-11-21-10-30-00/01-buckets.ipynb"]
    assert sorted(found) == ["amartin", "broy"]
    brightspace = {
        "12345-777 - Alice Martin - 20 November, 2026 1030 AM - 01-buckets.ipynb": FULL,
        "12346-777 - Bob Roy - Nov 20, 2026 1031 AM/01-buckets.ipynb": FULL,
        "index.html": b"<html></html>",
    }
    assert sorted(people_in(pack(brightspace))) == ["Alice Martin", "Bob Roy"]
    sakai = {
        f"TP1/{name}/Submission attachment(s)/01-buckets.ipynb": FULL
        for name in ("Martin, Alice(amartin)", "Roy, Bob(broy)")
    }
    assert sorted(people_in(pack(sakai | {"TP1/grades.csv": b"x"}))) == ["Alice Martin", "Bob Roy"]
    nbgrader = {f"submitted/{name}/tp1/01-buckets.ipynb": FULL for name in ("alice", "bob")}
    assert sorted(people_in(pack(nbgrader))) == ["alice", "bob"]


def test_moodle_in_all_its_shapes(pack):
    ending = "assignsubmission_file_"
    files = {
        f"Alice Martin_11_{ending}/01.ipynb": FULL,
        f"Bruno Roy_{ending}/01.ipynb": FULL,
        f"Groupe A-Chloé Petit_13_{ending}/01.ipynb": FULL,
        f"DURAND David_14_{ending}01.ipynb": FULL,
        f"Eve_Le_Gall_15_{ending}/01.ipynb": FULL,
        f"Participant 16_{ending}/01.ipynb": FULL,
        f"Participant_17_{ending}/01.ipynb": FULL,
        "Zoé Tanguy_18_assignsubmission_onlinetext_/onlinetext.html": b"<p>x</p>",
        f"Zoé Tanguy_18_{ending}/01.ipynb": FULL,
        "Paul-Marie Un_19_file_01.ipynb": FULL,
        f"TD1-Participant_20_{ending}/01.ipynb": FULL,
        "Ana-Lou-Le-Roux-21-assignsubmission-file-/01.ipynb": FULL,
        "Max Roux 22 assignsubmission file /01.ipynb": FULL,
        f"Mai-Lan Nguyen_23_{ending}/01.ipynb": FULL,
    }
    found = people_in(pack(files))
    assert {name: number for name, (number, _) in found.items()} == {
        **{"Alice Martin": "11", "Bruno Roy": None, "Chloé Petit": "13", "DURAND David": "14"},
        **{"Eve Le Gall": "15", "Participant 16": "16", "Participant 17": "17"},
        **{"Zoé Tanguy": "18", "Paul-Marie Un": "19", "Participant 20": "20"},
        **{"Ana-Lou-Le-Roux": "21", "Max Roux": "22", "Mai-Lan Nguyen": "23"},
    }
    assert not any(kept == ["à revoir"] for _, kept in found.values())


def test_a_late_copy_beside_those_of_moodle_is_a_student_too(pack):
    files = {f"Eve {n}_{n}_assignsubmission_file_/x.ipynb": NOTEBOOK for n in (11, 12)}
    files |= {"Zoé Petit/x.ipynb": NOTEBOOK, "feuille.csv": b"a,b", "page.html": b"<html>"}
    names, remarks = names_of(pack(files))
    assert [name for name, _ in names] == ["Zoé Petit", "Eve 11", "Eve 12"]
    assert len(remarks) == 2


def test_blind_names_of_moodle_in_other_languages_and_texts_typed_in_canvas(pack):
    for word in ("Participante", "Teilnehmerin", "participant"):
        files = {f"{word}_{n}_assignsubmission_file/x.ipynb": FULL for n in (11, 12)}
        found = people_in(pack(files))
        assert sorted(found) == [f"{word} 11", f"{word} 12"]
    groups = {
        f"Gruppe {one}-{name}_{n}_assignsubmission_file/x.ipynb": FULL
        for n, (one, name) in enumerate([("A", "Ana"), ("B", "Bob"), ("A", "Cid")], 11)
    }
    assert sorted(people_in(pack(groups))) == ["Ana", "Bob", "Cid"]
    canvas = {
        "martinalice_12345_67890_01-buckets.ipynb": FULL,
        "roybob_12346_67891_01-buckets.ipynb": FULL,
        "darczoe_LATE_12347_text.html": b"<html>voir mon depot</html>",
    }
    found = people_in(pack(canvas))
    assert sorted(found) == ["darczoe", "martinalice", "roybob"]
    assert found["darczoe"][1] == ["\u00e0 revoir"]
