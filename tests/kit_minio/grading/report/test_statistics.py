"""Ce que la classe a réussi, compté sur les seules copies notées."""

from dataclasses import replace

import pytest

from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark
from kit_minio.grading.report.statistics import Spread, is_judged, successes
from tests.support.results import TASKS, classmates, mark, result


def test_notes_are_spread_on_twenty():
    found = [result(number=n, marks=[mark(TASKS[1], points=p)]) for n, p in enumerate((0, 1, 2))]
    spread = Spread.of(found)
    assert (spread.lowest, spread.median, spread.mean, spread.highest) == (0, 10, 10, 20)
    counts = {bin.label: bin.count for bin in spread.bins}
    assert (counts["0–2"], counts["10–12"], counts["18–20"]) == (1, 1, 1)  # 20 y est aussi
    assert (sum(counts.values()), spread.tallest) == (3, 1)


def test_notes_are_spread_on_the_scale_of_the_teacher():
    found = [replace(result(number=n), scale=5, penalty=n) for n in range(3)]
    spread = Spread.of(found)
    assert (spread.lowest, spread.median, spread.highest, spread.scale) == (3, 4, 5, 5)
    assert [bin.label for bin in spread.bins][-2:] == ["4–4,5", "4,5–5"]


def test_a_copy_for_a_human_or_without_exercises_has_no_note():
    assert is_judged(result())
    assert not is_judged(result(trouble="Illisible."))
    assert not is_judged(result(marks=[]))
    assert result().note == 20


@pytest.mark.parametrize(("passed", "hard"), [(0, True), (2, True), (3, False), (8, False)])
def test_an_exercise_that_a_quarter_or_fewer_pass_is_hard(passed, hard):
    found = classmates(passed)
    first, *others = successes(found, found)
    assert first.hard is hard
    assert not any(one.hard for one in others)
    assert (first.total, first.counts[Verdict.PASSED]) == (8, passed)


@pytest.mark.parametrize(("total", "hard"), [(1, False), (3, False), (4, True)])
def test_too_few_copies_say_nothing_of_an_exercise(total, hard):
    found = classmates(0, total)
    assert successes(found, found)[0].hard is hard


def test_the_parts_of_a_bar_follow_each_other_and_add_up():
    found = classmates(3)
    parts = successes(found, found)[0].parts
    assert [part.start for part in parts][:2] == [0, 3]
    assert sum(part.count for part in parts) == 8


def test_exercises_keep_the_order_of_the_course_and_uncounted_copies_still_name_them():
    later = Mark("02", "a", "A", Outcome(Verdict.TODO, ""), 1)
    troubled = result(marks=[later, mark(TASKS[0])], trouble="À voir.")
    found = successes([troubled], [])
    assert [one.number for one in found] == ["01.1", "02.1"]
    assert [one.total for one in found] == [0, 0]
    assert not any(one.hard for one in found)
