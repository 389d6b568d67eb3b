"""Le serveur jetable en HTTPS : qui l'accepte, ce que son disque montre, ce qu'il laisse."""

from __future__ import annotations

import io

import pytest
import urllib3
from minio import Minio
from minio.error import S3Error
from minio.sse import SseCustomerKey, SseS3

from helpers import server as servers
from helpers.errors import explain
from helpers.topics.encrypted import encrypted_server
from kit_minio.suite.processes import processes_in

BUCKET = "essai"
KEY = SseCustomerKey(b"k" * 32)


@pytest.fixture(scope="module")
def encrypted():
    with encrypted_server() as server:
        assert processes_in(server.folder)
        assert server.endpoint != servers.find().endpoint
        client_of(server, server.endpoint, ca_certs=server.authority).make_bucket(BUCKET)
        yield server
    assert not server.folder.exists()
    assert not processes_in(server.folder)


def client_of(server, endpoint, **trust):
    return Minio(
        endpoint=endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        region=server.region,
        http_client=urllib3.PoolManager(retries=False, **trust),
    )


@pytest.mark.both_servers
def test_only_a_client_that_knows_the_authority_and_the_name_comes_in(client, encrypted):
    known = {"ca_certs": encrypted.authority}
    assert client_of(encrypted, encrypted.endpoint, **known).bucket_exists(BUCKET)
    other = encrypted.endpoint.replace("127.0.0.1", "localhost")
    for fact, stranger in (
        ("n'est pas reconnu", client_of(encrypted, encrypted.endpoint)),
        ("n'est pas au nom de « localhost »", client_of(encrypted, other, **known)),
    ):
        with pytest.raises(urllib3.exceptions.SSLError) as caught:
            stranger.list_buckets()
        assert fact in explain(caught.value).fact


@pytest.mark.both_servers
def test_the_disk_shows_what_the_server_did_not_encrypt(client, encrypted):
    asking = client_of(encrypted, encrypted.endpoint, ca_certs=encrypted.authority)
    for name, sse in (("clair", None), ("ssec", KEY), ("sses3", SseS3())):
        data = f"contenu de {name}".encode()
        asking.put_object(
            bucket_name=BUCKET, object_name=f"{name}.bin", data=io.BytesIO(data), length=len(data),
            content_type="application/octet-stream", sse=sse, metadata={"auteur": f"par-{name}"},
        )  # fmt: skip
        assert encrypted.on_disk(data.decode()) == (sse is None), name
        assert encrypted.on_disk(f"{name}.bin")
        assert encrypted.on_disk(f"par-{name}")
    assert not encrypted.on_disk("jamais écrit")
    with pytest.raises(S3Error) as caught:
        asking.get_object(bucket_name=BUCKET, object_name="ssec.bin")
    assert "SSE-C" in explain(caught.value).fact
