"""Une requête sans clés part au serveur du contexte, et à nul autre."""

import pytest

from kit_minio.checks.model import Context, Review
from kit_minio.checks.store_requests import call, names_of, public_host, store_of


@pytest.fixture
def context(client, space):
    return Context(client, space, 1, "essai")


@pytest.mark.both_servers
def test_the_store_answers_a_stranger_with_its_code(context):
    context.make_bucket("prive")
    answer = call(context, "GET", f"/{context.bucket('prive')}/absent")
    assert (answer.accepted, str(answer)) == (False, "403 AccessDenied")


def test_this_machine_has_two_names_and_a_distant_store_one(context, monkeypatch):
    port = store_of(context).port
    assert names_of(context) == {f"127.0.0.1:{port}", f"localhost:{port}"}
    assert public_host(context) == f"localhost:{port}"
    far = "https://s3.exemple.org/b/k?X-Amz-Date=1"
    monkeypatch.setattr(context.client, "presigned_get_object", lambda **_: far)
    assert names_of(context) == {"s3.exemple.org"}
    assert public_host(context) == "s3.exemple.org"


def test_a_header_that_cannot_be_sent_is_reviewed(context):
    with pytest.raises(Review, match="pas en ASCII"):
        call(context, "GET", "/", headers={"X-Nom": "Zoé → Léa"})
