"""Le passage de l'étudiant : il se rouvre de lui-même, et ne porte aucune clé."""

from __future__ import annotations

import json

import psutil
import pytest

from helpers import connect
from helpers import server as servers
from helpers.server.settings import class_file
from kit_minio.classroom import tunnel
from kit_minio.classroom.processes import running


def test_killed_or_its_port_taken_it_opens_again_at_the_next_connection(room):
    import socket

    room.enter("Léa Dupont")
    with room.student("Léa Dupont"):
        before = running(tunnel.MODULE)
        assert before is not None
        process = psutil.Process(before["pid"])
        process.kill()
        process.wait(20)
        with socket.create_server(("127.0.0.1", before["port"])):
            assert connect(quiet=True).list_buckets()
            after = running(tunnel.MODULE)
            assert after is not None and after["port"] != before["port"]
        settings = json.loads(class_file().read_text(encoding="utf-8"))
        assert settings["MINIO_ENDPOINT"] == f"http://127.0.0.1:{after['port']}"
        tunnel.ensure()
        assert running(tunnel.MODULE) == after


def test_it_listens_to_this_machine_only_and_its_command_has_no_key(room):
    room.enter("Léa Dupont")
    with room.student("Léa Dupont"):
        server = servers.find()
        known = running(tunnel.MODULE)
        assert server is not None and known is not None
        process = psutil.Process(known["pid"])
        heard = {each.laddr.ip for each in process.net_connections() if each.status == "LISTEN"}
        assert heard == {"127.0.0.1"}
        line = " ".join(process.cmdline())
        assert server.secret_key not in line and server.access_key not in line
        log = class_file().with_name("classe") / "tunnel.log"
        assert log.read_text() == ""


def test_big_objects_pass_both_ways(room):
    import io

    client, one = room.enter("Léa Dupont")
    bucket = f"{one.space}-gros"
    data = bytes(range(256)) * 32_768  # 8 Mio : plusieurs parties
    client.make_bucket(bucket_name=bucket)
    client.put_object(
        bucket_name=bucket,
        object_name="a",
        data=io.BytesIO(data),
        length=len(data),
        part_size=5 * 2**20,
    )
    answer = client.get_object(bucket_name=bucket, object_name="a")
    assert answer.read() == data
    answer.release_conn()


@pytest.mark.both_servers
def test_a_presigned_address_opens_in_any_client(room):
    import requests

    client, one = room.enter("Léa Dupont")
    bucket = f"{one.space}-liens"
    client.make_bucket(bucket_name=bucket)
    put = client.presigned_put_object(bucket_name=bucket, object_name="é.txt")
    assert requests.put(put, data=b"bonjour", timeout=20).status_code == 200
    url = client.presigned_get_object(bucket_name=bucket, object_name="é.txt")
    assert url.startswith("http://127.0.0.1:")
    assert requests.get(url, timeout=20).content == b"bonjour"
