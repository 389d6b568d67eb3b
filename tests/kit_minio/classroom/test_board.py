"""Le tableau de la salle : ce qu'il lit du store, et ce qu'il n'en croit pas."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.s3 import write_json
from kit_minio.classroom.board import Board, Mark, marks_of
from kit_minio.classroom.follow import NOTICES, notice, publish, put
from tests.support.room import environment

WHEN = 1_800_000_000.0


def told(**exercises: object) -> bytes:
    return json.dumps({"exercises": exercises}).encode()


def test_how_long_someone_is_stuck_does_not_depend_on_her_clock():
    mark = {
        "verdict": "à revoir",
        "tries": 4,
        "since": "1999-01-01T10:00:00+00:00",
        "last": "1999-01-01T10:07:00+00:00",
    }
    assert marks_of(told(create=mark), "01", WHEN) == {"create": Mark("à revoir", 4, WHEN - 420)}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"verdict": "<b>réussi</b>"}, None),
        ({"verdict": "réussi", "tries": "beaucoup"}, Mark("réussi")),
        ({"verdict": "à revoir", "tries": 10**9}, Mark("à revoir", 999, WHEN)),
        ({"verdict": "à revoir", "tries": -5}, Mark("à revoir")),
        ({"verdict": "à revoir", "tries": 1, "since": 3, "last": None}, Mark("à revoir", 1, WHEN)),
        ({"verdict": ["réussi"]}, None),
        ("réussi", None),
    ],
)
def test_what_a_student_writes_is_not_believed(given, kept):
    assert marks_of(told(create=given), "01", WHEN).get("create") == kept


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["exercises", "create", "verdict", "tries", "since", "last"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=9,
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_bytes_make_the_board_stumble(data):
    assert all(name == "create" for name in marks_of(data, "01", WHEN))


def test_an_exercise_that_does_not_exist_is_not_shown():
    assert marks_of(told(autre={"verdict": "réussi"}), "01", WHEN) == {}
    assert marks_of(b"[" * 100_000, "01", WHEN) == {}


@pytest.mark.both_servers
def test_a_refresh_reads_only_what_changed(new_room, monkeypatch):
    register = new_room.open()
    board = Board(new_room.admin, register)
    zoe, lea, ana = (register.named(name).space for name in ("12", "13", "14"))
    read: list[str] = []
    reads = Board._read

    def counted(self, lesson, space):
        read.append(space)
        return reads(self, lesson, space)

    monkeypatch.setattr(Board, "_read", counted)
    monkeypatch.setattr("kit_minio.classroom.board.EVERY", 0)

    def write(space: str, verdict: str, lesson: str = "01") -> None:
        data = told(create={"verdict": verdict})
        publish(new_room.admin, register.board, lesson, space, data)

    write(zoe, "réussi")
    write(lea, "à revoir")
    write("etrange", "réussi")  # personne de la liste
    assert set(board.view("01").lines) == {zoe, lea} and sorted(read) == sorted([zoe, lea])
    version = board.view("01").version
    assert board.view("01").version == version and len(read) == 2
    write(ana, "à revoir")
    write(lea, "réussi")
    view = board.view("01")
    assert view.version == version + 1 and sorted(read[2:]) == sorted([lea, ana])
    assert view.lines[lea].marks["create"].verdict == "réussi"
    assert board.lessons() == ["01"] and board.current() == "01"
    shown = board.shown("01")
    assert [one["name"] for one in shown["students"]] == ["Ana Nguyễn", "Léa Dupont", "Zoé Martin"]
    assert shown["students"][0]["marks"][0] == {"verdict": "à revoir", "tries": 0, "since": 0}


@pytest.mark.both_servers
def test_a_refresh_lists_the_last_changes_only(new_room, monkeypatch):
    """Un avis perdu, lui, se rattrape à la liste entière."""
    register = new_room.open()
    zoe, lea = (register.named(name).space for name in ("12", "13"))
    monkeypatch.setattr("kit_minio.classroom.board.EVERY", 0)
    board = Board(new_room.admin, register)

    def verdicts() -> dict[str, str]:
        return {
            space: line.marks["create"].verdict for space, line in board.view("01").lines.items()
        }

    def write(space: str, verdict: str) -> None:
        data = told(create={"verdict": verdict})
        publish(new_room.admin, register.board, "01", space, data)

    write(zoe, "à revoir")
    assert verdicts() == {zoe: "à revoir"}
    listed: list[str] = []
    objects = Board._objects

    def counted(self, prefix, after=""):
        listed.append(prefix)
        return objects(self, prefix, after)

    monkeypatch.setattr(Board, "_objects", counted)
    write(zoe, "réussi")
    assert verdicts() == {zoe: "réussi"} and set(listed) == {NOTICES}
    without_notice = told(create={"verdict": "réussi"})
    put(new_room.admin, register.board, f"01/{lea}.json", without_notice)
    assert lea not in verdicts()
    monkeypatch.setattr("kit_minio.classroom.board.WHOLE", 0)
    assert verdicts() == {zoe: "réussi", lea: "réussi"}


@pytest.mark.both_servers
def test_notices_that_say_nothing_do_not_stay(new_room, monkeypatch):
    register = new_room.open()
    zoe = register.named("12").space
    monkeypatch.setattr("kit_minio.classroom.board.EVERY", 0)
    now = time.time()
    strange = [
        notice(now + 9999, "01", zoe),
        notice(now - 9999, "01", zoe),
        f"{NOTICES}12-4567/90-01-{zoe}",
        f"{NOTICES}zzz",
    ]
    kept = notice(now, "01", zoe)  # sans état : rien à en lire
    for key in (*strange, kept):
        put(new_room.admin, register.board, key, b"{}")
    board = Board(new_room.admin, register)

    def left() -> list[str]:
        found = new_room.admin.list_objects(
            bucket_name=register.board, prefix=NOTICES, recursive=True
        )
        return [item.object_name for item in found]

    assert board.view("01").trouble == "" and board.view("01").lines[zoe].marks == {}
    board._clean()
    assert left() == [kept]


def test_a_silent_server_is_said_and_what_was_read_stays(new_room, monkeypatch):
    register = new_room.open()
    board = Board(new_room.admin, register)
    write_json(
        new_room.admin,
        register.board,
        f"01/{register.students[0].space}.json",
        told(create={"verdict": "réussi"}),
    )
    before = dict(board.view("01").lines)
    monkeypatch.setattr("kit_minio.classroom.board.EVERY", 0)
    with environment(MINIO_ENDPOINT="http://127.0.0.1:9"):
        from minio import Minio

        from helpers.s3 import HttpPool

        board.client = Minio(
            endpoint="127.0.0.1:9",
            access_key="a",
            secret_key="b" * 8,
            secure=False,
            region="us-east-1",
            http_client=HttpPool(),
        )
        view = board.view("01")
    assert "ne répond pas" in view.trouble and view.lines == before
    assert board.current() == "01"
