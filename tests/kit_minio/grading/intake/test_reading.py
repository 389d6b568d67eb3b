"""Des octets d'une copie à ses cellules : ce qui se convertit, ce qui est refusé."""

import base64
import json
import pickle
import random

import nbformat
import pytest

from kit_minio.grading.intake import entries, reading
from kit_minio.grading.intake.reading import Unreadable, read_cells
from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, alone, copies

# --- Ce qui se convertit --------------------------------------------------------------------------


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


def test_lone_surrogates_are_replaced_and_mentioned(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "stub"))
    notebook["cells"][4]["source"] = "print('\ud800')"
    copy = alone(pack({"a/x.ipynb": json.dumps(notebook)}))
    assert "caractères invalides" in copy.remarks[0]
    nbformat.writes(copy.notebooks["01"]).encode()


@pytest.mark.parametrize("code", ["latin-1", "cp1252"])
def test_a_code_page_of_windows_is_converted(code, pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    at = next(n for n, cell in enumerate(notebook["cells"]) if "make_bucket" in str(cell["source"]))
    said = "# déjà créé"
    notebook["cells"][at]["source"] = f"{''.join(notebook['cells'][at]['source'])}\n{said}"
    data = json.dumps(notebook, ensure_ascii=False).encode(code, "replace")
    copy = alone(pack({"a/x.ipynb": data}))
    assert copy.trouble is None
    assert "Le fichier était en CP1252 : il a été converti." in copy.remarks
    assert any(said in cell.source for cell in copy.notebooks["01"].cells)


# --- Ce qui est à revoir par un humain ------------------------------------------------------------


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
    "UTF-8 abîmé": NOTEBOOK.replace("é".encode(), b"\xff", 1),
    "pickle": pickle.dumps({"nbformat": 4}),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_for_a_human_and_stops_nothing(data, pack):
    found, _ = copies(pack({"a/x.ipynb": data, "b/x.ipynb": NOTEBOOK}), ["01"])
    assert found["a"].trouble.startswith("« x.ipynb » n'est pas lu : ")
    assert found["a"].notebooks == {}
    assert found["b"].trouble is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "un PDF"),
        (b"PK\x03\x04x", "une archive ZIP"),
        (b"\x1f\x8bx", "une archive GZ"),
    ],
)
def test_another_kind_of_file_under_that_name_is_named(data, kind):
    with pytest.raises(Unreadable, match=kind):
        read_cells(data)


def test_depth_is_measured_before_the_file_is_parsed():
    deep = b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a": ["[[[", ' * 60 + b"1" + b"]}" * 60
    with pytest.raises(Unreadable, match="imbriqué sur plus de 100 niveaux"):
        read_cells(deep + b"}")
    flat = b'{"nbformat": 4, "cells": [], "metadata": [' + b'"\\"[{", ' * 200 + b"[]]}"
    assert read_cells(flat) == ([], [])


def test_half_a_million_cells_are_refused_before_they_are_parsed(pack, monkeypatch):
    cell = b'{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}'
    data = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
    data += b",".join([cell] * 500_000) + b"]}"
    assert "plus de 2000 cellules" in alone(pack({"a/x.ipynb": data})).trouble
    monkeypatch.setattr(json, "loads", lambda text: pytest.fail("le fichier a été analysé"))
    with pytest.raises(Unreadable, match="plus de 2000 cellules"):
        read_cells(data)
    # Écrites autrement, elles sont comptées par leurs accolades.
    with pytest.raises(Unreadable, match="trop de valeurs"):
        read_cells(data.replace(b"cell_type", b"cell\\u005ftype"))


@pytest.mark.parametrize("place", ["metadata", "outputs"])
def test_state_and_outputs_count_for_nothing(place, pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    heavy = base64.b64encode(random.Random(1).randbytes(10 * 2**20)).decode()  # 13 Mio
    if place == "metadata":
        notebook["metadata"]["widgets"] = {"state": {"a": {"state": {"value": heavy}}}}
    else:
        code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        code["outputs"] = [{"output_type": "display_data", "data": {"image/png": heavy}}]
    copy = alone(pack({"a/x.ipynb": json.dumps(notebook)}))
    assert not copy.trouble
    assert len(nbformat.writes(copy.notebooks["01"])) < 100_000


def test_what_is_kept_stays_bounded():
    cell = {"cell_type": "code", "source": "#" * (reading.MAX_SOURCE + 1)}
    with pytest.raises(Unreadable, match="son texte dépasse 10 Mio"):
        read_cells(json.dumps({"nbformat": 4, "cells": [cell]}).encode())


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


def test_the_limits_stay_well_above_an_honest_copy():
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    assert len(json.dumps(notebook)) * 100 < entries.MAX_NOTEBOOK
    assert len(notebook["cells"]) * 50 < reading.MAX_CELLS
