"""Leçon 15 : la vérification des politiques dit ce que disent les serveurs."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from minio.credentials import AssumeRoleProvider
from minio.error import S3Error

from helpers import fresh_space, remove_space
from helpers import server as servers
from helpers.s3 import client_for
from kit_minio.checks.lesson_15_tokens.necessary import trials
from kit_minio.checks.policy_engine import allows

READ, WRITE = "brest/entrees/", "brest/sorties/"


@pytest.fixture
def need(client):
    space = fresh_space(client, "politiques")
    bucket = f"{space}-mesures"
    for name in (bucket, f"{bucket}-2"):
        client.make_bucket(bucket_name=name)
    yield {"bucket": bucket, "read": READ, "write": WRITE}
    remove_space(client, space)


def statement(actions, *resources, prefix=None):
    condition = {"Condition": {"StringLike": {"s3:prefix": prefix}}} if prefix is not None else {}
    return {
        "Effect": "Allow",
        "Action": actions,
        "Resource": [f"arn:aws:s3:::{resource}" for resource in resources],
    } | condition


def policies(bucket):
    exact = [
        statement(["s3:GetObject"], f"{bucket}/{READ}*"),
        statement(["s3:PutObject"], f"{bucket}/{WRITE}*"),
        statement(["s3:ListBucket"], bucket, prefix=f"{READ}*"),
    ]
    denied = {"Effect": "Deny", "Action": ["s3:Delete*"], "Resource": ["arn:aws:s3:::*"]}
    return {
        "juste": exact,
        "tout": [statement(["s3:*"], bucket, f"{bucket}/*")],
        "tout sauf supprimer": [statement(["s3:*"], bucket, f"{bucket}/*"), denied],
        "tout lister": [*exact[:2], statement(["s3:ListBucket"], bucket)],
        "préfixe qui en commence un autre": [
            statement(["s3:GetObject"], f"{bucket}/{READ.rstrip('/')}*"),
            statement(["s3:ListBucket"], bucket, prefix=f"{READ.rstrip('/')}*"),
        ],
        "lister les objets": [statement(["s3:ListBucket"], f"{bucket}/{READ}*")],
    }


def really_allows(client, action, resource, known):
    bucket, _, key = resource.partition("/")
    try:
        if action == "s3:ListBucket":
            list(client.list_objects(bucket_name=bucket, **known))
        elif action == "s3:PutObject":
            client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(), length=0)
        elif action == "s3:DeleteObject":
            client.remove_object(bucket_name=bucket, object_name=key)
        else:
            client.get_object(bucket_name=bucket, object_name=key).release_conn()
    except S3Error as error:
        assert error.code == "AccessDenied"
        return False
    return True


@pytest.mark.both_servers
def test_the_check_agrees_with_the_server(client, need):
    server = servers.find()
    for name, statements in policies(need["bucket"]).items():
        for _, _, (action, resource, _) in trials(need):
            bucket, _, key = resource.partition("/")
            if action == "s3:GetObject":
                client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(), length=0)
        policy = {"Version": "2012-10-17", "Statement": statements}
        found = AssumeRoleProvider(
            sts_endpoint=server.url,
            access_key=server.access_key,
            secret_key=server.secret_key,
            role_session_name="politique",
            policy=json.dumps(policy),
            region=server.region,
        ).retrieve()
        session = client_for(
            replace(
                server,
                access_key=found.access_key,
                secret_key=found.secret_key,
                session_token=found.session_token,
            )
        )
        for _, words, (action, resource, known) in trials(need):
            said = allows(policy, action, resource, **known)
            assert said == really_allows(session, action, resource, known), (name, words)
