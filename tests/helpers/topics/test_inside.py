"""Le MinIO à quatre disques de la leçon 18 : ses pannes, et la leçon lue sans MinIO."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import nbformat
import pytest
from minio.error import S3Error

from helpers.server import native
from helpers.topics.inside import Disks, recorded
from kit_minio.authoring.notebooks import LESSONS, execute, read
from kit_minio.suite.processes import processes_in

LESSON = LESSONS / "18-minio-de-l-interieur.ipynb"
DATA = os.urandom(300_000)

on_minio = pytest.mark.skipif(not native.program(), reason="aucun programme minio sur le PATH")


@pytest.fixture
def disks(session_data):
    opened = Disks()
    (data,) = session_data.glob("jetable-*")
    yield opened
    assert processes_in(data)
    opened.close()
    assert not data.exists()
    assert not processes_in(data)


def put(client, key):
    client.put_object(bucket_name="port", object_name=key, data=io.BytesIO(DATA), length=len(DATA))


def get(client, key):
    with client.get_object(bucket_name="port", object_name=key) as response:
        return response.read()


@on_minio
@pytest.mark.both_servers
def test_an_object_survives_two_disks_and_a_restart(client, disks):
    disks.client.make_bucket(bucket_name="port")
    put(disks.client, "carte")
    for number in (1, 2):
        disks.unplug(number)
    assert get(disks.client, "carte") == DATA
    with pytest.raises(S3Error, match="SlowDownWrite"):
        put(disks.client, "plan")
    disks.unplug(3)
    with pytest.raises(S3Error, match="SlowDownRead"):
        get(disks.client, "carte")
    for number in (1, 2, 3):
        disks.plug(number)
    put(disks.client, "plan")
    disks.restart()
    assert get(disks.client, "plan") == DATA


@on_minio
@pytest.mark.both_servers
def test_the_keys_are_not_shown(client, disks):
    for text in (repr(disks), repr(disks.server), str(disks.server)):
        assert disks.server.secret_key not in text


def test_without_minio_each_cell_gives_its_recorded_output(monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    lesson = read(LESSON)
    cells = [cell for cell in lesson.cells if cell.cell_type == "code"]
    tried = [*cells[:6], *cells[-4:], nbformat.v4.new_code_cell("disks.unplug(9)")]
    done = execute(nbformat.v4.new_notebook(cells=tried), LESSONS).cells
    assert "aucun programme minio" in done[0].outputs[0].text
    assert "Traceback" not in str([cell.outputs for cell in done])
    for before, after in zip(tried[1:-1], done[1:-1], strict=True):
        assert shown(after) == shown(before)
    assert done[-1].outputs[0].text.startswith("MinIO seulement :")


def shown(cell):
    return [(output.output_type, output.get("text"), output.get("data")) for output in cell.outputs]


def test_a_cell_of_the_lesson_is_known_by_its_whole_text(capsys):
    assert recorded("len(data)") is None
    assert "MinIO seulement" in capsys.readouterr().out
