"""Le serveur jetable : la fédération d'identité, l'expiration, et ce qu'il laisse derrière lui."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric import rsa
from minio.credentials import WebIdentityProvider
from minio.error import S3Error
from pyarrow.fs import S3FileSystem

from helpers import server as servers
from helpers.errors import ContentError, ServerError
from helpers.s3 import client_for
from helpers.topics.iam import call_sts
from helpers.topics.oidc import OidcProvider, oidc_provider
from helpers.topics.throwaway import parse_answer, trusting_server
from helpers.topics.tokens import connect_from_token, credentials_for_arrow, write_token
from kit_minio.suite.processes import processes_in

BUCKET = "commun"
OWN = f"arn:aws:s3:::{BUCKET}/${{jwt:preferred_username}}/*"
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ACTIONS, "Resource": [OWN]}],
}
PART = 5 * 1024 * 1024
BIG = os.urandom(1024) * 16 * 1024  # 16 Mio : plus que les tampons des deux bouts


@pytest.fixture(scope="module")
def provider():
    with oidc_provider({"alice": "a"}, seconds=4) as provider:
        yield provider


@pytest.fixture(scope="module")
def trusting(provider, session_data):
    with trusting_server(provider, POLICY) as server:
        (folder,) = session_data.glob("jetable-*")
        assert processes_in(folder)
        assert server.endpoint != servers.find().endpoint
        root = client_for(server)
        root.make_bucket(bucket_name=BUCKET)
        put(root, "alice/gros", BIG)
        yield server
    assert not folder.exists()
    assert not processes_in(folder)


def put(client, key, data=b"x"):
    client.put_object(bucket_name=BUCKET, object_name=key, data=io.BytesIO(data), length=len(data))


def assume(server, token, **more):
    """Échange un jeton d'identité contre des identifiants temporaires."""
    return WebIdentityProvider(
        jwt_provider_func=lambda: {"access_token": token},
        sts_endpoint=server.url,
        role_arn=OidcProvider.role_arn,
        role_session_name="alice",
        **more,
    ).retrieve()


def as_client(server, found):
    return client_for(
        replace(
            server,
            access_key=found.access_key,
            secret_key=found.secret_key,
            session_token=found.session_token,
        )
    )


@pytest.mark.both_servers
def test_a_role_opens_to_each_user_their_own_prefix(client, trusting, provider):
    alice = as_client(trusting, assume(trusting, provider.sign("alice"), duration_seconds=900))
    put(alice, "alice/note")
    for refused in ("bob/note", "note", "alicette/note"):
        with pytest.raises(S3Error, match="AccessDenied"):
            put(alice, refused)


@pytest.mark.both_servers
def test_a_forged_token_opens_nothing(client, trusting, provider):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(provider.sign("alice"), options={"verify_signature": False})
    forged = {
        "signé par un autre": jwt.encode(claims, stranger, "RS256", headers={"kid": "kit-1"}),
        "non signé": jwt.encode(claims, None, "none", headers={"kid": "kit-1"}),
        "pour un autre service": provider.sign("alice", aud="un autre"),
        "expiré": provider.sign("alice", exp=int(time.time()) - 60),
        "autre chose": "abc",
    }
    for what, token in forged.items():
        with pytest.raises(S3Error) as caught:
            call_sts(
                trusting,
                signed=False,
                Action="AssumeRoleWithWebIdentity",
                WebIdentityToken=token,
                RoleArn=OidcProvider.role_arn,
                RoleSessionName="alice",
            )
        assert caught.value.response.status in (400, 403), what


class Pause(io.BytesIO):
    """Un flux qui, arrivé à la seconde partie, appelle une fonction avant de la donner."""

    def __init__(self, between):
        super().__init__(BIG[: 2 * PART])
        self.between = between

    def read(self, size=-1):
        if self.between and self.tell() >= PART:
            self.between()
            self.between = None
        return super().read(size)


def send(client, between):
    client.put_object(
        bucket_name=BUCKET,
        object_name="alice/envoi",
        data=Pause(between),
        length=2 * PART,
        part_size=PART,
        num_parallel_uploads=1,
    )


@pytest.mark.slow
@pytest.mark.both_servers
def test_what_an_expired_token_stops_and_what_it_does_not(client, trusting, provider, tmp_path):
    path = tmp_path / "jeton.json"
    found = assume(trusting, provider.sign("alice"))
    write_token(path, found)
    alice = as_client(trusting, found)
    follower = connect_from_token(trusting.url, path)
    arrow = S3FileSystem(**credentials_for_arrow(trusting.url, path))
    reading = alice.get_object(bucket_name=BUCKET, object_name="alice/gros")
    start = reading.read(1024)
    opened = arrow.open_input_file(f"{BUCKET}/alice/gros")
    assert opened.read(1024) == start
    url = alice.presigned_get_object(
        bucket_name=BUCKET, object_name="alice/gros", expires=timedelta(hours=1)
    )
    assert urllib3.request("GET", url).status == 200
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        send(alice, between=lambda: wait_until_refused(alice))

    # La réponse déjà commencée va au bout ; toute requête neuve est refusée.
    assert start + reading.read() == BIG
    assert urllib3.request("GET", url).status == 403
    with pytest.raises(OSError, match="GetObject"):
        opened.read_at(1024, PART)
    with pytest.raises(ContentError, match="a expiré"):
        follower.stat_object(bucket_name=BUCKET, object_name="alice/gros")


@pytest.mark.both_servers
def test_an_upload_goes_on_with_the_next_token(client, trusting, provider, tmp_path):
    path = tmp_path / "jeton.json"
    first, second = (
        assume(trusting, provider.sign("alice"), duration_seconds=900) for _ in range(2)
    )
    assert first.access_key != second.access_key
    write_token(path, first)
    send(connect_from_token(trusting.url, path), between=lambda: write_token(path, second))
    sent = as_client(trusting, second).get_object(bucket_name=BUCKET, object_name="alice/envoi")
    assert sent.read() == BIG[: 2 * PART]


def wait_until_refused(client):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            client.stat_object(bucket_name=BUCKET, object_name="alice/gros")
        except S3Error:
            return
        time.sleep(0.1)
    pytest.fail("le jeton n'expire pas")


_DIES = """
import os, sys, time
from helpers.topics.oidc import oidc_provider
from helpers.topics.throwaway import trusting_server

with oidc_provider({}, seconds=60) as provider, trusting_server(provider, {POLICY}) as server:
    print(server.endpoint, flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.both_servers
def test_nothing_is_left_when_the_notebook_is_killed(client, session_data):
    before = set(session_data.glob("jetable-*"))
    code = _DIES.replace("{POLICY}", repr(POLICY))
    notebook = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert notebook.stdout.readline().startswith("127.0.0.1:")
    (folder,) = set(session_data.glob("jetable-*")) - before
    assert processes_in(folder)
    notebook.kill()
    notebook.wait()
    deadline = time.monotonic() + 10
    while (folder.exists() or processes_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    assert not processes_in(folder)


@pytest.mark.parametrize(
    ("line", "fact"),
    [('{"fact": "Plus de port.", "remedy": "…"}', "Plus de port"), ("", "n'a pas démarré")],
)
def test_a_server_that_does_not_start_says_why(line, fact):
    with pytest.raises(ServerError, match=fact):
        parse_answer(line)
