"""Les autres clients parlent au même serveur, avec les mêmes identifiants."""

from __future__ import annotations

import asyncio
import io
import sys

import obstore
import pytest

from helpers import async_client, fresh_bucket, obstore_store
from helpers.errors import SettingsError


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "clients")
    client.put_object(bucket_name=name, object_name="a/b", data=io.BytesIO(bytes(5)), length=5)
    return name


def test_obstore_store_reads_what_the_client_wrote(client, bucket):
    store = obstore_store(client, bucket)
    assert obstore.get(store, "a/b").bytes() == bytes(5)


def test_async_client_reads_what_the_other_wrote(client, bucket):
    async def read():
        async with async_client(client) as remote:
            response = await remote.get_object(bucket, "a/b")
            return await response.read()

    assert asyncio.run(read()) == bytes(5)


@pytest.mark.parametrize("missing", ["obstore.store", "miniopy_async.api"])
def test_missing_package_is_named(client, bucket, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SettingsError, match="n'est pas installé"):
        if missing == "obstore.store":
            obstore_store(client, bucket)
        async_client(client)
