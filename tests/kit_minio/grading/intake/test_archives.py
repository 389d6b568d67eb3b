"""Les archives que remettent des élèves : ouvertes sur un niveau, bornées, ou nommées."""

import io
import tarfile
import zipfile

import pytest

from helpers.errors import ContentError
from kit_minio.grading.intake import archives
from tests.support.copies import NOTEBOOK, copies, people_in


def tarred(files, mode="w:gz"):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *(("tp.tar.gz", "w:gz"), ("TP.TGZ", "w:gz"), ("tp.tar", "w")),
        *(("tp.tar.bz2", "w:bz2"), ("tp.tar.xz", "w:xz"), ("menteur.zip", "w:gz")),
    ],
)
def test_a_tar_is_opened_as_a_zip_is(name, mode, pack):
    inner = tarred({"./tp/01.ipynb": NOTEBOOK, "tp/.venv/x.py": b"", "tp/notes.txt": b"x"}, mode)
    found, _ = copies(pack({f"alice/{name}": inner, "bob/x.ipynb": NOTEBOOK}), ["01"])
    assert found["alice"].kept["01"].path == f"{name}/tp/01.ipynb"
    assert [bool(copy.trouble) for copy in found.values()] == [False, False]


def test_links_paths_and_archives_in_a_tar_are_refused(pack):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        link = tarfile.TarInfo("lien.ipynb")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name in ("../x.ipynb", "/y.ipynb", "encore.zip"):
            member = tarfile.TarInfo(name)
            member.size = len(NOTEBOOK)
            archive.addfile(member, io.BytesIO(NOTEBOOK))
    path = pack({"alice/tp.tgz": data.getvalue(), "bob/x.ipynb": NOTEBOOK})
    found, remarks = copies(path, ["01"])
    said = " ".join([*found["alice"].remarks, *remarks])
    assert "n'est pas un fichier ordinaire" in said
    assert "remonte dans les dossiers" in said
    assert "est absolu" in said
    assert "une archive dans une archive" in said
    assert found["alice"].trouble
    assert not found["bob"].trouble


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_bomb_in_a_tar_costs_only_its_copy(mode, pack):
    bomb = tarred({"x.ipynb": bytes(60_000_000)}, mode)
    found, _ = copies(pack({"a/tp.tar.gz": bomb, "b/x.ipynb": NOTEBOOK}), ["01"])
    assert "trop compressée" in found["a"].trouble
    assert not found["b"].trouble


def test_the_archives_of_an_assignment_by_group_do_not_count_as_a_level(tmp_path):
    start = "{}_assignsubmission_file_/{}"
    one = {
        start.format("Alice Martin_11", "01.ipynb"): NOTEBOOK,
        start.format("Bob Roy_12", "tp.zip"): zipped({"01.ipynb": NOTEBOOK}),
    }
    (tmp_path / "Cours-TP1-GroupeA-77.zip").write_bytes(zipped(one))
    two = {start.format("Eve Roy_13", "01.ipynb"): NOTEBOOK}
    (tmp_path / "Cours-TP1-GroupeB-77.zip").write_bytes(zipped(two))
    assert people_in(tmp_path, ["01"]) == {
        "Alice Martin": ("11", ["01.ipynb"]),
        "Bob Roy": ("12", ["tp.zip/01.ipynb"]),
        "Eve Roy": ("13", ["01.ipynb"]),
    }


def test_the_archive_of_a_group_holds_the_archives_of_its_students(tmp_path):
    inner = {"Alice Martin/tp.zip": zipped({"01.ipynb": NOTEBOOK}), "Bob Roy/01.ipynb": NOTEBOOK}
    (tmp_path / "TD1.zip").write_bytes(zipped(inner))
    deep = zipped({"encore.zip": zipped({"01.ipynb": NOTEBOOK})})
    (tmp_path / "TD2.zip").write_bytes(zipped({"Eve Petit/tp.zip": deep}))
    found = people_in(tmp_path, ["01"])
    assert {name: kept for name, (_, kept) in found.items()} == {
        "Alice Martin": ["tp.zip/01.ipynb"],
        "Bob Roy": ["01.ipynb"],
        "Eve Petit": ["à revoir"],
    }


def test_a_student_cannot_pass_for_another_with_an_archive(pack):
    forged = zipped({"Bob_12_assignsubmission_file_/x.ipynb": NOTEBOOK})
    files = {"Eve_13_assignsubmission_file_/tp.zip": forged}
    files |= {"Bob_12_assignsubmission_file_/x.ipynb": NOTEBOOK}
    found = people_in(pack(files), ["01"])
    assert {name: number for name, (number, _) in found.items()} == {"Eve": "13", "Bob": "12"}


def test_a_class_in_a_tar_is_a_batch(tmp_path):
    path = tmp_path / "classe.tar.gz"
    path.write_bytes(tarred({"classe/alice/x.ipynb": NOTEBOOK, "classe/bob.ipynb": NOTEBOOK}))
    assert sorted(people_in(path, ["01"])) == ["alice", "bob"]
    path.write_bytes(b"\x1f\x8bxx")
    with pytest.raises(ContentError, match="ne s'ouvre pas"):
        copies(path)


def test_an_archive_that_is_too_big_is_named(pack, monkeypatch):
    monkeypatch.setattr(archives, "MAX_INNER", 1000)
    found, _ = copies(pack({"a/tp.zip": zipped({"x.ipynb": NOTEBOOK})}), ["01"])
    assert "il dépasse 0 Mio" in found["a"].trouble


def test_a_zip_with_the_separators_of_old_windows(tmp_path):
    names = ("alice\\tp\\01.ipynb", "bob\\01.ipynb", "..\\eve\\01.ipynb")
    path = tmp_path / "lot.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, NOTEBOOK)
    found, remarks = copies(path, ["01"])
    assert {name: copy.kept["01"].path for name, copy in found.items()} == {
        "alice": "tp/01.ipynb",
        "bob": "01.ipynb",
    }
    assert "remonte dans les dossiers" in remarks[0]
    (tmp_path / "classe").mkdir()
    with zipfile.ZipFile(tmp_path / "classe" / "zoe.zip", "w") as archive:
        archive.writestr("tp\\01.ipynb", NOTEBOOK)
    assert people_in(tmp_path / "classe", ["01"]) == {"zoe": (None, ["tp/01.ipynb"])}


@pytest.mark.parametrize("name", ["lot.7z", "lot.rar"])
def test_a_batch_that_is_not_opened_says_what_to_do(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"7z\xbc\xaf\x27\x1c")
    with pytest.raises(
        ContentError, match=rf"archive {path.suffix[1:].upper()}.*donnez le dossier"
    ):
        copies(path)
