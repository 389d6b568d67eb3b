"""Le bilan de « kit.py test » : rien d'échoué ne passe pour réussi."""

import os
import sys
from collections import Counter

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.errors import SettingsError
from kit_minio import suite

XML = (
    '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}">{}</testsuite>'
    "</testsuites>"
)


def counted(tmp_path, xml, code):
    report = suite.Report(suite.STAGES[0])
    path = tmp_path / "0.xml"
    if xml:
        path.write_text(xml, encoding="utf-8")
    suite._count(report, code, path)
    return report


def test_counts_come_from_the_results(tmp_path):
    skip = '<testcase><skipped message="sans Go"/></testcase>'
    report = counted(tmp_path, XML.format(9, 2, 1, 1, skip), 1)
    assert report.counts == Counter(passed=5, failed=3, skipped=1)
    assert report.skips == ["sans Go"]
    assert str(report).startswith("✗")


@pytest.mark.parametrize("xml", [None, XML.format(4, 0, 0, 0, "")])
def test_a_failed_command_counts_as_a_failure_whatever_its_results(tmp_path, xml):
    assert counted(tmp_path, xml, 2).counts["failed"] == 1


def test_a_command_without_results_counts_for_one(tmp_path):
    assert counted(tmp_path, None, 0).counts == Counter(passed=1)


def test_unknown_stage_lists_the_known_ones():
    with pytest.raises(SettingsError, match=r"Choisissez parmi : .*style"):
        suite.run(["zut"])


@pytest.mark.parametrize(("ci", "kind"), [("true", "failed"), ("", "skipped")])
def test_a_stage_without_minio_is_counted(monkeypatch, ci, kind):
    monkeypatch.setenv("CI", ci)
    stage = next(stage for stage in suite.STAGES if stage.server == "native")
    report = suite._run_stage(stage, None)
    assert report.counts == Counter({kind: 1})
    assert report.skips == ["MinIO n'a pas été construit"]


@pytest.mark.skipif(sys.platform == "win32", reason="le faux Go est un script")
def test_a_build_that_fails_leaves_the_other_stages_to_run(monkeypatch, tmp_path, capfd):
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho sans réseau >&2; exit 1\n", encoding="utf-8")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("KIT_BIN", str(tmp_path / "bin"))
    assert suite._minio_folder() is None
    said = capfd.readouterr()
    assert "sans réseau" in said.err
    assert "Les étapes sur MinIO sont laissées de côté." in said.out


def test_cells_for_minio_only_are_listed(monkeypatch, tmp_path):
    cells = [new_code_cell("1 + 1"), new_code_cell('print("MinIO seulement : rien ici.")')]
    nbformat.write(new_notebook(cells=cells), tmp_path / "99-essai.ipynb")
    monkeypatch.setattr(suite, "LESSONS", tmp_path)
    assert suite.minio_only() == ["99-essai.ipynb, cellule 2"]
