"""Le serveur qu'un étudiant administre : ses données, sa vie, et ce qui arrive sans lui."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.s3 import client_for
from kit_minio import checks as lessons
from kit_minio.checks import own_server, workbook
from kit_minio.checks.model import Series
from kit_minio.checks.outcome import Verdict
from kit_minio.checks.workbook import Workbook
from tests.support.servers import wait_until

SERIES = replace(lessons.series("08"), lesson="08", exercises=(lessons.series("08")["user"],))


@pytest.fixture
def opened(client: Minio) -> Iterator[Workbook]:
    yield workbook.opened(SERIES, client, 1)
    own_server.stop(SERIES.lesson)


def names(client: Minio) -> list[str]:
    return sorted(bucket.name for bucket in client.list_buckets())


def test_opening_a_series_starts_no_server(opened: Workbook) -> None:
    opened.user.check()
    assert opened.own is None
    assert list(servers.data_folder().glob("jetable-*")) == []
    assert opened.user.outcome is not None
    assert opened.user.outcome.verdict is Verdict.TODO
    assert "tp.own_server()" in opened.user.outcome.message


@pytest.mark.both_servers
def test_the_data_are_there_and_not_on_the_server_of_the_kit(
    opened: Workbook, client: Minio
) -> None:
    server = opened.own_server()
    own = client_for(server)
    prepared = [opened.bucket("coffre"), opened.bucket("promotion")]
    assert names(own) == prepared
    assert not set(prepared) & set(names(client))
    own.make_bucket(bucket_name="a-moi")
    assert opened.own_server() == server
    assert names(own) == ["a-moi", *prepared], "un second appel ne refait rien"
    again = workbook.opened(SERIES, client, 1)
    assert again.own_server() == server
    assert names(own) == ["a-moi", again.bucket("coffre"), again.bucket("promotion")]


def test_a_dead_server_is_replaced(opened: Workbook) -> None:
    server = opened.own_server()
    psutil.Process(server.pid).kill()
    assert wait_until(lambda: not servers.is_ready(replace(server, way="external")))
    other = opened.own_server()
    assert other.endpoint != server.endpoint or other.secret_key != server.secret_key
    assert opened.bucket("promotion") in names(client_for(other))


def test_nothing_is_left(opened: Workbook) -> None:
    opened.own_server()
    own_server.stop(SERIES.lesson)
    assert list(servers.data_folder().glob("jetable-*")) == []


def test_another_series_has_none(client: Minio) -> None:
    series: Series = replace(lessons.series("01"), exercises=lessons.series("01").exercises[:1])
    with pytest.raises(SettingsError, match="serveur à lui"):
        workbook.opened(series, client, 1).own_server()
