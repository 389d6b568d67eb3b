"""La page du tableau : à cette machine, derrière un jeton, et vivante."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient

from helpers.s3 import write_json
from helpers.serving import serve
from kit_minio.classroom.board import Board
from kit_minio.classroom.screen import application
from tests.support import axe
from tests.support.browser import browser_page

HERE = "http://127.0.0.1"


@pytest.fixture
def shown(room):
    """L'application, et la classe qu'elle montre."""
    register = room.register
    with room.teacher():
        yield application(Board(room.admin, register), "jeton"), register


def test_without_the_token_or_from_another_site_nothing_is_told(shown):
    app, register = shown
    with TestClient(app, base_url=HERE) as client:
        assert client.get("/etat").status_code == 403
        assert client.get("/etat", headers={"X-Token": "autre"}).status_code == 403
        answer = client.get("/etat", params={"lesson": "01"}, headers={"X-Token": "jeton"})
        assert answer.json()["title"] == "TP" and len(answer.json()["students"]) == 3
        again = {"lesson": "01", "seen": answer.json()["seen"]}
        assert client.get("/etat", params=again, headers={"X-Token": "jeton"}).status_code == 204
        wrong = client.get("/etat", params={"lesson": "99"}, headers={"X-Token": "jeton"})
        assert wrong.status_code == 404
        for path in ("/", "/board.js", "/board.css"):
            page = client.get(path)
            assert (
                page.status_code == 200
                and "script-src 'self'" in page.headers["content-security-policy"]
            )
            for student in register.students:
                assert student.code not in page.text and student.name not in page.text
        assert client.get("/docs").status_code == client.get("/openapi.json").status_code == 404
    with TestClient(app, base_url="http://ailleurs.exemple") as client:
        assert client.get("/").status_code == 421


@pytest.mark.needs("chromium")
def test_a_change_in_the_store_is_seen_and_names_can_be_hidden(shown, room, request):
    app, register = shown
    zoe = register.named("12")
    served = serve(app)
    try:
        with browser_page("tableau") as page:
            page.goto(f"{served.url}/#jeton")
            page.locator("#lesson option").first.wait_for(state="attached")
            state = {"verdict": "à revoir", "tries": 3, "last": "", "since": ""}
            data = json.dumps({"exercises": {"create": state}}).encode()
            write_json(room.admin, register.board, f"01/{zoe.space}.json", data)
            page.locator("#helped li", has_text="Zoé Martin : Créer deux buckets").wait_for()
            assert page.locator("td.stuck").count() == 1
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                assert axe.faults(page, request.config.cache) == []
            page.keyboard.press("n")
            page.locator("#helped li", has_text="Étudiant 3").wait_for()
            assert "Zoé" not in page.content()
    finally:
        served.stop()


def test_from_the_terminal_of_a_hub_the_board_says_how_to_open_it(room, monkeypatch):
    def announced() -> str:
        command = [sys.executable, "-m", "kit_minio", "class", "board", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as board:
            try:
                return board.stdout.readline()
            finally:
                board.kill()

    with room.teacher():
        assert "/#" in (here := announced()) and "ssh -L" not in here
        monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
        assert "(sur la machine du noyau, ou par ssh -L " in announced()
