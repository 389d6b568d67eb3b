"""Ouvrir une classe, la rouvrir, la fermer : rien ne s'y perd."""

from __future__ import annotations

import pytest

from helpers.errors import ContentError, ServerError, SettingsError
from helpers.s3 import read_object
from helpers.topics.encrypted import encrypted_server
from helpers.topics.tenants import tenant
from kit_minio.classroom import front, opening, rooms
from kit_minio.classroom.entrance import ENTRANCE
from kit_minio.classroom.hand_in import Watch, hand_in
from kit_minio.classroom.joining import join
from kit_minio.classroom.opening import Asked, close_class, open_class, read_deadline
from kit_minio.classroom.register import new_register
from tests.support.room import ROSTER, Room

FEWER = "Nom;Prénom;Numéro\nMartin;Zoe;12\nPetit;Noé;15\n"


@pytest.mark.both_servers
def test_opened_again_a_class_adds_removes_and_loses_nothing(new_room):
    before = {one.login: (one.space, one.code) for one in new_room.open().active}
    _, one = new_room.enter("Zoé Martin")
    register = new_room.open(FEWER)
    assert [student.name for student in register.active] == ["Noé Petit", "Zoe Martin"]
    told = [sentence.replace("\xa0", " ") for sentence in new_room.said]
    assert "2 étudiants, 1 arrive, 2 partent (leurs objets restent)." in told
    # Zoé est la même, sans son accent ; son code a servi, et n'en devient pas un autre.
    assert before["12"] == (one.space, register.named("Zoé Martin").code)
    assert rooms.has_entered(new_room.admin, one.locator) is True
    register = new_room.open(ROSTER)
    back = {student.login: (student.space, student.code) for student in register.active}
    assert back["13"][0] == before["13"][0] and back["13"][1] != before["13"][1]
    assert back["12"] == before["12"]


def test_interrupted_it_finishes_what_remains_with_the_same_codes(new_room, monkeypatch):
    made = rooms.prepare_for

    def stops(client, register, student):
        if student.name == "Léa Dupont":
            raise KeyboardInterrupt
        made(client, register, student)

    monkeypatch.setattr(rooms, "prepare_for", stops)
    with pytest.raises(KeyboardInterrupt):
        new_room.open()
    codes = {student.login: student.code for student in new_room.register.students}
    monkeypatch.undo()
    register = new_room.open()
    assert {student.login: student.code for student in register.active} == codes
    for student in register.active:
        assert rooms.has_entered(new_room.admin, student.locator) is False


def test_a_list_that_is_refused_changes_nothing(room):
    before = room.register
    with pytest.raises(ContentError, match="aucun étudiant"):
        room.open("nom;prenom\n")
    assert room.register == before


def test_the_same_keys_are_never_on_the_teachers_disk(room):
    with room.teacher():
        folder = room.folder / "enseignant"
        stored = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        modes = {path.name: path.stat().st_mode & 0o077 for path in folder.rglob("classe/*.json")}
        for name in ("cle.pem", "cartes.html"):
            assert (folder / "classe" / name).stat().st_mode & 0o077 == 0
    assert room.server.secret_key.encode() not in stored
    assert b"secret_key" not in stored
    assert not any(modes.values())


def test_no_secret_is_in_what_is_said_nor_in_the_programs_arguments(room):
    import psutil

    said = " ".join(room.said)
    arguments = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if "kit_minio.classroom" in line and str(room.folder) in line:
            arguments.append(line)
    assert arguments
    codes = [student.code for student in room.register.students]
    for secret in (room.server.secret_key, room.server.access_key, *codes):
        assert secret not in said and not any(secret in line for line in arguments)


def test_closed_nobody_reaches_it_and_opened_again_everybody_does(new_room):
    new_room.open()
    client, _ = new_room.enter("Zoé Martin")
    said: list[str] = []
    with new_room.teacher():
        close_class(said.append)
        assert front.open_at() is None
        close_class(said.append)
    assert said[0].startswith("La classe est fermée") and said[1].startswith("Aucune classe")
    with pytest.raises(Exception, match="ne répond pas"):
        client.list_buckets()
    new_room.open()
    assert client.list_buckets()


def test_what_is_missing_or_wrong_is_a_sentence(tmp_path, new_room):
    with new_room.teacher():
        with pytest.raises(SettingsError, match="Il manque la liste"):
            open_class(Asked(), new_room.said.append)
        (tmp_path / "liste.csv").write_text(ROSTER)
        with pytest.raises(SettingsError, match="date limite"):
            open_class(Asked(tmp_path / "liste.csv", deadline="demain"), new_room.said.append)
        with pytest.raises(SettingsError, match="ne se comprend pas"):
            open_class(Asked(tmp_path / "liste.csv", address="la salle"), new_room.said.append)
        with pytest.raises(Exception, match="cette adresse n'est pas de cette machine"):
            # Une adresse qui n'est pas de cette machine.
            open_class(Asked(tmp_path / "liste.csv", address="192.0.2.1"), new_room.said.append)


def test_a_deadline_is_read_in_the_time_of_this_machine():
    assert read_deadline("2026-12-01 18:00").tzinfo is not None
    assert read_deadline("2026-12-01T18:00:00+01:00").hour == 17


@pytest.mark.parametrize(
    ("before", "host"),
    [
        ("0.0.0.0:9555", "0.0.0.0"),  # noqa: S104 - une adresse que toute machine a
        ("127.0.0.1:9555", "203.0.113.9"),
        ("198.51.100.7:9555", "203.0.113.9"),
        ("", "203.0.113.9"),
    ],
)
def test_an_address_given_once_stays_while_it_is_of_this_machine(
    before, host, kit_data, monkeypatch
):
    # Une machine à deux réseaux : l'adresse du second ne remplace pas celle qui a été donnée.
    monkeypatch.setattr(opening, "own_address", lambda: "203.0.113.9")
    register = new_register("TP")
    register.address = before

    assert opening.reachable(register, Asked()).host == host


@pytest.mark.both_servers
def test_keys_that_are_not_an_administrators_leave_nothing_in_the_store(client, tmp_path, new_room):
    # Tout ce que la classe emploie, et rien d'autre : pour SeaweedFS, s3:* sur tout administre.
    owned = [f"arn:aws:s3:::{name}{more}" for name in ("classe*", ENTRANCE) for more in ("", "/*")]
    rights = {"Effect": "Allow", "Action": ["s3:*"], "Resource": owned}
    policy = {"Version": "2012-10-17", "Statement": [rights]}
    before = {bucket.name for bucket in client.list_buckets()}
    with tenant(new_room.server, "kit-sans-droit", policy) as limited:
        room = Room(tmp_path, limited.server)
        with pytest.raises(ServerError) as refused:
            room.open()
        with room.teacher() as register:
            assert register is None and front.open_at() is None
    assert "utilisateurs" in refused.value.fact and refused.value.remedy
    assert {bucket.name for bucket in client.list_buckets()} == before


@pytest.mark.slow
@pytest.mark.both_servers
def test_a_server_that_does_its_own_tls_is_opened_joined_and_receives(tmp_path, monkeypatch):
    path = tmp_path / "01-buckets.ipynb"
    path.write_text('{"cells": []}')
    folder = tmp_path / "classe"
    folder.mkdir()
    with encrypted_server() as server:
        room = Room(folder, server)
        monkeypatch.setenv("SSL_CERT_FILE", server.authority)
        try:
            register = room.open(address="")
            assert register.address == server.endpoint and front.open_at() is None
            _, one = room.enter("Zoé Martin")
            with room.student("Zoé Martin"):
                assert hand_in(path.name, Watch(), path).state == "remis"
            bucket = register.bucket(one)
            assert read_object(room.admin, bucket, f"remises/{path.name}") == path.read_bytes()
            monkeypatch.delenv("SSL_CERT_FILE")
            with room.student("Léa Dupont"), pytest.raises(ServerError, match="certificat"):
                join([f"{register.address}/{register.named('13').code}"], room.said.append)
        finally:
            monkeypatch.setenv("SSL_CERT_FILE", server.authority)
            room.close()
