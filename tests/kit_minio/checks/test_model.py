"""Le moteur de vérification : quatre issues, jamais d'exception."""

import pytest

from kit_minio.checks.model import Context, Exercise, Review, Todo, evaluate
from kit_minio.checks.outcome import Verdict


def exercise(verify, **options):
    return Exercise("essai", "Essai", points=2, hints=("un", "deux"), verify=verify, **options)


def context(answer=...):
    return Context(None, "espace", 1, "essai", answer)


def raising(error):
    def verify(context):
        raise error

    return verify


def test_passed_gives_all_points():
    outcome = evaluate(exercise(lambda context: None), context())
    assert (outcome.verdict, outcome.points) == (Verdict.PASSED, 2)


def test_todo_is_not_wrong():
    outcome = evaluate(exercise(raising(Todo())), context())
    assert (outcome.verdict, outcome.points) == (Verdict.TODO, 0)


def test_review_carries_found_expected_and_partial_points():
    review = Review("Presque.", found=[1, 2], expected="trois", points=1)
    outcome = evaluate(exercise(raising(review)), context())
    assert outcome.verdict is Verdict.REVIEW
    assert (outcome.message, outcome.found, outcome.expected, outcome.points) == (
        "Presque.",
        "[1, 2]",
        "trois",
        1,
    )


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), ConnectionRefusedError()])
def test_any_fault_of_the_check_becomes_an_error_outcome(error):
    outcome = evaluate(exercise(raising(error)), context())
    assert outcome.verdict is Verdict.ERROR
    assert "La vérification s'est arrêtée." in outcome.message


@pytest.mark.parametrize("answer", [..., None])
def test_no_answer_is_to_do(answer):
    called = []
    outcome = evaluate(exercise(called.append, answers=True), context(answer))
    assert outcome.verdict is Verdict.TODO
    assert not called


def test_a_subclass_that_lies_reaches_the_check_as_plain_json():
    class Liar(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    seen = []
    evaluate(exercise(lambda context: seen.append(context.answer), answers=True), context(Liar(3)))
    assert type(seen[0]) is int
    assert seen[0] != 4


def test_random_depends_on_seed_and_exercise():
    def draw(seed, name):
        return Context(None, "e", seed, name).random().random()

    assert draw(1, "a") == draw(1, "a")
    assert len({draw(1, "a"), draw(2, "a"), draw(1, "b")}) == 3
