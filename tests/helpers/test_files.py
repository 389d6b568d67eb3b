"""L'écriture d'un fichier en une fois : entière, privée, ou rien ; le type d'une extension."""

from __future__ import annotations

import os
import stat

import pytest

from helpers.files import BINARY, guess_type, write_at_once


def test_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "note.txt"
    for data in (b"avant", b""):
        write_at_once(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="vise Linux et macOS")
def test_private_file_is_for_its_owner_only(tmp_path):
    write_at_once(tmp_path / "secret", b"x", private=True)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_refused_write_leaves_the_old_file_and_no_draft(tmp_path):
    folder = tmp_path / "dossier"
    folder.mkdir()
    with pytest.raises(OSError):
        write_at_once(folder, b"x")
    with pytest.raises(OSError):
        write_at_once(tmp_path / "absent" / "note.txt", b"x")
    assert list(tmp_path.iterdir()) == [folder]


def test_type_is_the_one_of_the_extension():
    assert guess_type("phare.JPG") == "image/jpeg"
    assert guess_type("velib.csv") == "text/csv"
    assert guess_type("lisez-moi.md") == "text/markdown"
    assert guess_type("sans-extension") == BINARY
