"""Remettre un notebook, et savoir s'il est enregistré."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from types import SimpleNamespace

import pytest

from helpers import panel
from helpers.errors import ContentError, ServerError, SettingsError
from helpers.french import moment
from helpers.s3 import read_object
from kit_minio.checks import open_series
from kit_minio.classroom import rooms
from kit_minio.classroom.front import close_front
from kit_minio.classroom.hand_in import Watch, hand_in
from tests.support.room import own_room
from tests.support.servers import WAY
from tests.support.widgets import press, shown

NAME = "08-versions.ipynb"


def notebook(*cells: tuple[str, str]) -> bytes:
    made = [{"id": cell, "cell_type": "code", "source": source} for cell, source in cells]
    return json.dumps({"cells": made, "nbformat": 4}).encode()


def watched(**cells: str) -> Watch:
    watch = Watch()
    for cell, source in cells.items():
        watch._note(SimpleNamespace(cell_id=cell, raw_cell=source))
    return watch


@pytest.mark.both_servers
def test_the_notebook_as_saved_becomes_one_more_version_and_a_receipt(room, tmp_path):
    zoe, one = room.enter("Zoé Martin")
    bucket = room.register.bucket(one)
    path = tmp_path / "mon travail.ipynb"
    for number, text in enumerate(("1 + 1", "2 + 2"), 1):
        path.write_bytes(notebook(("a", text)))
        with room.student("Zoé Martin"):
            card = hand_in(NAME, watched(a=text), path)
        assert card.state == "remis"
        assert f"C'est votre remise n° {number}." in card.lines[0]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        stored = zoe.stat_object(bucket_name=bucket, object_name=f"remises/{NAME}")
        assert card.lines[1] == f"Empreinte SHA-256 : {digest[:16]}…{digest[-8:]}"
        assert stored.metadata["x-amz-meta-sha256"] == digest
        assert f"reçu le {moment(stored.last_modified)} à l'heure du serveur" in card.lines[0]
    assert read_object(zoe, bucket, f"remises/{NAME}") == path.read_bytes()


def test_unsaved_work_is_said_and_what_is_saved_is_still_handed_in(room, tmp_path):
    room.enter("Zoé Martin")
    path = tmp_path / NAME
    path.write_bytes(notebook(("a", "1 + 1")))
    with room.student("Zoé Martin"):
        card = hand_in(NAME, watched(a="1 + 2"), path)
    assert card.state == "à revoir" and "enregistrez le notebook" in card.lines[-1]
    assert "C'est votre remise" in card.lines[0]


def test_only_what_is_not_in_the_file_is_unsaved():
    saved = json.loads(notebook(("a", "1\n"), ("b", "2")))
    assert not watched(a="1", b="2").unsaved(saved, saved=0)
    assert watched(a="1", b="3").unsaved(saved, saved=1e12)
    assert watched(neuve="4").unsaved(saved, saved=0)  # exécutée depuis, et pas dans le fichier
    assert not watched(enlevee="4").unsaved(saved, saved=1e12)  # effacée, puis enregistré
    assert not Watch().unsaved(saved, saved=0)


def test_what_is_not_a_notebook_is_a_sentence(room, tmp_path):
    room.enter("Zoé Martin")
    (tmp_path / "texte.ipynb").write_text("bonjour")
    (tmp_path / "liste.ipynb").write_text("[]")
    with room.student("Zoé Martin"):
        for name, says in (
            ("absent", "ne se lit pas"),
            ("texte", "n'est pas un notebook"),
            ("liste", "n'est pas un notebook"),
        ):
            with pytest.raises(ContentError, match=says) as refused:
                hand_in(NAME, Watch(), tmp_path / f"{name}.ipynb")
            assert "tp.hand_in(" in refused.value.remedy


def test_outside_a_class_a_sentence_says_how_to_join_one(kit_data, tmp_path):
    with pytest.raises(SettingsError, match="dans aucune classe"):
        hand_in(NAME, Watch(), tmp_path / NAME)


def test_the_panel_hands_in_only_where_there_is_a_class(room, tmp_path, monkeypatch):
    zoe, _ = room.enter("Zoé Martin")
    (tmp_path / "01-buckets.ipynb").write_bytes(notebook(("a", "1")))
    monkeypatch.chdir(tmp_path)
    with room.student("Zoé Martin"):
        box = panel(open_series("01", zoe, 1)).build()
        press(box, "Remettre ce notebook")
        assert "C'est votre remise n°" in shown(box).replace("&#39;", "'")


@pytest.mark.slow
@pytest.mark.both_servers
def test_on_a_full_disk_the_hand_in_is_refused_and_the_one_before_stays(small_disk, tmp_path):
    path = tmp_path / NAME
    path.write_bytes(before := notebook(("a", "1 + 1")))
    room = own_room(small_disk, WAY)
    heavy = small_disk / "lourd"
    try:
        room.open()
        zoe, one = room.enter("Zoé Martin")
        with room.student("Zoé Martin"):
            hand_in(NAME, Watch(), path)
            path.write_bytes(notebook(("a", os.urandom(2**21).hex())))
            with heavy.open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(bytes(4096))
            with pytest.raises(ServerError, match="n'est pas arrivée") as refused:
                hand_in(NAME, Watch(), path)
        assert "disque" in refused.value.fact and "enseignant" in refused.value.remedy
        bucket = room.register.bucket(one)
        assert read_object(zoe, bucket, f"remises/{NAME}") == before
    finally:
        heavy.unlink(missing_ok=True)
        room.close()


@pytest.mark.both_servers
@pytest.mark.skipif(WAY != "native", reason="SeaweedFS ne borne pas un bucket")
def test_a_quota_that_is_exceeded_is_told(room, tmp_path):
    _, one = room.enter("Ana Nguyễn")
    bucket = room.register.bucket(one)
    path = tmp_path / NAME
    path.write_bytes(notebook(("a", "1" * 4096)))
    try:
        assert rooms.limit(room.server, [bucket], 2048) == 1
        with room.student("Ana Nguyễn"), pytest.raises(ServerError, match="toute la place"):
            hand_in(NAME, Watch(), path)
    finally:
        rooms.limit(room.server, [bucket])


@pytest.mark.slow
def test_where_the_class_is_closed_the_remedy_is_that_of_the_network(new_room, tmp_path):
    new_room.open()
    new_room.enter("Zoé Martin")
    (tmp_path / NAME).write_bytes(notebook(("a", "1")))
    with new_room.teacher():
        close_front()
    with new_room.student("Zoé Martin"), pytest.raises(ServerError) as refused:
        hand_in(NAME, Watch(), tmp_path / NAME)
    assert "réseau de la salle" in refused.value.remedy
