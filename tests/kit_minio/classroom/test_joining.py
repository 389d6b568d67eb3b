"""Rejoindre une classe : ce qui ouvre, et tout ce qui n'ouvre pas."""

from __future__ import annotations

import json

import pytest
from minio.error import S3Error

from helpers import connect, fresh_space
from helpers import server as servers
from helpers.errors import ContentError, KitError, ServerError, SettingsError
from helpers.server.settings import class_file
from kit_minio.classroom import front, tunnel
from kit_minio.classroom.codes import new_code
from kit_minio.classroom.joining import join, joined, leave
from tests.support.room import Room, environment


def enter(room: Room, kit: str, *card: str) -> str:
    """Essaie une carte sur un kit ; renvoie ce qu'il en dit."""
    said: list[str] = []
    with room.student(kit):
        try:
            join(card, said.append)
        except KitError as error:
            assert error.remedy
            return error.fact
    return " ".join(said)


@pytest.mark.both_servers
def test_a_card_gives_the_address_the_keys_the_space_and_is_worth_nothing_afterwards(new_room):
    new_room.open()
    card = new_room.card("Zoé Martin")
    assert "Zoé Martin" in enter(new_room, "zoé", card)
    with new_room.student("zoé"):
        server, settings = servers.find(), joined()
        assert server is not None and settings is not None
        assert server.endpoint.startswith("127.0.0.1:") and not server.secure
        assert "la classe « TP », à 127.0.0.1:" in server.sentence
        space = fresh_space(connect(quiet=True), "lecon-01")
        assert space == f"{settings['KIT_SPACE']}-lecon-01"
        assert class_file().stat().st_mode & 0o077 == 0
    assert "déjà servi, le" in enter(new_room, "un autre", card)
    assert "déjà servi, le" in enter(new_room, "un autre", *card.split("/"))
    # Le même étudiant réexécute sa cellule : rien ne change.
    assert "Zoé Martin" in enter(new_room, "zoé", card)


def test_a_new_code_replaces_the_one_before(new_room):
    new_room.open()
    old = new_room.card("Léa Dupont")
    assert "Léa" in enter(new_room, "léa", old)
    with new_room.student("léa"):
        space = fresh_space(connect(quiet=True), "lecon-01")
        client = connect(quiet=True)
    new_room.open(renew=["13"])
    card = new_room.card("Léa Dupont")
    assert card != old and "ou il a été remplacé" in enter(new_room, "ailleurs", old)
    with pytest.raises(S3Error):
        client.list_buckets()
    assert "Léa" in enter(new_room, "portable", card)
    with new_room.student("portable"):
        # Une autre machine, et le même espace : le kit le reconnaît pour sien.
        assert fresh_space(connect(quiet=True), "lecon-01") == space


def test_what_does_not_open_is_a_sentence_and_leaves_the_kit_as_it_was(room):
    address, _, code = room.card("Ana Nguyễn").partition("/")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for card, says in (
        ([f"{address}/{new_code()}"], "n'est pas d'une classe ouverte"),
        ([f"{address}/{wrong}"], "n'est pas celui d'une carte"),
        ([address], "Il manque le code"),
        ([code], "Il manque l'adresse"),
        ([], "Il manque le code"),
        (["ftp://x/y", code], "ne se comprend pas"),
        (["127.0.0.1:9", code], "Personne ne répond à l'adresse 127.0.0.1:9"),
        (["classe.invalid", code], "ce nom n'existe pas"),
        ([room.server.endpoint, code], "pas en TLS"),
        ([f"http://{address}", code], "Ce code n'est pas|coupée|répond"),
    ):
        said = enter(room, "personne", *card)
        assert any(part in said for part in says.split("|")), (card, said)
        with room.student("personne"):
            assert joined() is None and not class_file().exists()


def test_a_server_in_the_place_of_the_class_gets_nothing(new_room):
    """Il rend même l'objet d'entrée : son certificat n'est pas celui que la carte attend."""
    new_room.open()
    card = new_room.card("Zoé Martin")
    with new_room.teacher():
        place = front.open_at()
        assert place is not None
        front.close_front()
    imposter = Room(new_room.folder / "imposteur", new_room.server)
    (imposter.folder / "enseignant").mkdir(parents=True)
    with imposter.teacher():
        front.certificate("127.0.0.1")
        front.open_front(*place)
    assert "n'a pas le certificat de la classe" in enter(new_room, "zoé", card)
    with imposter.teacher():
        front.close_front()
    with new_room.teacher():
        front.open_front(*place)
    assert "Zoé" in enter(new_room, "zoé", card)  # le code n'a pas servi


def test_after_joining_another_certificate_stops_everything(new_room):
    new_room.open()
    client, _ = new_room.enter("Zoé Martin")
    with new_room.teacher():
        place = front.open_at()
        assert place is not None
        front.close_front()
        (new_room.folder / "enseignant/classe/certificat.pem").unlink()
        front.certificate("127.0.0.1")
        front.open_front(*place)
    with pytest.raises(S3Error, match="n'a pas le certificat de la classe") as refused:
        client.list_buckets()
    assert refused.value.code == "ClasseCertificat"
    with new_room.student("Zoé Martin"), pytest.raises(ServerError, match="certificat"):
        join([], new_room.said.append)


def test_leaving_comes_back_to_her_own_server_and_joining_again_needs_no_code(room):
    said: list[str] = []
    room.enter("Zoé Martin")
    with room.student("Zoé Martin"):
        before = json.loads(class_file().read_text(encoding="utf-8"))
        leave(said.append)
        assert joined() is None and not tunnel.close()
        assert servers.read_settings().get("KIT_SPACE") is None
        leave(said.append)
        assert said[-1] == "Ce kit n'est dans aucune classe."
        join([], said.append)
        assert (
            json.loads(class_file().read_text(encoding="utf-8"))["KIT_SPACE"] == before["KIT_SPACE"]
        )
        assert connect(quiet=True).list_buckets()


def test_the_class_has_the_last_word_over_the_environment(room):
    room.enter("Zoé Martin")
    with (
        room.student("Zoé Martin"),
        environment(MINIO_ENDPOINT="ailleurs:9000", AWS_SESSION_TOKEN="x", KIT_SERVER="embedded"),
    ):
        server = servers.find()
        assert server is not None and server.endpoint.startswith("127.0.0.1")
        assert server.session_token is None


def test_a_new_address_is_followed_without_a_code(new_room):
    new_room.open()
    _, one = new_room.enter("Zoé Martin")
    (new_room.folder / "port").unlink()
    register = new_room.open()
    with new_room.student("Zoé Martin"):
        with pytest.raises(ServerError, match="ne répond pas : la classe « TP »") as silent:
            connect(quiet=True)
        assert "join ADRESSE" in silent.value.remedy
        join([register.address], new_room.said.append)
        assert fresh_space(connect(quiet=True), "lecon-02").startswith(one.space)


def test_a_class_without_a_certificate_is_joined_by_its_http_address_only(new_room):
    register = new_room.open(tls=False)
    assert register.address.startswith("http://") and not register.certificate
    card = new_room.card("Zoé Martin")
    assert "Zoé" in enter(new_room, "zoé", card)
    with new_room.student("zoé"):
        assert servers.find() is not None and connect(quiet=True).list_buckets()


def test_who_teaches_is_told_to_leave_first(room):
    from kit_minio.classroom.opening import Asked, open_class

    room.enter("Zoé Martin")
    with room.student("Zoé Martin"), pytest.raises(SettingsError, match="dans une classe"):
        open_class(Asked(), room.said.append)


def test_an_entry_of_another_version_is_a_sentence():
    from kit_minio.classroom.entrance import Entry

    with pytest.raises(ContentError, match="ne se lit pas"):
        Entry.from_bytes(b'{"autre": 1}')
