"""À qui est chaque fichier d'un lot."""

import io
import zipfile

import pytest

from tests.support.classroom import classroom
from tests.support.copies import NOTEBOOK, alone, copies
from tests.support.moodle import in_groups, moodle_zip
from tests.support.trials import solved

FULL = solved("01")

# --- Les lots de Moodle ---------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["folder", "old", "flat"])
@pytest.mark.parametrize("blind", [False, True])
def test_a_class_is_read_in_every_layout(layout, blind, tmp_path):
    students = classroom()
    path = tmp_path / "Cours-Devoir-12.zip"
    path.write_bytes(moodle_zip(students, layout=layout, blind=blind))
    found, remarks = copies(path)
    assert remarks == []
    assert len(found) == 30
    by_number = {copy.moodle_id: copy for copy in found.values()}
    for student in students:
        copy = by_number[str(student.number)]
        name = f"Participant {student.number}" if blind else student.name.replace("'", "")
        assert copy.name == name
        assert list(copy.notebooks) == ([] if student.kind == "truncated" else ["01"])
        assert bool(copy.trouble) == (student.kind == "truncated")


def test_teams_have_one_copy_and_the_default_team_too(tmp_path):
    leaders = in_groups(classroom())
    path = tmp_path / "equipes.zip"
    path.write_bytes(moodle_zip(leaders))
    found, _ = copies(path)
    assert len(found) == 15
    assert "equipe-n-1-" in min(found)
    assert found["groupe-par-defaut"].moodle_id is None
    assert found["groupe-par-defaut"].name == "Groupe par défaut"


def test_an_unzipped_moodle_folder_gives_the_same_copies(tmp_path):
    students = classroom()
    path = tmp_path / "lot.zip"
    path.write_bytes(moodle_zip(students, layout="old"))
    folder = tmp_path / "décompressé" / "Cours-Devoir-12"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    zipped, unzipped = copies(path)[0], copies(folder.parent)[0]
    assert zipped == unzipped


def test_a_zip_made_again_from_the_folder_gives_the_same_copies(tmp_path, pack):
    students = classroom()
    original = zipfile.ZipFile(io.BytesIO(moodle_zip(students)))
    again = pack({f"Cours-Devoir-12/{n}": original.read(n) for n in original.namelist()}, "b.zip")
    path = tmp_path / "a.zip"
    path.write_bytes(moodle_zip(students))
    assert copies(again)[0] == copies(path)[0]


def test_one_file_named_as_moodle_does_does_not_make_a_moodle_batch(tmp_path):
    for name in ("bob.ipynb", "chloé.ipynb", "Zoé Martin_12_assignsubmission_file_x.ipynb"):
        (tmp_path / name).write_bytes(NOTEBOOK)
    found, remarks = copies(tmp_path)
    assert sorted(found) == ["bob", "chloe", "zoe-martin-12"]
    assert remarks == []


def test_a_homonym_in_moodle_keeps_its_own_copy(pack):
    folder = "Zoé Martin_{}_assignsubmission_file_/x.ipynb"
    found, _ = copies(pack({folder.format(n): NOTEBOOK for n in (12, 13)}))
    assert sorted(found) == ["zoe-martin-12", "zoe-martin-13"]
    forged = pack({folder.format(12): NOTEBOOK, folder.format(12).replace(" ", "-"): NOTEBOOK})
    assert len(copies(forged)[0]) == 2


def test_a_file_name_cannot_pass_for_another_student(pack):
    name = "Eve_13_assignsubmission_file_Bob_12_assignsubmission_file_x.ipynb"
    copy = alone(pack({name: NOTEBOOK}))
    assert (copy.name, copy.moodle_id) == ("Eve", "13")


# --- Les dossiers ---------------------------------------------------------------------------------


def test_a_folder_holds_one_notebook_or_one_folder_a_student(tmp_path):
    (tmp_path / "Zoé Martin" / "rendu").mkdir(parents=True)
    (tmp_path / "Zoé Martin" / "rendu" / "x.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "bob.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "eve.ipynb.txt").write_bytes(NOTEBOOK)
    (tmp_path / "consignes.pdf").write_bytes(b"%PDF")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    found, remarks = copies(tmp_path)
    assert sorted(found) == ["bob", "eve", "zoe-martin"]
    assert found["zoe-martin"].name == "Zoé Martin"
    assert all(copy.moodle_id is None and not copy.trouble for copy in found.values())
    assert remarks == [
        "« consignes.pdf » est laissé de côté : ce n'est ni un notebook, ni une archive."
    ]


def in_zip(files, pack, tmp_path):
    return pack(files)


def in_folder(files, pack, tmp_path):
    for name, data in files.items():
        path = tmp_path / "lot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "lot"


@pytest.mark.parametrize("source", [in_zip, in_folder])
def test_a_hidden_name_makes_nobody_vanish(source, pack, tmp_path):
    files = {
        ".NET_11_assignsubmission_file/x.ipynb": NOTEBOOK,
        "Alice_12_assignsubmission_file/x.ipynb": NOTEBOOK,
        "Alice_12_assignsubmission_file/.DS_Store": b"x",
        "Bob_13_assignsubmission_file/.x.ipynb": NOTEBOOK,
        "Chloé_14_assignsubmission_file/.DS_Store": b"x",
        "__MACOSX/Alice_12_assignsubmission_file/._x.txt": b"x",
    }
    found, remarks = copies(source(files, pack, tmp_path), ["01"])
    assert [copy.name for copy in found.values()] == [".NET", "Alice", "Bob", "Chloé"]
    readable = [not copy.trouble for copy in found.values()]
    assert readable == [True, True, True, False]
    said = "« .x.ipynb » est un fichier caché : faute d'autre notebook, il est lu."
    assert found["bob-13"].remarks == [said]
    assert remarks == []


@pytest.mark.parametrize("source", [in_zip, in_folder])
def test_a_hidden_notebook_is_named(source, pack, tmp_path):
    files = {
        "alice/x.ipynb": NOTEBOOK,
        "alice/.ipynb_checkpoints/x-checkpoint.ipynb": NOTEBOOK,
        "bob.ipynb": NOTEBOOK,
        ".ipynb_checkpoints/bob-checkpoint.ipynb": NOTEBOOK,
        ".git/config": b"x",
        ".DS_Store": b"x",
    }
    found, remarks = copies(source(files, pack, tmp_path), ["01"])
    assert sorted(found) == ["alice", "bob"]
    assert "« .ipynb_checkpoints/x-checkpoint.ipynb » est refusé" in found["alice"].remarks[0]
    assert len(remarks) == 1
    assert "bob-checkpoint.ipynb » est laissé de côté : c'est un fichier caché." in remarks[0]


def test_a_hidden_notebook_counts_when_it_is_alone_but_not_what_a_tool_keeps(pack):
    files = {
        "alice/.travail/x.ipynb": FULL,
        "bob/.ipynb": FULL,
        "chloe/.ipynb_checkpoints/x-checkpoint.ipynb": FULL,
        "dan/.Trash-1000/files/x.ipynb": FULL,
        "eve/x.ipynb": FULL,
        "eve/.x.ipynb": FULL,
    }
    found, _ = copies(pack(files), ["01"])
    assert [not copy.trouble for copy in found.values()] == [True, True, False, False, True]
    assert found["eve"].kept["01"].path == "x.ipynb"
    assert "peut-être d'avant le travail remis" in found["chloe"].trouble


def test_a_copy_without_a_notebook_says_what_it_holds(pack):
    link = b'<p><a href="https://colab.example/drive/abc">ici</a></p>'
    files = {
        "Alice_11_assignsubmission_file/rapport.pdf": b"%PDF",
        "Bob_12_assignsubmission_onlinetext/onlinetext.html": link,
        "Zoe_13_assignsubmission_file/TP1.eml": b"From: zoe@univ.example",
        "Dan_14_assignsubmission_file/x.ipynb": NOTEBOOK,
    }
    found, _ = copies(pack(files), ["01"])
    assert found["alice-11"].trouble.endswith("Elle contient : « rapport.pdf ».")
    assert "texte saisi dans Moodle, avec un lien (https://colab.example/drive/abc)" in (
        found["bob-12"].trouble
    )
    assert "« TP1.eml » : un courriel n'est pas ouvert" in found["zoe-13"].trouble


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../x.ipynb", "remonte dans les dossiers"),
        ("a/../../x.ipynb", "remonte dans les dossiers"),
        ("a\\..\\x.ipynb", "remonte dans les dossiers"),
        ("/etc/x.ipynb", "est absolu"),
        ("C:/x.ipynb", "est absolu"),
        ("\\\\serveur\\x.ipynb", "est absolu"),
    ],
)
def test_paths_that_escape_belong_to_nobody(name, reason, pack):
    found, remarks = copies(pack([(name, NOTEBOOK), ("b/x.ipynb", NOTEBOOK)]))
    assert list(found) == ["b"]
    assert len(remarks) == 1
    assert reason in remarks[0]


def test_ids_are_safe_unique_and_stable(pack):
    names = [
        "Zoé",
        "zoé",
        "ZOÉ!",
        "王小明",
        "李",
        "nul",
        "=cmd|' /C calc'!A0",
        "Œuvrard",
        "x" * 300,
    ]
    files = {f"{name}/x.ipynb": NOTEBOOK for name in names}
    found, _ = copies(pack(files))
    assert len(found) == len(names)
    assert all(key.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == "" for key in found)
    assert all(len(key) <= 60 and not key.startswith("-") for key in found)
    assert "nul" not in found
    assert "oeuvrard" in found
    assert all(copy.name for copy in found.values())
    again, _ = copies(pack(dict(reversed(files.items()))))
    assert list(found) == list(again)
    assert found == again
