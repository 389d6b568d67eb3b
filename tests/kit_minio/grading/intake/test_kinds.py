"""Ce qu'est vraiment un fichier, à son contenu."""

import json

import pytest

from helpers.files import ROOT
from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, alone, copies

TRIALS = ROOT / "tests" / "trials"
PAGE = b"\xef\xbb\xbf<!-- x -->\n<HTML><head></head><body>Se connecter</body></HTML>"
CONFLICT = NOTEBOOK.replace(b'"cells"', b'\n<<<<<<< HEAD\n"cells"\n=======\n>>>>>>> main\n', 1)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
EXPORT = b"# %% [markdown]\n# Titre\n# %%\nclient = 1\n"


def test_a_notebook_is_recognised_whatever_its_extension():
    found, remarks = copies(TRIALS / "15-extensions" / "lot")
    assert remarks == []
    assert len(found) == 7
    assert [name for name, copy in found.items() if copy.trouble] == ["f-export-python"]
    trouble = found["f-export-python"].trouble
    assert "« 01-buckets.py » : c'est un export Python" in trouble
    assert "il faut le fichier .ipynb" in trouble


def test_a_web_page_saved_as_a_notebook_is_named():
    found, _ = copies(TRIALS / "16-page-html")
    assert "c'est une page web" in found["alice"].trouble
    assert "« Raw »" in found["alice"].trouble
    assert not found["temoin"].trouble


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PAGE, "c'est une page web"),
        (CONFLICT, "marques de conflit de Git"),
        (POINTER, "Git LFS"),
        (EXPORT, "c'est un export Python"),
    ],
)
def test_what_is_not_a_notebook_under_its_name_says_what_to_ask_for(data, reason, pack):
    copy = alone(pack({"a/x.ipynb": data}))
    assert reason in copy.trouble
    assert copy.notebooks == {}


@pytest.mark.parametrize("name", ["bob.bak", "bob.html", "bob", "bob.ipynb.download"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_loose_files_are_recognised_by_content_too(name, encoding, tmp_path):
    (tmp_path / "alice.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / name).write_bytes(NOTEBOOK.decode().encode(encoding))
    (tmp_path / "eve.py").write_bytes(EXPORT)
    (tmp_path / "zoe.rar").write_bytes(b"Rar!")
    (tmp_path / "lisez-moi.txt").write_bytes(b"bonjour")
    found, remarks = copies(tmp_path)
    names = {copy.name: bool(copy.trouble) for copy in found.values()}
    assert names == {"alice": False, "bob": False, "eve": True, "zoe": True}
    assert len(remarks) == 1
    assert "lisez-moi.txt" in remarks[0]


@pytest.mark.parametrize("choice", ["stub", "solution"])
def test_an_export_beside_a_notebook_matters_only_if_the_notebook_is_blank(choice, pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, choice))
    copy = alone(pack({"a/x.ipynb": json.dumps(notebook), "a/x.py": EXPORT}))
    assert bool(copy.trouble) == (choice == "stub")
