"""``allows`` décide comme le serveur."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from helpers import connect, fresh_bucket
from helpers.errors import ContentError
from helpers.server import ensure
from helpers.topics.policies import set_policy
from kit_minio.checks.policy_engine import allows, misjudged, read_and_write, why_refused

BUCKET = "coffre"


def _rule(effect: str, action: str, resource: str, **condition: dict) -> dict:
    rule = {"Effect": effect, "Principal": {"AWS": ["*"]}, "Action": [action]}
    rule["Resource"] = [f"arn:aws:s3:::{BUCKET}{resource}"]
    return rule | ({"Condition": condition} if condition else {})


DECISIONS = {
    "préfixe": [_rule("Allow", "s3:GetObject", "/public/*")],
    "préfixe sans barre": [_rule("Allow", "s3:Get*", "/public*")],
    "joker": [_rule("Allow", "s3:GetObject", "/*/a.tx?")],
    "interdiction": [
        _rule("Allow", "s3:GetObject", "/*"),
        _rule("Deny", "s3:GetObject", "/prive/*"),
    ],
    "listage": [_rule("Allow", "s3:ListBucket", "", StringLike={"s3:prefix": ["public/*"]})],
    "listage exact": [_rule("Allow", "s3:ListBucket", "", StringEquals={"s3:prefix": "public/"})],
    "listage, sauf": [
        _rule("Allow", "s3:ListBucket", "", StringNotLike={"s3:prefix": ["prive/*"]})
    ],
}
KEYS = ("public/a.txt", "public-2/a.txt", "prive/a.txt", "a.txt")
PREFIXES = ("public/", "public", "public/b", "prive/", "")


@pytest.fixture(scope="module")
def decisions(request: pytest.FixtureRequest) -> dict:
    """Ce que répond le serveur, sans clé, à chaque demande, pour chaque politique."""
    client, server = connect(quiet=True), ensure()
    bucket = fresh_bucket(client, "essai-decisions")
    for key in KEYS:
        client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"a"), length=1)
    paths = [("s3:GetObject", key, f"/{key}") for key in KEYS]
    paths += [("s3:ListBucket", prefix, f"?list-type=2&prefix={prefix}") for prefix in PREFIXES]
    found = {}
    for name, rules in DECISIONS.items():
        document = {"Version": "2012-10-17", "Statement": rules}
        set_policy(client, bucket, json.dumps(document).replace(f":::{BUCKET}", f":::{bucket}"))
        for action, what, path in paths:
            url = f"{server.url}/{bucket}{path}"
            found[name, action, what] = urllib3.request("GET", url, retries=False).status == 200
    return found


@pytest.mark.both_servers
@pytest.mark.parametrize("name", DECISIONS)
def test_allows_decides_as_the_server_does(decisions: dict, name: str) -> None:
    document = {"Version": "2012-10-17", "Statement": DECISIONS[name]}
    for (policy_name, action, what), allowed in decisions.items():
        if policy_name == name:
            listing = action == "s3:ListBucket"
            resource = BUCKET if listing else f"{BUCKET}/{what}"
            context = {"prefix": what} if listing else {}
            assert allows(document, action, resource, **context) == allowed, (action, what)


@pytest.mark.parametrize(
    ("operator", "prefix", "allowed"),
    [
        ("ForAnyValue:StringLike", "public/", True),
        ("ForAnyValue:StringLike", "prive/", False),
        ("ForAnyValue:StringLike", None, False),
        ("ForAllValues:StringLike", None, True),
        ("StringEqualsIgnoreCase", "PUBLIC/*", True),
    ],
)
def test_one_value_is_any_value_and_all_values(operator, prefix, allowed) -> None:
    """Le serveur embarqué refuse ces opérateurs ; une politique de session peut les employer."""
    rule = _rule("Allow", "s3:ListBucket", "", **{operator: {"s3:prefix": ["public/*"]}})
    context = {} if prefix is None else {"prefix": prefix}
    assert allows({"Statement": [rule]}, "s3:ListBucket", BUCKET, **context) is allowed


def test_a_server_may_return_an_empty_list_beside_a_negation() -> None:
    rule = _rule("Deny", "s3:GetObject", "/*") | {"Resource": []}
    rule["NotResource"] = [f"arn:aws:s3:::{BUCKET}/public/*"]
    rules = [_rule("Allow", "s3:GetObject", "/*"), rule]
    assert allows({"Statement": rules}, "s3:GetObject", f"{BUCKET}/public/a.txt")
    assert not allows({"Statement": rules}, "s3:GetObject", f"{BUCKET}/prive/a.txt")


def test_allows_says_what_it_cannot_decide() -> None:
    soon = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    rule = _rule("Allow", "s3:GetObject", "/*", DateLessThan={"aws:CurrentTime": soon})
    document = {"Version": "2012-10-17", "Statement": [rule]}
    with pytest.raises(ContentError, match="DateLessThan"):
        allows(document, "s3:GetObject", f"{BUCKET}/public/a")


@pytest.mark.parametrize(
    ("rules", "action", "key", "why"),
    [
        ([_rule("Allow", "s3:PutObject", "/*")], "s3:GetObject", "/a.txt", "aucune règle"),
        (
            [_rule("Allow", "s3:GetObject", "/b/*")],
            "s3:GetObject",
            "/a.txt",
            "« /b/* », ne désigne",
        ),
        ([_rule("Allow", "s3:ListBucket", "/*")], "s3:ListBucket", "", "sans rien après son nom"),
        (
            [_rule("Allow", "s3:GetObject", "/*"), _rule("Deny", "s3:*", "/a*")],
            "s3:GetObject",
            "/a.txt",
            "une règle l'interdit, sur « /a* »",
        ),
        ([_rule("Allow", "s3:GetObjet", "/*")], "s3:GetObject", "/a.txt", "« s3:GetObjet »"),
        (
            [_rule("Allow", "s3:GetObject", "/*") | {"Principal": {"AWS": ["alice"]}}],
            "s3:GetObject",
            "/a.txt",
            "« Principal »",
        ),
    ],
)
def test_why_a_stranger_is_refused(rules: list, action: str, key: str, why: str):
    policy = {"Version": "2012-10-17", "Statement": rules}
    assert why in why_refused(policy, action, f"{BUCKET}{key}")


_READ_A = read_and_write("a/", "b/")  # lire sous a/, déposer sous b/


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([], None),
        ([("Allow", "s3:Get*", "/a/*")], ("s3:GetObjectAttributes sur « a/a »", True)),
        ([("Allow", "s3:GetObject", "/c/*")], ("s3:GetObject sur « c/a »", True)),
        ([("Allow", "s3:PutObject", "/b?/*")], ("s3:PutObject sur « b0/a »", True)),
        ([("Allow", "s3:GetObject", "-2/a/*")], ("s3:GetObject sur « {}-2/a/a »", True)),
        ([("Allow", "s3:GetObject", "*/a/*")], ("s3:GetObject sur « {}a/a/a »", True)),
        (
            [("Allow", "s3:ListBucketVersions", "")],
            ("s3:ListBucketVersions sur « tout le bucket »", True),
        ),
        ([("Allow", "s3:GetObjectAcl", "/a/*")], ("s3:GetObjectAcl sur « a/a »", True)),
        ([("Deny", "s3:GetObject", "/a/x/*")], ("s3:GetObject sur « a/x/a »", False)),
        ([("Deny", "s3:GetObject", "/a/*.txt")], ("s3:GetObject sur « a/zz/b.txt »", False)),
    ],
)
def test_any_right_too_many_or_too_few_is_found(rules: list, found: tuple | None):
    asked = [("Allow", "s3:GetObject", "/a/*"), ("Allow", "s3:PutObject", "/b/*")]
    policy = {"Statement": [_rule(*rule) for rule in (*asked, *rules)]}
    if found:
        found = (found[0].format(BUCKET), found[1])
    assert misjudged(policy, BUCKET, _READ_A, ("a/", "b/")) == found


def test_a_listing_without_any_prefix_is_tried():
    listing = _rule("Allow", "s3:ListBucket", "")
    listing["Condition"] = {"ForAllValues:StringLike": {"s3:prefix": ["a/*"]}}

    def wanted(action: str, key: str, prefix: str | None) -> bool:
        return action == "ListBucket" and (prefix or "").startswith("a/")

    found = misjudged({"Statement": [listing]}, BUCKET, wanted, ["a/"])
    assert found == ("s3:ListBucket sur « tout le bucket »", True)
    listing["Condition"] = {"StringLike": {"s3:prefix": ["a/*"]}}
    assert misjudged({"Statement": [listing]}, BUCKET, wanted, ["a/"]) is None
