"""Les clés ne sont pas des chemins : ce qui devient un fichier, et ce qui n'en devient pas un."""

from __future__ import annotations

import sys

import pytest

from helpers.topics.file_names import local_names

DANGEROUS = {
    "../a": "« .. »", "a/../../b": "« .. »", "/etc/passwd": "vide", "a//b": "vide", "a/": "vide",
    ".": "« . »", "": "vide", "..\\a": "Windows", "C:\\a": "Windows", "C:/a": "disque",
    "a/d:b": "disque", "CON": "réservé", "a/nul.txt": "réservé", "com1": "réservé",
    "LPT¹.log": "réservé", "con .txt": "réservé", "aux/b": "réservé", "a.": "retire",
    "a /b": "retire", "a\x00b": "caractère", "a\nb": "caractère", "caf\udce9": "caractère",
}  # fmt: skip
HARMLESS = [
    "a",
    "été/à b.txt",
    "...a",
    "console.txt",
    "coma",
    "a.con",
    "2026-01-01T10:00",
    "~",
    "-rf",
]


@pytest.mark.parametrize("key", DANGEROUS, ids=ascii)
def test_dangerous_key_is_refused(key):
    names, refused = local_names([key])
    assert names == {}
    assert DANGEROUS[key] in refused[key].fact


@pytest.mark.skipif(sys.platform == "win32", reason="« : » n'y est pas permis")
def test_harmless_keys_are_kept():
    names, refused = local_names(HARMLESS)
    assert {key: path.as_posix() for key, path in names.items()} == {key: key for key in HARMLESS}
    assert refused == {}


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        (["Port.jpg", "port.jpg"], "Port.jpg"),
        (["e\u0301t\u00e9", "\u00e9t\u00e9"], "e\u0301t\u00e9"),
        (["a", "a/b"], "a"),
        (["A/b", "a"], "A/b"),
        (["a/b", "A/B"], "A/B"),
    ],
)
def test_of_two_keys_that_collide_one_is_kept_and_the_other_reported(keys, kept):
    names, refused = local_names(keys)
    other = next(key for key in keys if key != kept)
    assert list(names) == [kept]
    assert f"« {kept} »" in refused[other].fact
