"""Les durées de vie : vérifiées avant l'envoi, posées toutes à la fois, ou pas du tout."""

from __future__ import annotations

import pytest
from minio.commonconfig import DISABLED, ENABLED, Filter, Tag
from minio.lifecycleconfig import Expiration, LifecycleConfig, NoncurrentVersionExpiration, Rule

from helpers.errors import SettingsError, explain
from helpers.spaces import fresh_bucket, remove_bucket
from helpers.topics.lifecycle import set_lifetimes, show_rules


@pytest.fixture
def bucket(client):
    bucket = fresh_bucket(client, "essai-durees")
    yield bucket
    remove_bucket(client, bucket)


def lifetimes(client, bucket):
    config = client.get_bucket_lifecycle(bucket_name=bucket)
    rules = config.rules if config else []
    return {rule.rule_filter.prefix: rule.expiration.days for rule in rules}


@pytest.mark.both_servers
def test_rules_are_set_replaced_and_removed(client, bucket):
    wanted = {"logs/": 30, "temp/": 7, "archives/": 365}
    set_lifetimes(client, bucket, wanted)
    assert lifetimes(client, bucket) == wanted
    set_lifetimes(client, bucket, {"temp/": 3})
    assert lifetimes(client, bucket) == {"temp/": 3}
    for _ in range(2):
        set_lifetimes(client, bucket, {})
        assert client.get_bucket_lifecycle(bucket_name=bucket) is None


@pytest.mark.parametrize("days", [-1, 0, 1.5, "30", True, None, 2**31])
def test_a_bad_age_is_explained_and_changes_nothing(client, bucket, days):
    set_lifetimes(client, bucket, {"temp/": 7})
    with pytest.raises(SettingsError) as caught:
        set_lifetimes(client, bucket, {"temp/": 3, "logs/": days, "archives/": 365})
    explanation = explain(caught.value)
    assert f"« logs/ » n'est pas valable : {days!r}" in explanation.fact
    assert "nombre entier de jours, à partir de 1" in explanation.remedy
    assert lifetimes(client, bucket) == {"temp/": 7}


@pytest.mark.both_servers
def test_rules_say_what_they_do(client, bucket):
    assert repr(show_rules(client.get_bucket_lifecycle(bucket_name=bucket))) == "Aucune règle."
    old = NoncurrentVersionExpiration(noncurrent_days=30, newer_noncurrent_versions=3)
    rules = [
        Rule(ENABLED, Filter(prefix="logs/"), "journaux", expiration=Expiration(days=30)),
        Rule(DISABLED, Filter(prefix="temp/"), "temporaires", expiration=Expiration(days=7)),
        Rule(ENABLED, Filter(prefix=""), "versions", noncurrent_version_expiration=old),
        Rule(
            ENABLED,
            Filter(tag=Tag("etat", "jetable")),
            "etiquette",
            expiration=Expiration(days=1),
        ),
    ]
    client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))
    assert list(show_rules(client.get_bucket_lifecycle(bucket_name=bucket)).rows) == [
        ["logs/", "expire après 30 j", "journaux"],
        ["tag etat=jetable", "expire après 1 j", "etiquette"],
        ["temp/ (suspendue)", "expire après 7 j", "temporaires"],
        [
            "tout le bucket",
            "anciennes versions effacées après 30 j, sauf les 3 dernières",
            "versions",
        ],
    ]
    alone = Expiration(expired_object_delete_marker=True)
    rule = Rule(ENABLED, Filter(prefix=""), "marqueurs", expiration=alone)
    assert show_rules(LifecycleConfig([rule])).rows[0][1] == "efface les marqueurs restés seuls"
