"""Le bilan de « kit.py test » : rien d'échoué ne passe pour réussi."""

from collections import Counter

import pytest

from helpers import suite
from helpers.errors import SettingsError

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
