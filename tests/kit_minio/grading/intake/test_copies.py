"""L'entrée des copies : les lots de Moodle, les dossiers, les buckets, et ce qui est refusé."""

import io
import json
import os
import pickle
import stat
import struct
import sys
import time
import zipfile

import nbformat
import pytest

from helpers.errors import ContentError, SettingsError
from helpers.spaces import fresh_bucket
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.grading.intake import reading, sources
from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.intake.names import display_name
from kit_minio.grading.intake.reading import Unreadable, read_cells
from tests.support.classroom import answered, classroom, code_cell
from tests.support.moodle import in_groups, moodle_zip

MASTER = EXERCISES / "01-buckets.ipynb"
NOTEBOOK = MASTER.read_bytes()
TASKS = ["create", "clean_up", "names", "ensure"]


def copies(path, lessons=None):
    """Renvoie les copies d'un lot par identifiant, et les remarques sur le lot."""
    with open_batch(str(path), lessons) as batch:
        found = list(batch)
        assert len(found) == len(batch)
        assert len({copy.id for copy in found}) == len(found)
        for copy in found:
            assert bool(copy.notebooks) or copy.trouble
            for notebook in copy.notebooks.values():
                assert nbformat.validate(notebook) is None
        return {copy.id: copy for copy in found}, batch.remarks


@pytest.fixture
def pack(tmp_path):
    """Écrit un zip, à partir d'un dictionnaire ou de couples nom et octets."""

    def write(files, name="lot.zip", method=zipfile.ZIP_STORED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for entry, data in files.items() if isinstance(files, dict) else files:
                archive.writestr(entry, data)
        return path

    return write


def alone(path):
    """Renvoie la seule copie d'un lot."""
    found, _ = copies(path, ["01"])
    assert len(found) == 1
    return next(iter(found.values()))


# --- Les lots de Moodle -------------------------------------------------------------------------


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


def test_online_text_alone_is_for_a_human(pack):
    path = pack({"Zoé Martin_12_assignsubmission_onlinetext/onlinetext.html": "<p>bonjour</p>"})
    assert "aucun notebook" in alone(path).trouble


def test_names_without_the_utf8_flag_are_repaired(tmp_path, pack):
    path = pack({"Zoé Martin_12_assignsubmission_file/x.ipynb": NOTEBOOK})
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.find(header) + offset] &= ~0x08
    path.write_bytes(bytes(data))
    with zipfile.ZipFile(path) as archive:
        assert "Zoé" not in archive.namelist()[0]
    assert alone(path).name == "Zoé Martin"


# --- Les dossiers, les notebooks seuls, les buckets ---------------------------------------------


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
    assert remarks == ["« consignes.pdf » est laissé de côté : son nom n'est celui d'aucune copie."]


def test_one_file_named_as_moodle_does_does_not_make_a_moodle_batch(tmp_path):
    for name in ("bob.ipynb", "chloé.ipynb", "Zoé Martin_12_assignsubmission_file_x.ipynb"):
        (tmp_path / name).write_bytes(NOTEBOOK)
    found, remarks = copies(tmp_path)
    assert sorted(found) == ["bob", "chloe", "zoe-martin-12"]
    assert remarks == []


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
    assert readable == [True, True, False, False]
    assert found["bob-13"].remarks == ["« .x.ipynb » est refusé : c'est un fichier caché."]
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


# --- Ce qui n'a pas été lu n'est jamais un zéro silencieux --------------------------------------


@pytest.mark.parametrize("name", ["travail.ipynb.zip", "aux.ipynb", ".travail.ipynb", "9.ipynb"])
@pytest.mark.parametrize("choice", ["stub", "solution"])
def test_a_blank_notebook_next_to_one_that_is_not_read_is_for_a_human(name, choice, pack):
    done, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    readable, _ = answered("01", dict.fromkeys(TASKS, choice))
    files = {f"a/{n:02}.ipynb": json.dumps(readable) for n in range(10)} | {
        f"a/{name}": json.dumps(done)
    }
    copy = alone(pack(files))
    if choice == "solution":
        assert copy.trouble is None
    else:
        assert copy.trouble == (
            "Rien n'est complété dans ce qui a été lu, mais le travail est peut-être dans un "
            f"fichier qui ne l'a pas été : « {name} »."
        )


def test_every_refused_file_is_named_in_the_remarks_or_in_the_journal(pack, caplog):
    caplog.set_level("INFO", "kit_minio.grading")
    files = {f"a/{n:02}.zip": b"PK" for n in range(30)} | {"a/x.ipynb": NOTEBOOK}
    copy = alone(pack(files))
    assert "« 19.zip » est refusé" in copy.remarks[19]
    assert copy.remarks[20] == "10 autres sont refusés : le journal les nomme tous."
    assert len(copy.remarks) == 21
    assert [f"« {n:02}.zip » est refusé" in caplog.text for n in range(30)] == [True] * 30


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
    assert "une archive dans l'archive" in found["eve"].remarks[0]
    with pytest.raises(ContentError, match="Aucune copie"):
        copies(f"s3://{bucket}/devoir-3")


# --- Les erreurs de l'enseignant ----------------------------------------------------------------


def test_errors_say_the_fact_and_the_remedy(tmp_path):
    with pytest.raises(ContentError, match="n'existe pas") as caught:
        copies(tmp_path / "absent.zip")
    assert "s3://" in caught.value.remedy
    text = tmp_path / "notes.txt"
    text.write_text("bonjour")
    with pytest.raises(ContentError, match="n'est ni un zip, ni un dossier"):
        copies(text)
    (tmp_path / "vide").mkdir()
    with pytest.raises(ContentError, match="Aucune copie"):
        copies(tmp_path / "vide")
    with pytest.raises(SettingsError, match="« 42 » n'a pas d'exercices"):
        copies(tmp_path, ["42"])


def test_a_damaged_archive_is_an_error_with_its_name(pack):
    path = pack({"bob/x.ipynb": NOTEBOOK})
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x00\x00"))
    with pytest.raises(ContentError, match=r"lot\.zip"):
        copies(path)


# --- Quelles leçons -----------------------------------------------------------------------------


def test_the_lessons_of_most_copies_are_graded_and_the_others_named(pack):
    files = {f"eleve{n}/x.ipynb": NOTEBOOK for n in range(3)}
    files["egare/x.ipynb"] = (EXERCISES / "04-prefixes.ipynb").read_bytes()
    found, remarks = copies(pack(files))
    assert all(list(copy.notebooks) in (["01"], []) for copy in found.values())
    assert "est de la leçon 04, qui n'est pas à corriger" in found["egare"].remarks[0]
    assert found["egare"].trouble
    assert len(remarks) == 1
    assert remarks[0].startswith("La leçon 04 n'est que dans 1 copie sur 4")
    assert remarks[0].endswith("ajoutez --lesson 01 --lesson 04.")


def test_a_missing_notebook_is_to_do_and_it_is_said(pack):
    other = (EXERCISES / "04-prefixes.ipynb").read_bytes()
    path = pack({"a/1.ipynb": NOTEBOOK, "a/4.ipynb": other, "b/1.ipynb": NOTEBOOK})
    found, _ = copies(path)
    assert list(found["b"].notebooks) == ["01", "04"]
    assert found["b"].remarks == ["Leçon 04 : le notebook manque ; ses exercices restent à faire."]
    assert found["a"].remarks == []
    assert not found["b"].trouble


def test_lessons_are_recognised_without_ids_too(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    for cell in notebook["cells"]:
        del cell["id"]
    found, _ = copies(pack({"a/x.ipynb": json.dumps(notebook)}))
    assert list(found["a"].notebooks) == ["01"]


def test_of_several_notebooks_the_most_complete_then_the_latest_is_kept(pack, tmp_path):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    full = json.dumps(notebook)
    copy = alone(pack({"a/1.ipynb": full, "a/2.ipynb": NOTEBOOK}))
    assert "« 1.ipynb », le plus complet" in copy.remarks[0]
    late, early = zipfile.ZipInfo("a/1.ipynb", (2026, 11, 20, 12, 0, 0)), "a/2.ipynb"
    copy = alone(pack([(late, full), (zipfile.ZipInfo(early, (2026, 11, 19, 0, 0, 0)), full)]))
    assert "« 1.ipynb »" in copy.remarks[0].split(",")[0]


# --- Ce qui se convertit, et ce qui est à revoir par un humain ----------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_converted_and_mentioned(encoding, pack):
    text = NOTEBOOK.decode().replace("`tp.create.hint()`", "`tp.create.hint()` 🙂")
    copy = alone(pack({"a/x.ipynb": text.encode(encoding)}))
    assert not copy.trouble
    assert len(copy.remarks) == 1
    assert ("BOM" if encoding == "utf-8-sig" else encoding[:6].upper()) in copy.remarks[0]


def test_nbformat_3_is_converted_without_its_outputs():
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Titre"]},
                    {
                        "cell_type": "code",
                        "language": "python",
                        "input": ["x = 1\n", "x"],
                        "metadata": {},
                        "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": "1"}],
                    },
                ],
            }
        ],
    }
    cells, remarks = read_cells(json.dumps(old).encode())
    assert [(c.id, c.kind, c.source) for c in cells] == [
        (None, "markdown", "## Titre"),
        (None, "code", "x = 1\nx"),
    ]
    assert remarks == ["Ancien format de notebook (nbformat 3) : il a été converti."]


UNREADABLE = {
    "vide": b"",
    "blancs": b" \n\t",
    "tronqué": NOTEBOOK[: len(NOTEBOOK) // 2],
    "pas du texte": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "un zip": b"PK\x03\x04" + b"\xff" * 100,
    "une liste": b"[]",
    "un nombre": b"4",
    "un nombre énorme": b"1" * 100_000,
    "pas un notebook": b'{"a": 1}',
    "nbformat 99": NOTEBOOK.replace(b'"nbformat": 4', b'"nbformat": 99'),
    "nbformat en texte": NOTEBOOK.replace(b'"nbformat": 4', b'"nbformat": "4"'),
    "nbformat vrai": NOTEBOOK.replace(b'"nbformat": 4', b'"nbformat": [4]'),
    "sans cellules": b'{"nbformat": 4, "metadata": {}}',
    "cellules en texte": b'{"nbformat": 4, "cells": "x"}',
    "cellule en texte": b'{"nbformat": 4, "cells": ["x"]}',
    "source en nombre": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}',
    "nbformat 3 abîmé": b'{"nbformat": 3, "worksheets": [{"cells": [{"input": 1}]}]}',
    "nbformat 3 vide": b'{"nbformat": 3, "worksheets": 3}',
    "imbriqué": b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "imbriqué dans un dictionnaire": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "trop de listes": b'{"nbformat": 4, "cells": [' + b"[]," * 500_000 + b"[]]}",
    "latin-1": NOTEBOOK.decode().encode("latin-1", "replace"),
    "pickle": pickle.dumps({"nbformat": 4}),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_for_a_human_and_stops_nothing(data, pack):
    start = time.monotonic()
    found, _ = copies(pack({"a/x.ipynb": data, "b/x.ipynb": NOTEBOOK}), ["01"])
    assert time.monotonic() - start < 2
    assert found["a"].trouble.startswith("« x.ipynb » n'est pas lu : ")
    assert found["a"].notebooks == {}
    assert found["b"].trouble is None


def test_depth_is_measured_before_the_file_is_parsed():
    deep = b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a": ["[[[", ' * 60 + b"1" + b"]}" * 60
    with pytest.raises(Unreadable, match="imbriqué sur plus de 100 niveaux"):
        read_cells(deep + b"}")
    flat = b'{"nbformat": 4, "cells": [], "metadata": [' + b'"\\"[{", ' * 200 + b"[]]}"
    assert read_cells(flat) == ([], [])


def test_half_a_million_cells_are_refused_fast(pack):
    cell = b'{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}'
    data = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
    data += b",".join([cell] * 500_000) + b"]}"
    start = time.monotonic()
    with pytest.raises(Unreadable, match="plus de 2000 cellules"):
        read_cells(data)
    assert time.monotonic() - start < 0.5
    # Écrites autrement, elles sont comptées par leurs accolades, ou trop grosses pour être lues.
    with pytest.raises(Unreadable):
        read_cells(data.replace(b"cell_type", b"cell\\u005ftype"))
    assert "il dépasse 10 Mio" in alone(pack({"a/x.ipynb": data})).trouble


def test_lone_surrogates_are_replaced_and_mentioned(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "stub"))
    notebook["cells"][4]["source"] = "print('\ud800')"
    copy = alone(pack({"a/x.ipynb": json.dumps(notebook)}))
    assert "caractères invalides" in copy.remarks[0]
    nbformat.writes(copy.notebooks["01"]).encode()


def test_a_file_that_looks_like_code_is_never_imported_or_unpickled(pack, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    marker = tmp_path / "exécuté"
    evil = f"open({str(marker)!r}, 'w')".encode()
    bomb = b"cbuiltins\neval\n(V" + evil + b"\ntR."
    names = ("nbclient.py", "conftest.py", "sitecustomize.py", "helpers/__init__.py")
    before = {*tmp_path.rglob("*")}
    path = pack({"a/x.ipynb": NOTEBOOK, "a/d.pkl": bomb, **{f"a/{n}": evil for n in names}})
    copy = alone(path)
    assert not copy.trouble
    assert "nbclient.py" in copy.remarks[0]
    assert not marker.exists()
    assert {*tmp_path.rglob("*")} == {*before, path}


# --- Les lots hostiles --------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("aux.ipynb", "un sens particulier sous Windows"),
        ("COM1", "un sens particulier sous Windows"),
        ("x\\y.ipynb", "un sens particulier sous Windows"),
        ("x\x1b[31m.ipynb", "un caractère de contrôle"),
        ("x\ny.ipynb", "un caractère de contrôle"),
        ("d/" * 30 + "x.ipynb", "est trop long"),
        ("copie.zip", "une archive dans l'archive n'est pas ouverte"),
        ("copie.tar.gz", "une archive dans l'archive n'est pas ouverte"),
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
        copies(pack({f"a/{n}.txt": b"" for n in range(6)}))


def test_a_huge_table_of_files_is_refused_before_it_is_read(pack, monkeypatch):
    monkeypatch.setattr(sources, "MAX_DIRECTORY", 200)
    with pytest.raises(ContentError, match="trop de fichiers"):
        copies(pack({f"a/{n}.txt": b"" for n in range(10)}))


def test_big_notebooks_and_too_many_of_them_are_named(pack, monkeypatch):
    monkeypatch.setattr(sources, "MAX_NOTEBOOK", 1000)
    assert "il dépasse 0 Mio" in alone(pack({"a/x.ipynb": NOTEBOOK})).trouble
    monkeypatch.undo()
    many = alone(pack({f"a/{n:02}.ipynb": NOTEBOOK for n in range(12)}))
    assert "Seuls les 10 premiers notebooks ont été lus." in many.remarks
    assert len(many.remarks) == 10


def test_the_limits_stay_well_above_an_honest_copy():
    notebook, _ = answered("06", {}) if False else answered("01", dict.fromkeys(TASKS, "solution"))
    assert len(json.dumps(notebook)) * 100 < sources.MAX_NOTEBOOK
    assert len(notebook["cells"]) * 50 < reading.MAX_CELLS


# --- Les noms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Zoe\u0301 Martin", "Zoé Martin"),
        ("\u202eeva\u202c nom\u200bé", "eva nomé"),
        ("=ＨＹＰＥＲＬＩＮＫ（", "=HYPERLINK("),
        ("a\x1b[31mb\x00c\r\nd", "a [31mb c d"),
        ("\ud800x", "x"),
        ("  trop   d'espaces\u2028ici ", "trop d'espaces ici"),
        ("é" * 500, "é" * 100),
    ],
)
def test_shown_names_have_nothing_that_deceives(raw, shown):
    assert display_name(raw) == shown


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


def test_extra_cells_keep_the_notebook_valid(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "stub"))
    notebook["cells"] += [code_cell("même", "x = 1"), code_cell("même", "x = 2")]
    copy = alone(pack({"a/x.ipynb": json.dumps(notebook)}))
    ids = [cell.id for cell in copy.notebooks["01"].cells]
    assert len(ids) == len(set(ids))


def test_the_class_of_the_tests_is_the_same_every_time():
    assert moodle_zip(classroom(seed=3)) == moodle_zip(classroom(seed=3))
    assert moodle_zip(classroom(seed=3)) != moodle_zip(classroom(seed=4))
    assert len({student.number for student in classroom(size=90)}) == 90
