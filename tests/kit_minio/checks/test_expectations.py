"""Le vocabulaire des vérifications : ce qu'il accepte, et ce qu'il dit de ce qu'il refuse."""

import io

import pytest
from minio.error import S3Error

from helpers.spaces import fresh_space
from kit_minio.checks.expectations import (
    destroyed,
    expect_allowed,
    expect_bucket,
    expect_intact,
    expect_object,
    expect_refused,
    expect_same_keys,
)
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.preparation import fill


@pytest.fixture
def context(client):
    return Context(client, fresh_space(client, "essai-attentes"), 1, "essai")


def refused(action, *arguments, **options):
    """Renvoie le refus d'une attente."""
    with pytest.raises(Review) as caught:
        action(*arguments, **options)
    return caught.value


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
