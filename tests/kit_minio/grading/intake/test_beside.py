"""Les fichiers rendus à côté d'un notebook : ceux dont il se sert, et eux seuls."""

from __future__ import annotations

import io

import pytest

from kit_minio.grading.intake.beside import MAX_FILES, Beside, files_beside
from kit_minio.grading.intake.entries import File
from tests.support.copies import alone, notebook_of
from tests.support.trials import solved, write


def _found(code: str, files: dict[str, bytes], path: str = "tp/01.ipynb") -> Beside:
    held = [
        (name, File(name, (), "", lambda data=data: io.BytesIO(data)))  # type: ignore[misc]
        for name, data in files.items()
    ]
    return files_beside(held, path, notebook_of("01", {"create": code}))


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("import outils", ["outils.py"]),
        ("from outils import f", ["outils.py"]),
        ("%run outils.py", ["outils.py"]),
        ("import paquet.a", ["paquet/__init__.py", "paquet/a.py", "outils.py"]),
        ('open("mots.csv")', ["mots.csv"]),
        ("outils = 3  # import\nmes_outils = 4", []),
        ("", []),
    ],
)
def test_what_the_code_names_is_taken(code: str, taken: list[str]) -> None:
    files = {
        "tp/outils.py": b"x = 1",
        "tp/paquet/__init__.py": b"",
        "tp/paquet/a.py": b"import outils",
        "tp/mots.csv": b"a,b",
        "tp/autre.py": b"import os",
    }
    assert [*_found(code, files).texts] == taken


def test_a_lone_module_elsewhere_is_found_and_the_kit_s_own_never() -> None:
    files = {
        "outils.py": b"\xef\xbb\xbfx = 1",
        "tp/helpers/__init__.py": b"evil",
        "tp/json.py": b"evil",
        "tp/minio.py": b"evil",
        "tp/a/b/c/d.py": b"",
        "tp/..py": b"",
    }
    found = _found("import outils, helpers, json, minio, d", files)
    assert (found.texts, found.taken) == ({"outils.py": "x = 1"}, ["outils.py"])
    assert _found("import outils", {"a/outils.py": b"", "b/outils.py": b""}).texts == {}


def test_what_is_too_big_or_unreadable_goes_to_a_human() -> None:
    (said,) = _found("import outils", {"tp/outils.py": b"\xff\xfe\xfa"}).troubles
    assert said == (
        "Le notebook se sert de « outils.py », qui n'est pas lu : ce n'est pas du texte en UTF-8."
    )
    assert _found("import outils", {"tp/outils.py": b"x" * 2_000_000}).troubles
    many = {f"tp/m{n}.py": b"x = 1" for n in range(MAX_FILES + 5)}
    found = _found("".join(f"import m{n}\n" for n in range(MAX_FILES + 5)), many)
    assert (len(found.texts), len(found.troubles)) == (MAX_FILES, 5)
    (said,) = _found("import aux", {"tp/aux.py": b"x = 1"}).troubles
    assert said.endswith(
        "« aux.py », qui n'est pas lu : son nom a un sens particulier sous Windows."
    )


def test_a_copy_carries_them_and_says_what_it_leaves(tmp_path) -> None:  # type: ignore[no-untyped-def]
    data = solved().replace(b"client.make_bucket", b"import outils\\nclient.make_bucket", 1)
    files = {"01.ipynb": data, "outils.py": b"x = 1", "photo.png": b"x", "regles.json": b"[]"}
    copy = alone(write(tmp_path / "lot", {f"lea/{name}": one for name, one in files.items()}))
    assert copy.beside == {"01": {"outils.py": "x = 1"}}
    assert not any("outils.py" in remark for remark in copy.remarks)
    assert any("photo.png" in remark for remark in copy.remarks)
