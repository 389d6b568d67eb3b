"""La porte de la classe : du TLS, et le serveur retrouvé quand il a bougé."""

from __future__ import annotations

import json
import socket
import ssl

import psutil
import pytest
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from kit_minio.classroom import front
from kit_minio.classroom.entrance import fingerprint, look, read_address, unverified
from tests.support.servers import get, put, wait_until


def test_the_certificate_stays_from_one_opening_to_the_next(kit_data):
    first = front.certificate("192.168.1.10")
    assert front.certificate("192.168.1.77") == first
    (kit_data / "classe/cle.pem").unlink()
    assert front.certificate("192.168.1.77") != first


def test_what_it_shows_is_its_certificate_and_nothing_but_s3(room):
    register = room.register
    address = read_address(register.address)
    with (
        socket.create_connection((address.host, address.port), 20) as plain,
        unverified().wrap_socket(plain) as secured,
    ):
        assert fingerprint(secured.getpeercert(True) or b"") == register.certificate
        assert secured.version() in ("TLSv1.2", "TLSv1.3")
    strict = ssl.create_default_context()
    with (
        socket.create_connection((address.host, address.port), 20) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        strict.wrap_socket(plain, server_hostname=address.host)
    assert look(address, "personne").status in (403, 404)


def test_it_moves_when_asked_and_not_otherwise(new_room):
    new_room.open()
    with new_room.teacher():
        place, known = (
            front.open_at(),
            json.loads((new_room.folder / "enseignant/classe/front.json").read_text()),
        )
        front.open_front(*place)
        assert json.loads((new_room.folder / "enseignant/classe/front.json").read_text()) == known
        (new_room.folder / "port").unlink()
    moved = new_room.open()
    with new_room.teacher():
        assert front.open_at() == (place[0], read_address(moved.address).port) != place


@pytest.mark.slow
@pytest.mark.both_servers
def test_a_killed_server_comes_back_by_the_door_with_all_it_had(own_server_room):
    room = own_server_room
    room.open()
    zoe, one = room.enter("Zoé Martin")
    bucket = f"{one.space}-reste"
    zoe.make_bucket(bucket_name=bucket)
    put(zoe, bucket, "a")
    psutil.Process(room.server.pid).kill()

    def back() -> bool:
        try:
            return get(zoe, bucket, "a") == b"bonjour"
        except (S3Error, HTTPError):
            return False

    assert wait_until(back, 60)
    with room.teacher():
        found = servers.find()
        assert found is not None and found.pid != room.server.pid
