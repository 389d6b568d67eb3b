"""Le fournisseur d'identité : ce qu'il publie, ce qu'il signe, ce qu'il refuse."""

from __future__ import annotations

import time

import httpx
import jwt
import pytest

from helpers.topics.oidc import oidc_provider


@pytest.fixture(scope="module")
def provider():
    with oidc_provider({"alice": "marée-haute"}, seconds=60) as provider:
        yield provider


@pytest.fixture(scope="module")
def addresses(provider):
    return httpx.get(f"{provider.issuer}/.well-known/openid-configuration").json()


def ask(addresses, **form):
    return httpx.post(addresses["token_endpoint"], data=form)


def test_anyone_can_verify_a_token_from_the_published_keys(provider, addresses):
    answer = ask(addresses, grant_type="password", username="alice", password="marée-haute").json()
    token = answer["id_token"]
    key = jwt.PyJWKClient(addresses["jwks_uri"]).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, ["RS256"], audience=provider.audience, issuer=provider.issuer)
    assert claims["sub"] == claims["preferred_username"] == "alice"
    assert 0 <= claims["exp"] - time.time() <= answer["expires_in"] == 60
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, ["RS256"], audience="un autre service")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password", "username": "alice", "password": "faux"}, "invalid_grant"),
        ({"grant_type": "password", "username": "eve", "password": ""}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
    ],
)
def test_no_token_without_the_password(addresses, form, error):
    answer = ask(addresses, **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_published_keys_hold_nothing_private(addresses):
    (key,) = httpx.get(addresses["jwks_uri"]).json()["keys"]
    assert set(key) == {"kty", "key_ops", "n", "e", "kid", "use", "alg"}
