"""Le proxy qui compte : ce qui passe, ce qui en est dit, ce qu'il laisse derrière lui."""

from __future__ import annotations

import http.client
import io
import threading

import pytest

from helpers import fresh_bucket, remove_bucket
from helpers import server as servers
from helpers.topics.tables import arrow_filesystem, storage_options
from helpers.topics.traffic import count_traffic

ABSENT = "manque : python3 kit.py lab --full"
pa = pytest.importorskip("pyarrow", reason=f"pyarrow {ABSENT}")
pq = pytest.importorskip("pyarrow.parquet", reason=f"pyarrow {ABSENT}")
s3fs = pytest.importorskip("s3fs", reason=f"s3fs {ABSENT}")


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "essai-proxy")
    yield name
    remove_bucket(client, name)


def test_two_columns_travel_alone(client, bucket):
    words = [f"{number:064x}" for number in range(50_000)]
    table = pa.table({"mot": words, "rang": range(50_000), "pair": [True, False] * 25_000})
    pq.write_table(table, f"{bucket}/a.parquet", filesystem=arrow_filesystem(), compression="none")
    size = client.stat_object(bucket_name=bucket, object_name="a.parquet").size
    with count_traffic() as traffic:
        found = pq.read_table(
            f"{bucket}/a.parquet", columns=["rang", "pair"], filesystem=arrow_filesystem(traffic)
        )
    assert found.num_rows == 50_000
    assert 0 < traffic.received < size / 4
    assert traffic.read == [f"{bucket}/a.parquet"]
    asked = [one for one in traffic.requests if one.range]
    for one in asked:
        first, last = map(int, one.range.removeprefix("bytes=").split("-"))
        assert one.size == last - first + 1
    assert traffic.received == sum(one.size for one in asked)


def test_s3fs_writes_and_reads_through_the_proxy(client, bucket):
    data = bytes(range(256)) * 40_000  # plusieurs morceaux
    with count_traffic() as traffic:
        fs = s3fs.S3FileSystem(**storage_options(traffic))
        fs.pipe(f"{bucket}/été 1.bin", data)
        assert fs.cat(f"{bucket}/été 1.bin") == data
        assert not fs.exists(f"{bucket}/absent")
    assert traffic.received >= len(data)
    assert traffic.read == [f"{bucket}/été 1.bin"]
    assert client.stat_object(bucket_name=bucket, object_name="été 1.bin").size == len(data)


def test_a_tunnel_is_counted_too(client):
    server = servers.find()
    with count_traffic() as traffic:
        host, port = traffic.proxy.removeprefix("http://").split(":")
        tunnel = http.client.HTTPConnection(host, int(port))
        tunnel.set_tunnel(server.endpoint)
        tunnel.request("GET", "/", headers={"Connection": "close"})
        answer = tunnel.getresponse().read()
        tunnel.close()
    assert answer
    assert [one.method for one in traffic.requests] == ["CONNECT"]
    assert traffic.received > len(answer)


def test_the_proxy_leaves_nothing_behind(client, bucket):
    before = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError), count_traffic() as traffic:
        client.put_object(bucket_name=bucket, object_name="a", data=io.BytesIO(b"x"), length=1)
        store = arrow_filesystem(traffic)
        assert store.get_file_info(f"{bucket}/a").size == 1
        _ = 1 / 0
    assert set(threading.enumerate()) == before
