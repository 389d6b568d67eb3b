"""Un fichier du lot : admis ou refusé d'après son chemin, et lu jusqu'à une limite."""

import io

import pytest

from kit_minio.grading.intake import entries
from kit_minio.grading.intake.entries import File, Refused, refusal_of


def file_of(data, refusal=""):
    return File("a/x.ipynb", (1,), refusal, lambda: io.BytesIO(data))


@pytest.mark.parametrize(
    "path", ["a/x.ipynb", "a/tp.tar.gz", "a/tp.ZIP", "é/ü.ipynb", "x", "Con/aux.ipynb"]
)
def test_ordinary_paths_are_admitted(path):
    assert refusal_of(path) == ""


@pytest.mark.parametrize("path", ["../x", "/x", "C:/x", "a\\b", "a/x\n", "tp.rar"])
def test_others_are_refused_with_a_reason(path):
    assert refusal_of(path)


def test_a_file_is_read_up_to_its_limit(monkeypatch):
    monkeypatch.setattr(entries, "MAX_NOTEBOOK", 10)
    assert file_of(b"x" * 10).read() == b"x" * 10
    assert file_of(b"x" * 20).read(limit=20) == b"x" * 20
    with pytest.raises(Refused, match="il dépasse"):
        file_of(b"x" * 11).read()
    with pytest.raises(Refused, match="parce que"):
        file_of(b"x", "parce que").read()
    assert file_of(b"x" * 20).head(5) == b"x" * 5
    assert file_of(b"x", "parce que").head(5) == b""
