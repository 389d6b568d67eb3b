"""Hors du kit : chaque bloc des leçons tourne avec les paquets qu'il nomme, et rien d'autre."""

import os
import re
import sys

import pytest

from helpers import fresh_bucket
from kit_minio.authoring.notebooks import lessons, read
from kit_minio.authoring.outside import blocks, environment, run

WRITTEN = [
    pytest.param(block, id=f"{path.stem}-{block.split()[3]}")
    for path in lessons()
    for block in blocks(read(path))
]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="les liens symboliques y demandent un droit")
@pytest.mark.parametrize("block", WRITTEN)
def test_a_block_runs_with_only_the_packages_that_it_names(client, block):
    assert run(block, environment(fresh_bucket(client, "hors-du-kit"))) == ""


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("print(1)\n", "ne dit pas « # pip install"),
        ("# pip install minio\nimport helpers\n", "No module named 'helpers'"),
        ("# pip install minio\nimport requests\n", "No module named 'requests'"),
        ("# pip install minio\nimport minio, urllib3\n1 / 0\n", "ZeroDivisionError"),
    ],
)
def test_what_a_block_lacks_is_said(block, fault):
    assert fault in run(block, {"PATH": os.defpath})


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_a_lesson_can_be_left_and_has_a_question_and_a_diagram(path):
    """Hors du kit, pandas lit et écrit des tables (leçon 13) par s3fs, et non par minio-py."""
    notebook = read(path)
    written = "\n".join(blocks(notebook))
    packages = ("s3fs", "boto3") if path.stem.startswith("13") else ("minio", "boto3")
    assert [name for name in packages if not re.search(rf"(?:import|from) {name}\b", written)] == []
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert any("Prédisez" in text for text in prose)
    assert any("```mermaid" in text for text in prose)
