"""Les fichiers d'un lot, d'où qu'ils viennent : ceux que l'on lit, ceux que l'on refuse."""

import io
import json
import os
import stat
import struct
import sys
import zipfile

import pytest

from helpers.errors import ContentError
from helpers.files import ROOT
from helpers.spaces import fresh_bucket
from kit_minio.grading.intake import archives, entries, sources
from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, alone, copies

TRIALS = ROOT / "tests" / "trials"

# --- Un zip, un dossier, un notebook, un bucket ---------------------------------------------------


def test_one_notebook_is_a_batch_of_one(tmp_path):
    path = tmp_path / "essai.ipynb"
    path.write_bytes(NOTEBOOK)
    assert list(copies(path)[0]) == ["essai"]


def test_a_bucket_prefix_is_read_with_the_same_rules(client):
    bucket = fresh_bucket(client, "copies-a-corriger")
    objects = {
        "devoir-1/alice/01.ipynb": NOTEBOOK,
        "devoir-1/bob.ipynb": NOTEBOOK,
        "devoir-1/eve/copie.zip": b"PK",
        "devoir-12/autre.ipynb": NOTEBOOK,
    }
    for key, data in objects.items():
        client.put_object(
            bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data)
        )
    found, _ = copies(f"s3://{bucket}/devoir-1")
    assert sorted(found) == ["alice", "bob", "eve"]
    assert list(found["alice"].notebooks) == ["01"]
    assert "ne s'ouvre pas" in found["eve"].remarks[0]
    with pytest.raises(ContentError, match="Aucune copie"):
        copies(f"s3://{bucket}/devoir-3")


def test_names_without_the_utf8_flag_are_repaired(tmp_path, pack):
    path = pack({"Zoé Martin_12_assignsubmission_file/x.ipynb": NOTEBOOK})
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.find(header) + offset] &= ~0x08
    path.write_bytes(bytes(data))
    with zipfile.ZipFile(path) as archive:
        assert "Zoé" not in archive.namelist()[0]
    assert alone(path).name == "Zoé Martin"


def test_a_damaged_archive_is_an_error_with_its_name(pack):
    path = pack({"bob/x.ipynb": NOTEBOOK})
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x00\x00"))
    with pytest.raises(ContentError, match=r"lot\.zip"):
        copies(path)


# --- Les lots hostiles ----------------------------------------------------------------------------


def special(name, mode):
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    return entry


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
def test_links_and_special_files_in_a_zip_are_refused(mode, pack):
    path = pack([(special("a/x.ipynb", mode | 0o644), NOTEBOOK), ("b/x.ipynb", NOTEBOOK)])
    found, _ = copies(path)
    assert "« x.ipynb » est refusé : ce n'est pas un fichier ordinaire" in found["a"].remarks[0]
    assert found["a"].trouble
    assert not found["b"].trouble


@pytest.mark.skipif(sys.platform == "win32", reason="liens et tubes de Linux et macOS")
def test_links_and_pipes_in_a_folder_are_refused_and_never_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "y.ipynb").write_bytes(NOTEBOOK)
    lot = tmp_path / "lot"
    (lot / "a").mkdir(parents=True)
    (lot / "a" / "lien.ipynb").symlink_to(secret / "y.ipynb")
    (lot / "a" / "dossier").symlink_to(secret)
    os.mkfifo(lot / "a" / "tube.ipynb")
    (lot / "a" / "voisin").symlink_to(lot / "d")
    (lot / "b").symlink_to(secret)
    (lot / "d").mkdir()
    (lot / "d" / "x.ipynb").write_bytes(NOTEBOOK)
    (lot / "c.ipynb").write_bytes(NOTEBOOK)
    found, remarks = copies(lot)
    assert sorted(found) == ["a", "c", "d"]
    refused = " ".join(found["a"].remarks)
    assert all(
        f"« {name} » est refusé" in refused
        for name in ("lien.ipynb", "dossier", "tube.ipynb", "voisin")
    )
    assert found["a"].trouble
    assert "« b » est laissé de côté : ce n'est pas un fichier ordinaire" in remarks[0]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x\\y.ipynb", "un sens particulier sous Windows"),
        ("x\x1b[31m.ipynb", "un caractère de contrôle"),
        ("x\ny.ipynb", "un caractère de contrôle"),
        ("d/" * 30 + "x.ipynb", "est trop long"),
        ("copie.zip", "cette archive ne s'ouvre pas"),
        ("copie.tar.gz", "cette archive ne s'ouvre pas"),
        ("copie.7z", "une archive 7Z n'est pas ouverte"),
    ],
)
def test_other_names_are_refused_with_their_reason(name, reason, pack):
    copy = alone(pack([(f"Zoé_12_assignsubmission_file_/{name}", NOTEBOOK)]))
    assert len(copy.remarks) == 1
    assert reason in copy.remarks[0]
    assert "\x1b" not in copy.remarks[0]
    assert copy.trouble


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_of_the_same_name_the_first_counts(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    copy = alone(pack([("a/x.ipynb", json.dumps(notebook)), ("a/x.ipynb", NOTEBOOK)]))
    assert "un autre fichier porte le même nom" in copy.remarks[0]
    assert not copy.trouble


def test_a_password_is_named(pack):
    path = pack({"a/x.ipynb": NOTEBOOK})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x03\x04") + 6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    copy = alone(path)
    assert "protégé par un mot de passe" in copy.remarks[0]
    assert copy.trouble


def test_zip_bombs_are_refused_before_they_are_opened(pack):
    flat = b" " * 9_000_000
    copy = alone(pack({"a/x.ipynb": flat}, method=zipfile.ZIP_DEFLATED))
    assert "« x.ipynb » est refusé : il est bien trop compressé" in copy.remarks[0]
    assert copy.trouble


def test_an_entry_that_lies_about_its_size_stays_bounded(pack, monkeypatch):
    path = pack({"a/x.ipynb": NOTEBOOK, "b/x.ipynb": NOTEBOOK})
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)
    path.write_bytes(bytes(data))
    found, _ = copies(path)
    assert "il ne se lit pas" in found["a"].trouble
    assert not found["b"].trouble


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_corrupt_bytes_in_one_entry_do_not_stop_the_batch(method, pack):
    path = pack({"a/x.ipynb": NOTEBOOK, "b/x.ipynb": NOTEBOOK}, method=method)
    data = bytearray(path.read_bytes())
    data[200:400] = bytes(200)
    path.write_bytes(bytes(data))
    found, _ = copies(path)
    assert "il ne se lit pas" in found["a"].trouble
    assert not found["b"].trouble


def test_the_number_of_files_is_bounded(pack, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 5)
    with pytest.raises(ContentError, match="plus de 5 fichiers"):
        copies(pack({f"a/{n}.ipynb": b"" for n in range(6)}))


@pytest.mark.parametrize(
    "folder", [".venv/lib/x", "node_modules/y", "alice/.git/objects", "tp/monenv/Lib/site-packages"]
)
@pytest.mark.parametrize("disk", [True, False])
def test_a_heavy_folder_stops_nobody(folder, disk, pack, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 9)
    files = {f"bob/{folder}/m{n}.py": b"" for n in range(30)}
    files |= {
        f"bob/{folder}/exemple.ipynb": b"{}",
        "bob/x.ipynb": NOTEBOOK,
        "eve/x.ipynb": NOTEBOOK,
    }
    path = pack(files)
    if disk:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "lot")
        path = tmp_path / "lot"
    found, remarks = copies(path)
    assert sorted(found) == ["bob", "eve"]
    assert [copy.trouble for copy in found.values()] == [None, None]
    assert remarks == []
    assert len(found["bob"].remarks) <= 1


def test_a_folder_of_data_stops_nobody_and_who_has_only_tools_stays(pack, monkeypatch):
    monkeypatch.setattr(sources, "MAX_BESIDE", 3)
    monkeypatch.setattr(sources, "MAX_FILES", 7)
    files = {f"bob/images/{n}.png": b"" for n in range(30)} | {"bob/x.ipynb": NOTEBOOK}
    found, _ = copies(pack(files | {"eve/.venv/pyvenv.cfg": b"", "zoe/x.ipynb": NOTEBOOK}))
    assert sorted(found) == ["bob", "eve", "zoe"]
    assert found["eve"].trouble
    assert not found["bob"].trouble


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
@pytest.mark.parametrize("disk", [True, False])
def test_an_environment_of_any_name_counts_for_nothing(mark, disk, pack, tmp_path):
    files = {f"bob/essai/{mark}": b"", "bob/essai/exemples/x.ipynb": b"{", "bob/a.ipynb": NOTEBOOK}
    # Qui en a fait un dans le dossier de son travail n'y perd rien.
    files |= {f"eve/{mark}": b"", "eve/a.ipynb": NOTEBOOK}
    path = pack(files)
    if disk:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "lot")
        path = tmp_path / "lot"
    found, _ = copies(path, ["01"])
    assert {name: copy.trouble for name, copy in found.items()} == {"bob": None, "eve": None}
    assert all(copy.kept["01"].path == "a.ipynb" for copy in found.values())


def test_of_too_many_files_beside_the_deepest_go_first(pack, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 30)
    files = {f"bob/photos/{n}/a/{n}.png": b"" for n in range(60)} | {"bob/x.ipynb": NOTEBOOK}
    files |= {f"eve{n}/notebook": NOTEBOOK for n in range(9)}
    found, _ = copies(pack(files), ["01"])
    assert len(found) == 10
    assert not any(copy.trouble for copy in found.values())


def test_a_huge_table_of_files_is_refused_before_it_is_read(pack, monkeypatch):
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 200)
    with pytest.raises(ContentError, match="trop de fichiers"):
        copies(pack({f"a/{n}.txt": b"" for n in range(10)}))


def test_big_notebooks_and_too_many_of_them_are_named(pack, monkeypatch):
    monkeypatch.setattr(entries, "MAX_NOTEBOOK", 1000)
    assert "il dépasse 0 Mio" in alone(pack({"a/x.ipynb": NOTEBOOK})).trouble
    monkeypatch.undo()
    many = alone(pack({f"a/{n:02}.ipynb": NOTEBOOK for n in range(12)}))
    assert "Seuls les 10 premiers notebooks ont été lus." in many.remarks
    assert len(many.remarks) == 10


# --- Les zips du lot ------------------------------------------------------------------------------


def zipped(files, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_a_zip_in_the_zip_is_opened_and_a_rar_is_for_a_human():
    found, remarks = copies(TRIALS / "13-zip-dans-le-zip" / "Cours-TP1-1234.zip")
    assert remarks == []
    assert [copy.name for copy in found.values() if not copy.trouble] == [
        "Alice Martin",
        "Bruno Le Gall",
        "David Roy",
    ]
    assert "une archive RAR n'est pas ouverte" in found["chloe-petit-12347"].remarks[0]
    assert found["chloe-petit-12347"].trouble


def test_zips_beside_notebooks_in_a_folder_are_students_and_go_no_deeper(tmp_path):
    inner = zipped({"tp/01.ipynb": NOTEBOOK, "tp/.venv/x.py": b"", "__MACOSX/._01.ipynb": b"x"})
    (tmp_path / "alice.zip").write_bytes(inner)
    (tmp_path / "bob.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "eve.zip").write_bytes(zipped({"encore.zip": inner}))
    (tmp_path / "zoe.zip").write_bytes(zipped({"../../x.ipynb": NOTEBOOK, "/y.ipynb": NOTEBOOK}))
    found, _ = copies(tmp_path)
    names = {copy.name: bool(copy.trouble) for copy in found.values()}
    assert names == {"alice": False, "bob": False, "eve": True, "zoe": True}
    assert "une archive dans une archive" in found["eve"].remarks[0]


def test_a_bomb_or_a_crowd_in_a_zip_costs_only_its_copy(pack, monkeypatch):
    monkeypatch.setattr(archives, "MAX_INSIDE", 20)
    files = {
        "a/bombe.zip": zipped({"x.ipynb": b" " * 9_000_000}),
        "b/foule.zip": zipped({f"{n}.ipynb": b"{}" for n in range(21)}),
        "c/x.ipynb": NOTEBOOK,
    }
    found, _ = copies(pack(files))
    assert "trop compressé" in found["a"].remarks[0]
    assert "plus de 20 fichiers" in found["b"].remarks[0]
    assert [bool(copy.trouble) for copy in found.values()] == [True, True, False]


def test_an_empty_folder_is_named(tmp_path):
    """Sans fichier, un étudiant disparaissait du lot sans un mot."""
    (tmp_path / "Ana").mkdir()
    (tmp_path / "Ana" / "01.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "Ugo Vi").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "Ana" / "images").mkdir()
    found, remarks = copies(tmp_path, ["01"])
    assert [copy.remarks for copy in found.values()] == [[]]
    assert "« Ugo Vi » est laissé de côté : ce dossier est vide." in remarks
    assert "images" not in " ".join(remarks)


def test_an_empty_folder_of_a_zip_is_named(pack):
    files = {"Ana/01.ipynb": NOTEBOOK, "Ana/images/": b"", "Ugo Vi/": b"", "Léo/sous/": b""}
    found, remarks = copies(pack(files), ["01"])
    assert sorted(found) == ["ana"]
    assert [
        f"« {name} » est laissé de côté : ce dossier est vide." in remarks
        for name in ("Ugo Vi", "Léo", "Ana")
    ] == [True, True, False]
