"""Les noms publics du kit : complets, triés, les mêmes pour Python, l'éditeur et les types."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import helpers


def declared() -> dict[str, str]:
    """Renvoie chaque nom que les éditeurs et le vérificateur de types voient, et son module."""
    tree = ast.parse(Path(helpers.__file__).with_suffix(".pyi").read_text(encoding="ascii"))
    return {
        alias.asname: f"helpers.{node.module}"
        for node in tree.body
        for alias in node.names
        if alias.name == alias.asname
    }


@pytest.mark.parametrize("name", helpers.__all__)
def test_every_name_is_what_its_module_gives(name):
    assert getattr(helpers, name) is getattr(import_module(declared()[name]), name)


def test_names_are_sorted_and_the_same_for_types_and_completion():
    assert helpers.__all__ == sorted(declared())
    assert dir(helpers) == helpers.__all__


def test_unknown_name_is_an_ordinary_error():
    with pytest.raises(ImportError, match="zut"):
        exec("from helpers import zut")  # noqa: S102
    assert not hasattr(helpers, "zut")


def test_import_loads_nothing_before_its_use():
    code = "import sys, helpers; print(*(n for n in sys.modules if n.split('.')[0] in {names}))"
    names = {"helpers", "minio", "urllib3", "IPython", "ipywidgets", "fastapi"}
    done = subprocess.run(
        [sys.executable, "-c", code.format(names=names)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["helpers"]
