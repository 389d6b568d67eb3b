"""Ce qu'une réponse doit être : égale, ou un jugement par nom."""

import pytest

from kit_minio.checks.answers import Known, expect_answer, expect_judgements, expect_same_text
from kit_minio.checks.model import Context, Review


def answered(value):
    return Context(None, "espace", 1, "essai", value)


def refused(action, *arguments, **options):
    """Renvoie le refus d'une attente."""
    with pytest.raises(Review) as caught:
        action(*arguments, **options)
    return caught.value


def test_an_answer_that_means_the_same_passes():
    expect_answer(answered([2, 1]), [1.0, 2.0], ordered=False)
    expect_answer(answered({"a": 10.2}), {"a": 10}, tolerance=0.5)


def test_a_known_mistake_is_explained_and_each_value_counts():
    known = [Known({"a": 2, "b": 2}, "C'est le double.", 0.5)]
    fault = refused(expect_answer, answered({"a": 2, "b": 2}), {"a": 1, "b": 2}, known=known)
    assert (fault.message, fault.points) == ("C'est le double.", 0.5)
    fault = refused(expect_answer, answered({"a": 9, "b": 2}), {"a": 1, "b": 2}, each=0.5)
    assert (fault.message, fault.points) == ("La valeur de « a » n'est pas la bonne.", 0.5)


def test_a_right_answer_out_of_order_keeps_points():
    fault = refused(expect_answer, answered([2, 1]), [1, 2], out_of_order=1)
    assert fault.points == 1
    assert refused(expect_answer, answered([2, 3]), [1, 2], out_of_order=1).points == 0


def test_judgements_are_counted_and_none_is_named():
    right, choices = {"a": "l'été", "b": "hiver", "c": "hiver"}, ("l'été", "hiver")
    expect_judgements(answered({"a": "L’ÉTÉ", "b": " hiver", "c": "hiver"}), right, choices)
    fault = refused(
        expect_judgements, answered(dict.fromkeys("abc", "hiver")), right, choices, each=0.5
    )
    assert (fault.message, fault.points) == ("2\xa0réponses justes sur 3.", 1)
    wrong = refused(expect_judgements, answered(dict.fromkeys("abc", "printemps")), right, choices)
    assert "n'est pas dans la liste" in wrong.message
    assert (
        "il manque 1\xa0nom"
        in refused(
            expect_judgements, answered({"a": "hiver", "b": "hiver"}), right, choices
        ).message
    )
    assert "dictionnaire" in refused(expect_judgements, answered([1]), right, choices).message


def test_a_text_is_told_apart():
    expect_same_text("a", "a", "le titre")
    assert (
        "Le titre n'est pas tout à fait le bon"
        in refused(expect_same_text, "A", "a", "le titre").message
    )
    assert "n'est pas celui attendu" in refused(expect_same_text, "b", "a", "le titre").message
    assert "doit être un texte" in refused(expect_same_text, 3, "a", "le titre").message
