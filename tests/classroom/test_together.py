"""Une classe de bout en bout : la vraie commande, de vrais kits, chacun dans son dossier."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil
import pytest

from helpers import server as servers
from helpers.files import ROOT
from helpers.s3 import client_for, read_object
from helpers.serving import serve
from kit_minio import checks
from kit_minio.classroom.board import Board
from kit_minio.classroom.collect import collect
from kit_minio.classroom.screen import application
from kit_minio.suite.processes import kill_servers
from tests.support.browser import browser_page
from tests.support.commands import run
from tests.support.room import Room, free_port, own_room
from tests.support.servers import WAY

SOLUTION = ROOT / "solutions/01-buckets.ipynb"
TASKS = [exercise.name for exercise in checks.series("01").exercises]
NOTES_EACH_CELL = """() => {
    window.cellsSeen = {};
    const look = () => document.querySelectorAll("#rows td.kit-passed").forEach((cell) => {
        const key = `${cell.parentElement.cells[0].innerText.trim()}|${cell.cellIndex}`;
        cellsSeen[key] ??= Date.now() / 1000;
    });
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
}"""
READS = """
from helpers import connect, open_exercises
tp = open_exercises("01", connect(quiet=True))
tp.feedback()
from kit_minio.classroom.feedback import feedback  # la page, que seul un notebook affiche
print(getattr(feedback("01"), "page", "rien"))
"""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Une classe sur un serveur à elle."""
    made = own_room(tmp_path, WAY)
    yield made
    made.close()
    kill_servers(tmp_path)


def student(room: Room, name: str, *arguments: str) -> subprocess.Popen[str]:
    """Lance un programme sur le kit d'un étudiant, et non de l'enseignant."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("KIT_", "MINIO_"))
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | {"KIT_DATA": str(room.folder / name)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def works(room: Room, name: str, last: str = "") -> subprocess.Popen[str]:
    """Fait faire la série à un étudiant, jusqu'à un exercice, et remettre son notebook."""
    path = room.folder / name / SOLUTION.name
    path.write_bytes(copy_until(last))
    return student(room, name, "-m", "tests.support.student", str(path), last)


def copy_until(last: str) -> bytes:
    """Renvoie le notebook d'un étudiant qui s'est arrêté après un exercice."""
    if not last:
        return SOLUTION.read_bytes()
    notebook = json.loads(SOLUTION.read_bytes())
    blank = json.loads((ROOT / "exercises" / SOLUTION.name).read_bytes())
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    at = next(rank for rank, text in enumerate(sources) if text.startswith(f"tp.{last}.check("))
    notebook["cells"][at + 1 :] = blank["cells"][at + 1 :]
    return json.dumps(notebook).encode()


def said(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err[-2000:]
    return out


@pytest.mark.slow
def test_three_kits_join_work_hand_in_are_graded_and_read_their_feedback(room, tmp_path):
    roster = tmp_path / "ETUDIANTS.csv"
    roster.write_text("Nom;Prénom\nMartin;Zoé\nDupont;Léa\nNguyễn;Ana\n", encoding="utf-8")
    data, own = room.folder / "enseignant", {"KIT_SERVER": WAY}

    def teacher(*arguments: str) -> str:
        done = run(*arguments, data=data, cwd=tmp_path, **own)
        assert done.returncode == 0, done.stderr
        return done.stdout

    address = f"127.0.0.1:{free_port(tmp_path)}"
    opened = teacher("class", "open", str(roster), "--address", address, "--title", "TP S3")
    assert f"La classe « TP S3 » est ouverte à {address}." in opened
    names = {"Zoé Martin": "", "Léa Dupont": "create", "Ana Nguyễn": ""}
    for name in names:
        joined = said(student(room, name, "-m", "kit_minio", "join", room.card(name)))
        assert name in joined and room.register.named(name).code not in joined
    for process in [works(room, name, last) for name, last in list(names.items())[:2]]:
        assert said(process).endswith("remis 1\n")
    graded = run("grade", "class", "--accept-no-isolation", data=data, cwd=tmp_path, **own)
    assert graded.returncode == 0, graded.stderr
    assert "Rien n'est remis par 1\xa0étudiant : Ana Nguyễn." in graded.stdout
    marks = (tmp_path / "correction-remises-tp-s3/notes.csv").read_text(encoding="utf-8-sig")
    assert "Zoé Martin" in marks and "Léa Dupont" in marks and "Ana" not in marks
    assert "2\xa0retours rendus" in teacher("class", "give-back")
    pages = {name: said(student(room, name, "-c", READS)) for name in names}
    for name, other in (("Zoé Martin", "Léa Dupont"), ("Léa Dupont", "Zoé Martin")):
        assert "Retour rendu le " in pages[name]
        assert name in pages[name] and other not in pages[name]
    assert "pas encore rendu de retour" in pages["Ana Nguyễn"]
    assert pages["Ana Nguyễn"].strip().endswith("rien")
    # Les 000001.log sont la base du serveur, qui a ses utilisateurs, et non des journaux.
    written = [path for path in tmp_path.rglob("*.log") if not path.stem.isdigit()]
    secrets = [room.server.secret_key, *(one.code for one in room.register.students)]
    for name in names:
        with room.student(name):
            secrets.append(servers.read_settings()["MINIO_SECRET_KEY"])
    assert len(set(secrets)) == 1 + 2 * len(names)
    told = {path: [one for one in secrets if one.encode() in path.read_bytes()] for path in written}
    assert told and not any(told.values())
    assert "La classe est fermée" in teacher("class", "close")


@pytest.mark.slow
@pytest.mark.timeout(1500)  # trente noyaux à la fois, sur une machine qui fait aussi autre chose
@pytest.mark.needs("chromium")
def test_thirty_students_work_while_the_server_is_killed_and_the_board_follows(room):
    """Rien de ce que le serveur avait reçu n'est perdu, et tout se voit au tableau."""
    names = [f"Étudiant Numéro{rank:02}" for rank in range(30)]
    register = room.open("Nom complet\n" + "\n".join(names) + "\n")
    for name in names:
        room.enter(name)
    served = None
    processes = [works(room, name) for name in names]
    try:
        with room.teacher(), browser_page("classe") as page:
            served = serve(application(Board(client_for(room.server), register), "jeton"))
            page.goto(f"{served.url}/#jeton")
            page.evaluate(NOTES_EACH_CELL)
            page.locator("td.kit-passed").nth(10).wait_for(timeout=900_000)
            psutil.Process(room.server.pid).kill()
            passed: dict[str, float] = {}
            for name, process in zip(names, processes, strict=True):
                lines = said(process).splitlines()
                hours = [float(line.split()[1]) for line in lines if line.startswith("heure")]
                passed |= {f"{name}|{column}": hour for column, hour in enumerate(hours, 1)}
                kept = [line for line in lines if line.startswith(("réussi", "remis"))]
                assert kept == [*(f"réussi {name}" for name in TASKS), "remis 1"]
            total = len(names) * len(TASKS)
            page.locator("td.kit-passed").nth(total - 1).wait_for(timeout=180_000)
            assert page.locator("td.kit-passed").count() == total
            seen = page.evaluate("cellsSeen")
            assert len(passed) == total and seen.keys() == passed.keys()
            # Chaque réussite et sa case : coupure du serveur comprise.
            delays = [seen[cell] - hour for cell, hour in passed.items()]
            print(f"au tableau après {median(delays):.1f} s (médiane), {max(delays):.1f} s au plus")
    finally:
        if served is not None:
            served.stop()
        for process in processes:
            process.kill()
    with room.teacher():
        room.server = servers.ensure()
        out = collect(room.folder / "remises", room.said.append)
    assert len(list(out.iterdir())) == len(names)
    for one in register.active:
        handed = read_object(room.admin, register.bucket(one), f"remises/{SOLUTION.name}")
        assert handed == SOLUTION.read_bytes()
