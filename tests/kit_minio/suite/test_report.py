"""Le bilan d'une étape : rien d'échoué ne passe pour réussi."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kit_minio.suite.report import Report
from kit_minio.suite.stages import STAGES

XML = (
    '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}">{}</testsuite>'
    "</testsuites>"
)


def counted(tmp_path: Path, xml: str | None, code: int) -> Report:
    report = Report(STAGES[0])
    path = tmp_path / "0.xml"
    if xml:
        path.write_text(xml, encoding="utf-8")
    report.add(code, path)
    return report


def test_counts_come_from_the_results(tmp_path: Path) -> None:
    cases = (
        '<testcase classname="tests.a" name="test_b"><failure/></testcase>'
        '<testcase><skipped message="sans Go"/></testcase>'
    )
    report = counted(tmp_path, XML.format(9, 2, 1, 1, cases), 1)
    assert report.counts == Counter(passed=5, failed=3, skipped=1)
    assert report.notes == ["échoué : tests.a.test_b", "ignoré : sans Go"]
    assert str(report).startswith("✗")


@pytest.mark.parametrize("xml", [None, XML.format(4, 0, 0, 0, "")])
def test_a_failed_command_counts_as_a_failure_whatever_its_results(
    tmp_path: Path, xml: str | None
) -> None:
    assert counted(tmp_path, xml, 2).counts["failed"] == 1


def test_a_command_without_results_counts_for_one(tmp_path: Path) -> None:
    assert counted(tmp_path, None, 0).counts == Counter(passed=1)
