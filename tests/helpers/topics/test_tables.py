"""s3fs, pandas et pyarrow sur le serveur du kit : sans montrer de clé."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from minio.error import S3Error

from helpers import fresh_bucket, remove_bucket
from helpers import server as servers
from helpers.errors import explain
from helpers.topics.tables import arrow_filesystem, storage_options

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
