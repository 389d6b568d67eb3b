"""Un nom de bucket recopié de l'écran : juste dans le notebook, juste à la correction."""

from __future__ import annotations

import pytest
from minio import Minio

from helpers import open_exercises
from helpers.spaces import full_name, remove_space
from kit_minio.checks.outcome import Verdict
from kit_minio.grading.execute.typed_names import at_home
from kit_minio.grading.grader import Grader
from tests.support.grading import copy_of, level_one, points_of

pytestmark = level_one

CREATE = """
for name in ["{space}-archives", "{space}-factures"]:
    client.make_bucket(bucket_name=name)
"""
CLEAN_UP = """
for bucket in client.list_buckets():
    if bucket.name.startswith('{space}-brouillon'):
        for item in client.list_objects(bucket_name=bucket.name, recursive=True):
            client.remove_object(bucket_name=bucket.name, object_name=item.object_name)
        client.remove_bucket(bucket_name=bucket.name)
"""


@pytest.mark.parametrize(
    "text",
    [
        '"exercice-01-3f2a-archives"',
        "'exercice-01-3f2a' + '-archives'",
        '"s3://zoe-martin-exercice-01-00ff-archives/a.txt"',
        'f"arn:aws:s3:::exercice-01-3f2a-{name}/*"',
    ],
)
def test_the_space_of_an_opening_is_that_of_the_copy(text: str) -> None:
    found = at_home(text, "01", "k1-exercice-01")
    assert "k1-exercice-01" in found
    assert not {"3f2a", "00ff", "zoe"} & {*found.replace("'", "-").replace('"', "-").split("-")}


@pytest.mark.parametrize(
    "text",
    [
        "exercice-02-3f2a-archives",  # d'une autre leçon
        "exercice-01-archives",
        "exercice-01-3f2a4-archives",
        "exercice-01-photos",
        "mon.exercice-01-3f2a",
        "-" * 50_000,
        "a-" * 50_000,
    ],
)
def test_the_rest_of_a_text_stays(text: str) -> None:
    assert at_home(text, "01", "k1-exercice-01") == text


@pytest.mark.both_servers
def test_both_sides_agree_on_a_name_typed_from_the_screen(grader: Grader, client: Minio) -> None:
    remove_space(client, full_name("exercice-01"))
    tp = open_exercises("01", client)
    written = {
        name: code.replace("{space}", tp.space)
        for name, code in (("create", CREATE), ("clean_up", CLEAN_UP))
    }
    for name, code in written.items():
        exec(code, {"client": client})  # noqa: S102
        tp.tasks[name].check()
        assert tp.tasks[name].outcome.verdict is Verdict.PASSED

    result = grader.grade(copy_of("recopié", **written))

    assert points_of(result) == {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}
    assert [remark.split(" écrit en entier")[0] for remark in result.remarks] == [
        "L'exercice « Créer deux buckets »",
        "L'exercice « Nettoyer sans tout perdre »",
    ]
    assert tp.space in result.marks[0].code  # ce qu'elle a écrit lui est montré tel quel
