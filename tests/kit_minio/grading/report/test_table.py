"""Le tableau de notes : lisible par un tableur français, sans rien qu'il exécute."""

import csv
import io
import re

import pytest

from kit_minio.checks.outcome import Verdict
from kit_minio.grading.report.table import marks_csv
from tests.support.results import TASKS, mark, result


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_marks_open_in_a_french_spreadsheet():
    first = result(marks=[mark(TASKS[0], Verdict.REVIEW, 0.5), mark(TASKS[1])])
    data = marks_csv([first])
    assert data.startswith(b"\xef\xbb\xbf")
    assert all(
        re.fullmatch(r'"[^"]*"(;"[^"]*")*', line) for line in data.decode()[1:].split("\r\n")[:-1]
    )
    header, row = rows(data)
    found = dict(zip(header, row, strict=True))
    assert found["Nom"] == "Zoé Martin"
    assert found["Points"] == "2,5"
    assert found["Points possibles"] == "3"
    assert found["Note sur 20"] == "16,67"
    assert found["01.1 Créer deux buckets (1)"] == "0,5"
    assert found["Isolation"] == "niveau 1"


def test_a_copy_for_a_human_has_no_mark_at_all():
    troubled = result(marks=[], trouble="Illisible.")
    header, row = rows(marks_csv([troubled]))
    found = dict(zip(header, row, strict=True))
    assert found["Points"] == found["Note sur 20"] == ""
    assert found["À revoir par un humain"] == "Illisible."


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://mal.example";"clic")',
        "+33 1 23",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r\n=1+1",
        "\u202e=1+1",
        "\uff1d1+1",  # pleine chasse
        " \u200b=1+1",
        "|calc",
        "%0A=1",
        "'=1",
    ],
)
def test_no_cell_is_a_formula(name):
    texts = [name, f"x\n{name}"]
    one = result(name, marks=[], trouble=name, remarks=texts, copy_id="x-1")
    for row in rows(marks_csv([one])):
        for cell in row:
            assert not re.match(r"\s*[=+\-@|%\uff1d\t\r]", cell), cell
            assert not re.search("[\x00-\x1f\u202a-\u202e\u200b]", cell)
