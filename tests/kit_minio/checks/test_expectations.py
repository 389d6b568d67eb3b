"""Le vocabulaire des vérifications : ce qu'il accepte, et ce qu'il dit de ce qu'il refuse."""

import io

import pytest
from minio.error import S3Error

from helpers.exercises.model import Context, Review, Todo
from helpers.spaces import fresh_space
from kit_minio.checks.answers import Known, expect_answer, expect_judgements, expect_same_text
from kit_minio.checks.expectations import (
    destroyed,
    expect_allowed,
    expect_bucket,
    expect_intact,
    expect_object,
    expect_refused,
    expect_same_keys,
)
from kit_minio.checks.preparation import fill
from kit_minio.checks.steps import in_steps, keeping


@pytest.fixture
def context(client):
    return Context(client, fresh_space(client, "essai-attentes"), 1, "essai")


def answered(value):
    return Context(None, "espace", 1, "essai", value)


def refused(action, *arguments, **options):
    """Renvoie le refus d'une attente."""
    with pytest.raises(Review) as caught:
        action(*arguments, **options)
    return caught.value


# --- Les points ---------------------------------------------------------------------------------


def raising(error):
    def verify():
        raise error

    return verify


def test_steps_add_up_even_after_a_fault():
    fault = refused(in_steps, (1, raising(Review("non", points=0.5))), (2, lambda: None))
    assert (fault.message, fault.points) == ("non", 2.5)


def test_a_step_never_earns_more_than_its_points():
    assert refused(in_steps, (1, raising(Review("non", points=9)))).points == 1


def test_steps_that_are_all_to_do_are_to_do():
    with pytest.raises(Todo, match="rien"):
        in_steps((1, raising(Todo("rien"))), (1, raising(Todo("non plus"))))


def test_a_step_to_do_among_others_is_said():
    fault = refused(in_steps, (1, raising(Todo("pas encore"))), (2, lambda: None))
    assert (fault.message, fault.points) == ("pas encore", 2)


def test_keeping_points():
    def verify():
        with keeping(1):
            raise Review("non")

    assert refused(verify).points == 1


# --- Des données de départ, des buckets, des objets ----------------------------------------------


def test_destroyed_data_are_said_with_the_remedy(context):
    assert "tp.essai.reset()" in destroyed(context, "Tout a disparu.").message
    assert "« vide » n'existe plus" in refused(expect_intact, context, "vide", {}).message
    fill(context, "a", {"x": b"1"})
    expect_intact(context, "a", {"x": b"1"})
    assert "« x » a changé" in refused(expect_intact, context, "a", {"x": b"2"}).message
    assert "« y » n'est plus" in refused(expect_intact, context, "a", {"y": b""}).message


def test_a_bucket_that_is_not_there_is_to_do(context):
    with pytest.raises(Todo, match="« archives » n'existe pas"):
        expect_bucket(context, "archives")
    context.make_bucket("archives")
    expect_bucket(context, "archives")


def test_a_bucket_outside_the_space_is_seen(context):
    name = f"{context.space}archives"
    context.client.make_bucket(bucket_name=name)
    try:
        with pytest.raises(Todo, match="hors de votre espace"):
            expect_bucket(context, "archives")
    finally:
        context.client.remove_bucket(bucket_name=name)


def test_a_bucket_of_a_near_name_is_said(context):
    context.make_bucket("archive")
    assert "nom voisin" in refused(expect_bucket, context, "archives").message


def test_keys_are_counted_and_the_near_one_is_told(context):
    fill(context, "a", {"x": b"", "Été": b""})
    expect_same_keys(context, "a", ["x", "Été"])
    assert (
        "il manque 1\xa0objet."
        in refused(expect_same_keys, context, "a", ["x", "Été", "y"]).message
    )
    assert "1\xa0objet est de trop" in refused(expect_same_keys, context, "a", ["x"]).message
    both = refused(expect_same_keys, context, "a", ["y", "z"]).message
    assert "il manque 2\xa0objets, et 2\xa0objets sont de trop" in both
    assert "majuscules" in refused(expect_same_keys, context, "a", ["x", "été"]).message


def test_an_object_is_what_is_said_of_it(context):
    context.make_bucket("a")
    context.put("a", "x", b"abc\n", content_type="text/plain; charset=utf-8", metadata={"n": "1"})
    expect_object(context, "a", "x", data=b"abc\n", content_type="text/plain")
    expect_object(context, "a", "x", metadata={"n": "1"}, tags={})
    assert "n'est pas dans" in refused(expect_object, context, "a", "y").message
    assert "majuscules" in refused(expect_object, context, "a", "X").message
    assert "tronqué" in refused(expect_object, context, "a", "x", data=b"abc\ndef").message
    assert "retour à la ligne" in refused(expect_object, context, "a", "x", data=b"abc").message
    wrong = refused(expect_object, context, "a", "x", content_type="text/csv")
    assert wrong.expected == "text/csv"
    told = refused(expect_object, context, "a", "x", metadata={"n": "2"}).message
    assert told.startswith("Métadonnées de « x »")
    assert "Tags de « x »" in refused(expect_object, context, "a", "x", tags={"a": "b"}).message


# --- Des réponses -------------------------------------------------------------------------------


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


# --- Des droits ---------------------------------------------------------------------------------


def denied():
    raise S3Error(
        response=None, code="AccessDenied", message="non", resource="/a", request_id="", host_id=""
    )


def test_what_is_allowed_and_what_is_refused():
    expect_allowed(lambda: None, "lire")
    expect_refused(denied, "lire")
    assert (
        "Refusé, alors que c'est demandé : lire." in refused(expect_allowed, denied, "lire").message
    )
    assert "Accepté, alors que" in refused(expect_refused, io.BytesIO, "lire").message
    other = refused(expect_refused, denied, "lire", "NoSuchKey")
    assert "pour une autre raison" in other.message
