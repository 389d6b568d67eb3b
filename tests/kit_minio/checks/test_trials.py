"""Des essais, faits avec des clés : ce que le serveur répond, et dont rien ne reste."""

from __future__ import annotations

import json

import jwt
import pytest
from minio import Minio

from helpers.spaces import fresh_space
from helpers.topics.policies import prefix_policy
from helpers.topics.tenants import tenant
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.trials import (
    Trial,
    answer_to,
    claims_of,
    expect_known,
    expect_rights,
    keys_client,
    read_document,
    server_of,
)


@pytest.fixture
def context(client: Minio) -> Context:
    found = Context(client, fresh_space(client, "essai-essais"), 1, "essai")
    found.make_bucket("b")
    found.put("b", "alice/a.txt", b"a")
    found.put("b", "bob/a.txt", b"b")
    return found


@pytest.mark.both_servers
def test_each_trial_says_what_the_server_answers_and_leaves_nothing(context: Context) -> None:
    trials = {
        Trial("read", "alice/a.txt"): True,
        Trial("write", "alice/"): True,
        Trial("remove", "alice/"): True,
        Trial("list", "alice/"): True,
        Trial("read", "bob/a.txt"): False,
        Trial("write", "bob/"): False,
        Trial("remove", "bob/"): False,
        Trial("list", ""): False,
        Trial("policy"): False,
        Trial("create"): False,
    }
    server = server_of(context.client)
    before = {bucket.name for bucket in context.client.list_buckets()}
    name = f"{context.space}-alice"
    with tenant(server, name, prefix_policy(context.bucket("b"), "alice/")) as alice:
        keys = alice.server.access_key, alice.server.secret_key
        her = keys_client(context, *keys)
        expect_known(context, her, "b", "ces clés")
        expect_rights(context, her, "b", trials, "Alice")
        for trial, welcome in trials.items():
            if trial.do not in ("remove", "policy"):
                wrong = trials | {trial: not welcome}
                verb = "ne peut pas" if not welcome else "mais peut aussi"
                with pytest.raises(Review, match=verb):
                    expect_rights(context, her, "b", wrong, "Alice")
        wrong_keys = keys_client(context, keys[0], keys[1] + "x")
        with pytest.raises(Review, match="ne reconnaît pas ces clés"):
            expect_known(context, wrong_keys, "b", "ces clés")
    for trial in trials:
        assert answer_to(context, context.client, "b", trial) == "", trial
    assert context.keys("b") == ["alice/a.txt", "bob/a.txt"]
    assert {bucket.name for bucket in context.client.list_buckets()} == before


def test_a_document_is_read_and_its_values_are_not_shown(context: Context) -> None:
    def found(text: str) -> dict[str, str]:
        context.put("b", "c.json", text.encode())
        return read_document(context, "b", "c.json", ["a", "s"])

    with pytest.raises(Todo, match="n'est pas dans"):
        read_document(context, "b", "absent.json", ["a"])
    assert found(json.dumps({"a": "x", "s": "y", "z": 1})) == {"a": "x", "s": "y"}
    for text, said in (
        ("{", "n'est pas du JSON"),
        ("[]", "un objet JSON"),
        ('{"a": "secret"}', "n'a pas le champ « s »"),
        ('{"a": "secret", "s": 3}', "n'a pas le champ « s »"),
        ('{"a": "secret", "s": ""}', "n'a pas le champ « s »"),
    ):
        with pytest.raises(Review, match=said) as caught:
            found(text)
        assert "secret" not in caught.value.found


def test_a_session_token_says_when_it_ends() -> None:
    assert claims_of(jwt.encode({"exp": 1796080309}, "x" * 32))["exp"] == 1796080309
    for wrong in ("", "jeton", jwt.encode({"sub": "alice"}, "x" * 32)):
        with pytest.raises(Review, match="n'est pas un jeton de session"):
            claims_of(wrong)
