"""s3fs, pandas et pyarrow sur le serveur du kit : sans montrer de clé, ni compter de travers."""

from __future__ import annotations

import http.client
import io
import subprocess
import sys
import threading

import pytest
from minio.error import S3Error

from helpers import fresh_bucket, remove_bucket
from helpers import server as servers
from helpers.errors import explain
from helpers.exercises.model import Context, Review, Verdict, evaluate
from helpers.spaces import fresh_space
from helpers.topics.tables import arrow_filesystem, storage_options
from helpers.topics.traffic import count_traffic
from kit_minio.checks import lesson_10_tables as lesson

ABSENT = "manque : python3 kit.py lab --full"
duckdb = pytest.importorskip("duckdb", reason=f"duckdb {ABSENT}")
pd = pytest.importorskip("pandas", reason=f"pandas {ABSENT}")
pa = pytest.importorskip("pyarrow", reason=f"pyarrow {ABSENT}")
pq = pytest.importorskip("pyarrow.parquet", reason=f"pyarrow {ABSENT}")
s3fs = pytest.importorskip("s3fs", reason=f"s3fs {ABSENT}")

TABLE = pd.DataFrame({"station": ["00417", "08001"], "km": [1.5, 2.0]})


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "essai-tables")
    yield name
    remove_bucket(client, name)


def put(client, bucket, key, data):
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data))


# --- Les réglages -------------------------------------------------------------------------------


def test_settings_never_show_a_key(client):
    server, options = servers.find(), storage_options()
    for text in (repr(options), str(options), f"{options}", f"{[options]}"):
        assert "secret" in text  # le nom du réglage
        assert server.secret_key not in text
        assert server.access_key not in text
    assert server.secret_key not in repr(arrow_filesystem())


def test_pandas_and_pyarrow_read_what_the_other_wrote(client, bucket):
    TABLE.to_csv(f"s3://{bucket}/a.csv", sep=";", index=False, storage_options=storage_options())
    data = client.get_object(bucket_name=bucket, object_name="a.csv").read()
    assert data.replace(b"\r\n", b"\n") == b"station;km\n00417;1.5\n08001;2.0\n"
    TABLE.to_parquet(f"{bucket}/a.parquet", filesystem=arrow_filesystem(), index=False)
    found = pd.read_parquet(f"s3://{bucket}/a.parquet", storage_options=storage_options())
    assert found.equals(TABLE)


def test_a_proxy_of_the_network_is_not_used_on_this_machine(client, bucket, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    put(client, bucket, "a", b"x")
    fs = s3fs.S3FileSystem(**storage_options() | {"skip_instance_cache": True})
    assert fs.ls(bucket) == [f"{bucket}/a"]
    assert arrow_filesystem().get_file_info(f"{bucket}/a").size == 1


# --- Compter ------------------------------------------------------------------------------------


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
        put(client, bucket, "a", b"x")
        store = arrow_filesystem(traffic)
        assert store.get_file_info(f"{bucket}/a").size == 1
        _ = 1 / 0
    assert set(threading.enumerate()) == before


# --- Un Parquet incomplet -----------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0, 5, 300])
def test_a_parquet_cut_short_is_explained(client, bucket, kept):
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": range(1000)}), sink)
    put(client, bucket, "a.parquet", sink.getvalue()[:kept])
    fs = s3fs.S3FileSystem(**storage_options(), use_listings_cache=False)

    def with_duckdb():
        with duckdb.connect() as db:
            db.register_filesystem(fs)
            db.read_parquet(f"s3://{bucket}/a.parquet").fetchall()

    for read in (
        lambda: pq.read_table(f"{bucket}/a.parquet", filesystem=arrow_filesystem()),
        lambda: pd.read_parquet(f"s3://{bucket}/a.parquet", storage_options=storage_options()),
        with_duckdb,
    ):
        with pytest.raises((pa.ArrowInvalid, duckdb.Error)) as caught:
            read()
        text = str(explain(caught.value))
        assert text.startswith("Ce fichier Parquet est incomplet"), repr(caught.value)
        assert "déposez-le de nouveau" in text


def test_a_writer_killed_midway_leaves_no_object(client):
    # À ce seul test : un envoi qui finit après la suppression de son bucket le recrée (SeaweedFS).
    bucket = fresh_bucket(client, "essai-coupure")
    code = f"""
import os
import pyarrow as pa, pyarrow.parquet as pq
from helpers.topics.tables import arrow_filesystem
table = pa.table({{"a": [os.urandom(1024 * 1024).hex() for _ in range(8)]}})
writer = pq.ParquetWriter("{bucket}/a.parquet", table.schema, filesystem=arrow_filesystem())
writer.write_table(table)
os._exit(3)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 3
    with pytest.raises(S3Error, match="NoSuchKey"):
        client.stat_object(bucket_name=bucket, object_name="a.parquet")


# --- La vérification, face à des fichiers hostiles ----------------------------------------------


def rows(count, **more):
    columns = {"date": ["2025-03-01"] * count, "station": [1] * count, "velos": [1] * count}
    return lesson._parquet_bytes(columns | more, compression="zstd")


def test_hostile_parquets_are_an_error_for_their_author_only():
    good, heavy = rows(2), rows(1, station=["0" * 50_000_000])
    found = lesson._read_parquets(
        {
            "bon": good,
            "tronqué": good[:-1],
            "rien": b"",
            "autre": b"PAR1" + bytes(1000) + b"PAR1",
            "trop de lignes": rows(5001),
            "texte énorme": heavy,
        }
    )
    assert found["bon"]["rows"] == [["2025-03-01", "1", "1"]] * 2
    assert found["bon"]["integers"] == ["station", "velos"]
    for name in ("tronqué", "rien", "autre", "trop de lignes"):
        assert "error" in found[name], name
    assert len(str(found["texte énorme"])) < 500


def test_a_file_that_takes_all_the_memory_stops_nothing_else(monkeypatch):
    monkeypatch.setattr(lesson, "_READER", "bytes(10**15)")
    with pytest.raises(Review, match="ne se lisent pas"):
        lesson._read_parquets({"a": b""})
    monkeypatch.setattr(lesson, "_READER", "while True: pass")
    monkeypatch.setattr(lesson, "_READER_SECONDS", 0.5)
    with pytest.raises(Review, match="ne se lisent pas"):
        lesson._read_parquets({"a": b""})


def test_an_enormous_object_is_not_read(client):
    context = Context(client, fresh_space(client, "essai-tables"), 1, "write_back")
    lesson.SERIES["write_back"].prepare(context)
    context.put("reseau", "vides.csv", bytes(2 * 1024 * 1024))
    outcome = evaluate(lesson.SERIES["write_back"], context)
    assert outcome.verdict is Verdict.REVIEW
    assert "trop lourd" in outcome.message
