"""Les dossiers qui réunissent des élèves, et ceux qui sont d'un seul."""

import io
import json
import zipfile

import pytest

from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, copies, people_in
from tests.support.trials import solved

FULL = json.dumps(answered("01", dict.fromkeys(TASKS, "solution"))[0]).encode()
FOUR = ["Alice Martin", "Bruno Le Gall", "Chloé Petit", "David Roy"]


def zipped(files):
    """Renvoie un zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def in_two(first, second, ending="/01-buckets.ipynb"):
    """Range quatre élèves dans deux dossiers."""
    places = zip((first, first, second, second), FOUR, strict=True)
    return {f"{group}/{name}{ending}": FULL for group, name in places}


KNOWN = (
    *(("TD1", "TD2"), ("groupe A", "groupe B"), ("Section 3", "Section 4")),
    *(("Licence 2 - matin", "Licence 2 - après-midi"), ("mardi 14h", "jeudi 8h"), ("L2", "L3")),
    *(("BUT1/TD1", "BUT1/TD2"), ("promo/G1", "retards"), ("2026-11-20", "2026-11-27")),
    *(("rendus/TP1", "rendus/TP2"), ("Group 1", "Group 2")),
)
# Des dossiers dont le nom pourrait être celui d'un étudiant.
DOUBTFUL = (("A", "B"), ("Les Aigles", "Les Lions"), ("TD1 Mme Durand", "TD2 M. Roux"))


@pytest.mark.parametrize(
    ("first", "second", "ending"),
    [
        *((*pair, ".ipynb") for pair in KNOWN),
        *((*pair, "/01-buckets.ipynb") for pair in KNOWN + DOUBTFUL),
        *((*pair, "/rendu/01-buckets.ipynb") for pair in KNOWN + DOUBTFUL),
    ],
)
def test_groups_of_any_name_hold_students(first, second, ending, pack):
    assert sorted(people_in(pack(in_two(first, second, ending)))) == FOUR


@pytest.mark.parametrize("first", [first for first, _ in DOUBTFUL])
def test_notebooks_in_a_folder_of_unknown_name_are_students_or_for_a_human(first, pack):
    found = people_in(pack(in_two(first, "TD2", ".ipynb")))
    assert set(found) >= {"Chloé Petit", "David Roy"}
    assert set(found) >= {"Alice Martin", "Bruno Le Gall"} or found[first][1] == ["à revoir"]
    short = {f"{first}/{name}.ipynb": FULL for name in ("alice", "bruno")}
    assert people_in(pack(short | {"eve/x.ipynb": FULL}))[first][1] == ["à revoir"]


def test_one_group_of_logins_among_students_is_for_a_human(pack):
    files = {f"Les lève-tôt/{name}/x.ipynb": FULL for name in ("alice", "bob")}
    files |= {f"{name}/x.ipynb": FULL for name in ("zoe", "eve", "lea")}
    found, _ = copies(pack(files))
    assert sorted(found) == ["eve", "lea", "les-leve-tot", "zoe"]
    assert "d'un étudiant, ou de plusieurs (« alice », « bob »)" in found["les-leve-tot"].trouble


@pytest.mark.parametrize("name", ["Les lève-tôt", "Ada Lovelace", "Mon groupe à moi"])
def test_several_students_in_one_folder_are_never_one_in_silence(name, pack):
    files = {f"{name}/{one}/x.ipynb": FULL for one in ("alice", "bob")}
    files |= {f"{one}/x.ipynb": FULL for one in ("zoe", "eve", "lea")}
    found = people_in(pack(files))
    assert "alice" in found or found[name][1] == ["à revoir"]


def test_the_groups_of_two_teachers(pack):
    files = {f"Mme Durand/{name}/x.ipynb": FULL for name in ("alice", "bob")}
    assert sorted(people_in(pack(files | {"M. Roux/eve/x.ipynb": FULL}))) == ["alice", "bob", "eve"]


def test_groups_beside_students_and_loose_notebooks(pack):
    files = {f"TD1/{name}/x.ipynb": FULL for name in FOUR[:2]}
    files |= {"Zoé Petit/x.ipynb": FULL, "eve.ipynb": FULL}
    assert sorted(people_in(pack(files))) == ["Alice Martin", "Bruno Le Gall", "Zoé Petit", "eve"]


def test_a_group_that_hands_in_one_notebook_is_one_copy(pack):
    files = {f"Groupe {n}/01-buckets.ipynb": FULL for n in (1, 2, 3)}
    found, remarks = copies(pack(files))
    assert sorted(found) == ["groupe-1", "groupe-2", "groupe-3"]
    assert not any(copy.trouble for copy in found.values())
    told = "Dossiers au nom de groupe, une copie chacun : « Groupe 1 », « Groupe 2 », « Groupe 3 »."
    assert remarks == [told]


@pytest.mark.parametrize(
    "files",
    [
        ["alice/TP1/a.ipynb", "bob/TP1/a.ipynb"],
        ["alice/essai/a.ipynb", "alice/final/a.ipynb", "bob/a.ipynb"],
        ["alice/exercises/a.ipynb", "alice/notebooks/b.ipynb", "bob/a.ipynb"],
        ["alice/truc/a.ipynb", "bob/machin/a.ipynb"],
        ["Alice Martin/mon dossier/a.ipynb", "Bob Roy/a.ipynb"],
        ["20261234/TP1/a.ipynb", "20261235/a.ipynb"],
    ],
)
def test_students_who_sort_their_work_stay_students(files, pack):
    found, _ = copies(pack(dict.fromkeys(files, FULL)))
    owners = {path.split("/")[0] for path in files}
    assert {copy.name for copy in found.values()} == owners
    assert not any(copy.trouble for copy in found.values())


def test_a_student_alone_keeps_her_name(pack, tmp_path):
    one = people_in(pack({"Alice Martin/TP1/01.ipynb": FULL, "Alice Martin/notes.md": b"x"}))
    assert one == {"Alice Martin": (None, ["TP1/01.ipynb"])}
    kit = {"exercises/01.ipynb": FULL, "notebooks/01.ipynb": NOTEBOOK, "helpers/x.py": b""}
    assert people_in(pack(kit, "zoe.zip")) == {"zoe": (None, ["exercises/01.ipynb"])}
    course = {"TP1/01-buckets.ipynb": FULL, "TP2/02-objets.ipynb": solved("02")}
    found = people_in(pack(course, "eve.zip"))
    assert found == {"eve": (None, ["TP1/01-buckets.ipynb", "TP2/02-objets.ipynb"])}


def test_the_settings_of_a_tool_are_nobody_s_work(pack):
    """GitHub Classroom met un ``autograding.json`` dans chaque dépôt."""
    files = {}
    for name in ("alice-martin", "bob42"):
        files[f"tp-minio-{name}/exercises/01-buckets.ipynb"] = NOTEBOOK
        files[f"tp-minio-{name}/.github/classroom/autograding.json"] = b"{}"
    files["tp-minio-zoe-main (1).zip"] = zipped({"tp-minio-zoe-main/01-buckets.ipynb": NOTEBOOK})
    found, _ = copies(pack(files))
    assert [copy.name for copy in found.values()] == ["alice-martin", "bob42", "zoe"]
    assert not any(copy.trouble for copy in found.values())


def test_groups_in_groups_keep_homonyms_apart(pack):
    files = {f"{path}/Alice Martin/x.ipynb": FULL for path in ("L2/TD1", "L3/TD1")}
    found, remarks = copies(pack(files | {"L2/TD2/Bob Roy/x.ipynb": FULL}))
    assert [copy.name for copy in found.values()].count("Alice Martin") == 2
    assert "« L2/TD1/Alice Martin », « L3/TD1/Alice Martin »" in remarks[-1]


def test_a_folder_in_the_zip_of_a_student_is_hers(pack):
    one = zipped({"mon travail/01-buckets.ipynb": FULL})
    two = zipped({f"Groupe A/{name}/01-buckets.ipynb": FULL for name in FOUR[:2]})
    files = {"Zoé Lin/rendu.zip": one, "Eve Kim/rendu.zip": two}
    found, _ = copies(pack(files), ["01"])
    assert not found["zoe-lin"].trouble
    assert "« Alice Martin », « Bruno Le Gall »" in found["eve-kim"].trouble
