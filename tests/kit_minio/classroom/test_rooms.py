"""Les buckets d'une classe."""

from __future__ import annotations

import pytest
from minio.commonconfig import ENABLED

from kit_minio.classroom import rooms
from kit_minio.classroom.codes import new_code
from tests.support.servers import WAY


@pytest.mark.both_servers
def test_made_twice_they_are_the_same_and_keep_every_version(room):
    register = room.register
    rooms.prepare(room.admin, register)
    student = register.named("14")
    rooms.prepare_for(room.admin, register, student)
    kept = room.admin.get_bucket_versioning(bucket_name=register.bucket(student))
    assert kept.status == ENABLED
    locator = new_code().lower()
    assert rooms.has_entered(room.admin, locator) is None
    rooms.put_entry(room.admin, locator, b"scelle")
    assert rooms.has_entered(room.admin, locator) is False
    room.admin.remove_object(bucket_name=rooms.ENTRANCE, object_name=locator)


@pytest.mark.both_servers
def test_hand_ins_are_bounded_where_the_server_knows_how(room):
    bucket = room.register.bucket(room.register.named("14"))
    assert rooms.limit(room.server, [bucket, "absent"]) == (1 if WAY == "native" else 0)
