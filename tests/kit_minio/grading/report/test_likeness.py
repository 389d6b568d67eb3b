"""Les copies qui se ressemblent : un indice, avec ce qu'elles partagent."""

from __future__ import annotations

from kit_minio.authoring.exercises import solution_of
from kit_minio.checks import series
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.likeness import likeness

COURSE = [
    'client.make_bucket(bucket_name=tp.bucket("archives"))',
    'client.make_bucket(bucket_name=tp.bucket("factures"))',
    "for bucket in client.list_buckets():",
    "    client.remove_bucket(bucket_name=bucket.name)",
    "reasons = dict.fromkeys(names, 'valable')",
]


def copy(name: str, *lines: str) -> Result:
    outcome = Outcome(Verdict.PASSED, "", points=1)
    return Result(
        name, name, None, [Mark("01", "create", "Créer", outcome, 1, code="\n".join(lines))]
    )


def own(name: str) -> list[str]:
    """Cinq lignes que cet élève seul écrit."""
    return [f"{name}_{rank} = client.stat_object('{name}', '{rank}')" for rank in range(5)]


def test_the_answers_of_everybody_are_no_likeness() -> None:
    assert likeness([copy(name, *COURSE) for name in ("ana", "zoe", "max", "lea")]) == []


def test_four_identical_copies_of_eight_are_said_with_what_they_share() -> None:
    alike = [copy(name, *COURSE, *own("x")) for name in ("ana", "zoe", "max", "lea")]
    others = [copy(name, *COURSE, *own(name)) for name in ("tom", "eva", "ben", "lou")]

    (told,) = likeness([*alike, *others])

    assert told.startswith("ana, zoe, max, lea : 6\u00a0lignes communes, dont « x_0 = client.stat")


def test_spaces_and_one_more_line_do_not_hide_a_copy() -> None:
    spaced = [line.replace("(", "( ").replace(",", " , ") for line in own("x")]
    copies = [
        copy("ana", *COURSE, *own("x")),
        copy("zoe", *COURSE, *spaced, "ajout = tp.bucket(1)"),
    ]
    others = [copy(name, *COURSE, *own(name)) for name in ("tom", "eva", "ben")]

    (told,) = likeness([*copies, *others])

    assert told.startswith("ana, zoe : ")


def test_the_lines_of_the_course_do_not_count() -> None:
    code = solution_of(series("01"), "ensure") or ""
    taught = [line for line in code.splitlines() if line.strip()]
    assert len(taught) >= 4
    assert likeness([copy("ana", *taught), copy("zoe", *taught), copy("tom", *own("tom"))]) == []


def test_two_groups_are_two_sentences() -> None:
    groups = [copy(f"{name}{rank}", *own(name)) for name in ("a", "b") for rank in range(2)]

    assert [told.split(" : ")[0] for told in likeness(groups)] == ["a0, a1", "b0, b1"]


def test_empty_and_broken_code_is_no_likeness() -> None:
    broken = ['"""', "(((", "# Votre code ici", "...", "\x00"]
    assert likeness([]) == []
    assert likeness([copy("ana", *broken), copy("zoe", *broken)]) == []
