"""Ramasser les copies : la dernière version d'avant la date limite, et rien d'autre."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from helpers.files import ROOT
from kit_minio.classroom.collect import HandIn, by_copy, collect, folders, last_ones
from kit_minio.classroom.register import new_register
from kit_minio.classroom.roster import Entry
from kit_minio.grading.intake.copies import open_batch

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def put(client, bucket: str, key: str, data: bytes) -> datetime:
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data))
    return client.stat_object(bucket_name=bucket, object_name=key).last_modified


def test_the_last_version_before_the_deadline_counts():
    handed = [
        HandIn("01.ipynb", str(hour), NOON + timedelta(hours=hour), 1) for hour in (1, -2, -1)
    ]
    assert [item.version for item in last_ones(handed, NOON)] == ["-1"]
    assert [item.version for item in last_ones(handed, None)] == ["1"]
    assert last_ones(handed, NOON - timedelta(days=1)) == []


@pytest.mark.both_servers
def test_the_folder_has_what_each_one_handed_in(room, tmp_path):
    zoe, one = room.enter("Zoé Martin")
    bucket = room.register.bucket(one)
    when = put(zoe, bucket, "remises/02-objets.ipynb", b"{}")
    put(zoe, bucket, "remises/02-objets.ipynb", b'{"cells": []}')
    for stray in ("remises/../../etc", "remises/notes.txt", "remises/02-objets.ipynb/x"):
        if ".." not in stray:
            put(zoe, bucket, stray, b"x")
    said: list[str] = []
    with room.teacher():
        out = collect(tmp_path / "lot", said.append, lessons=["02"])
        # Relancée, elle donne le même dossier ; avec une date, la version d'alors.
        assert collect(tmp_path / "lot", said.append, lessons=["02"]) == out
        past = collect(
            tmp_path / "avant", said.append, before=when - timedelta(days=1), lessons=["02"]
        )
    files = [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    assert files == ["Zoé Martin/02-objets.ipynb"]
    assert (out / files[0]).read_bytes() == b'{"cells": []}'
    assert not past.exists()
    assert "Trop tard, en tout ou partie : Zoé Martin." in said
    assert any(line.startswith("Rien n'est remis par 2\xa0étudiants") for line in said)


def test_grading_knows_each_folder_by_the_same_name(tmp_path, kit_data):
    register = new_register("L3")
    names = [
        "Zoé Martin",
        "Jean-Pierre O'Neill",
        "王伟",
        "Ana Le",
        "Ana Le",
        "con",
        "TP 01",
        "A/B:C",
        "Groupe A",
        "x" * 90,
    ]
    copy = (ROOT / "exercises/01-buckets.ipynb").read_bytes()
    register.update(Entry(name, str(rank)) for rank, name in enumerate(names))
    for folder in folders(register).values():
        (tmp_path / "lot" / folder).mkdir(parents=True)
        (tmp_path / "lot" / folder / "01-buckets.ipynb").write_bytes(copy)
    assert len(set(folders(register).values())) == len(names)
    with open_batch(str(tmp_path / "lot"), None) as batch:
        found = {one.id for one in batch.submissions}
    assert found == set(by_copy(register))
