"""Mesure une classe : l'ouvrir, y entrer, et ce que coûte le tableau quand elle grandit.

    python benchmarks/classroom.py 30 100 300

Le serveur est celui du kit ; la classe et ses étudiants ont des dossiers jetables. Pour chaque
taille : le temps d'ouvrir la classe ; celui d'une relecture du tableau quand rien n'a changé, puis
quand dix étudiants ont avancé, médianes de neuf ; quand paraît au tableau ce que tous les étudiants
font à la fois ; quand paraît dans Chromium, case par case, ce que le serveur a reçu de trente
étudiants, chacun dans son processus et avec ses clés ; les requêtes par seconde de fils qui
écrivent et lisent leurs objets à travers la porte et le passage, et sans eux ; la mémoire de
chacun.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

import psutil
from minio import Minio

from helpers import server as servers
from helpers.files import ROOT
from helpers.s3 import client_for
from helpers.server import Server
from helpers.serving import serve
from helpers.spaces import erase_bucket
from kit_minio import checks
from kit_minio.classroom import board, front, rooms, tunnel
from kit_minio.classroom.access import Access
from kit_minio.classroom.board import Board
from kit_minio.classroom.follow import publish
from kit_minio.classroom.joining import join, joined
from kit_minio.classroom.opening import Asked, open_class
from kit_minio.classroom.processes import running
from kit_minio.classroom.register import Register, Student, the_register
from kit_minio.classroom.screen import application

ROUNDS = 9
CHANGED = 10
CHROMIUM = shutil.which("chromium")
STUDENT = "--student"
THREADS = 16
REQUESTS = 1600
QUIET = 12  # secondes, plus que le retard que le tableau pardonne à un avis
PATIENCE = 60  # secondes
AT_ONCE = 30  # étudiants, chacun dans son processus
PAUSE = (1, 5)  # secondes entre deux exercices d'un étudiant
TASKS = [exercise.name for exercise in checks.series("01").exercises]
# L'heure où chaque case a paru, par nom d'étudiant et rang d'exercice.
NOTES_EACH_CELL = """() => {
    window.cellsSeen = {};
    const look = () => document.querySelectorAll("#rows td.kit-passed").forEach((cell) => {
        const key = `${cell.parentElement.cells[0].innerText.trim()}|${cell.cellIndex}`;
        cellsSeen[key] ??= Date.now() / 1000;
    });
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
}"""


@contextmanager
def at(**variables: str) -> Iterator[None]:
    """Change des variables d'environnement, le temps d'un bloc."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def seconds(action: Callable[[], object]) -> float:
    """Renvoie la durée d'une action."""
    start = perf_counter()
    action()
    return perf_counter() - start


def rate(client: Minio, bucket: str) -> float:
    """Renvoie les requêtes par seconde de fils qui écrivent et relisent de petits objets."""

    def one(number: int) -> None:
        key, data = f"o{number % 50}", b"x" * 1024
        client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=1024)
        client.get_object(bucket_name=bucket, object_name=key).read()

    with ThreadPoolExecutor(THREADS) as pool:
        return REQUESTS / seconds(lambda: list(pool.map(one, range(REQUESTS // 2))))


def memory(pid: int | None) -> str:
    """Renvoie la mémoire d'un processus, en mébioctets."""
    return f"{psutil.Process(pid).memory_info().rss >> 20} Mio" if pid else "?"


def measure(server: Server, folder: Path, size: int) -> None:
    """Mesure une classe de cette taille, et n'en laisse rien."""
    admin = client_for(server)
    roster = folder / "liste.csv"
    roster.write_text("nom\n" + "\n".join(f"Etudiant N{rank:04}" for rank in range(size)))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    asked = Asked(roster, address=address, title="Mesure")
    print(f"\n{size} étudiants, {server.label}")
    print(f"  ouvrir la classe : {seconds(lambda: open_class(asked, str)):.1f} s")
    print(f"  la rouvrir       : {seconds(lambda: open_class(asked, str)):.1f} s")
    register = the_register()
    try:
        refreshes(admin, register)
        print(f"  {in_a_browser(admin, register, folder)}")
        through(server, register, folder / "etudiant")
    finally:
        clean(server, admin, register)


def state(number: int) -> bytes:
    """Renvoie l'état d'un étudiant après tant de vérifications."""
    told = {"create": {"verdict": "à revoir", "tries": number}}
    return json.dumps({"exercises": told}).encode()


def refreshes(admin: Minio, register: Register) -> None:
    """Mesure les relectures du tableau."""
    kept = board.EVERY, board.WHOLE
    board.EVERY, board.WHOLE = 0.0, 1e9
    shown = Board(admin, register)
    students = register.active
    for student in students:
        publish(admin, register.board, "01", student.space, state(0))
    print(f"  première lecture du tableau : {middle([spent(lambda: shown.view('01'))])}")
    time.sleep(QUIET)  # les avis de la première lecture ne comptent plus
    publish(admin, register.board, "01", students[0].space, state(1))
    shown.view("01")
    calm, busy = [], []
    for number in range(2, 2 + ROUNDS):
        calm.append(spent(lambda: shown.view("01")))
        for student in students[:CHANGED]:
            publish(admin, register.board, "01", student.space, state(number))
        busy.append(spent(lambda: shown.view("01")))
    print(f"  relecture sans changement   : {middle(calm)}")
    print(f"  avec {CHANGED} changements        : {middle(busy)}")
    board.WHOLE = 0
    print(f"  liste entière, chaque demi-minute : {middle([spent(lambda: shown.view('01'))])}")
    board.EVERY, board.WHOLE = kept
    print(f"  {appears(admin, register, shown)}")


def appears(admin: Minio, register: Register, shown: Board) -> str:
    """Fait avancer tous les étudiants, et dit quand cela paraît au tableau, relu sans cesse."""
    students = register.active
    written: dict[str, float] = {}
    delays: list[float] = []

    def one(student: Student) -> None:
        publish(admin, register.board, "01", student.space, state(99))
        written[student.space] = perf_counter()

    with ThreadPoolExecutor(CHANGED) as pool:
        start = perf_counter()
        done = [pool.submit(one, student) for student in students]
        missing = {student.space for student in students}
        while missing:
            lines = shown.view("01").lines
            now = perf_counter()
            for space in [each for each in missing if lines[each].marks["create"].tries == 99]:
                missing.remove(space)
                delays.append(now - written.get(space, now))
            time.sleep(0.1)
            if all(each.done() for each in done) and perf_counter() - start > PATIENCE:
                return f"{len(missing)} changements ne paraissent pas"
    return (
        f"{len(students)} changements en {max(written.values()) - start:.1f} s : "
        f"vus après {median(delays):.1f} s (médiane), {max(delays):.1f} s au plus"
    )


def in_a_browser(admin: Minio, register: Register, folder: Path) -> str:
    """Fait travailler trente étudiants, et dit quand chaque réussite reçue paraît à l'écran."""
    from playwright.sync_api import sync_playwright

    students = register.active[1 : 1 + AT_ONCE]  # le premier entre plus tard, dans ``through``
    served = serve(application(Board(admin, register), "jeton"))
    workers = [start_student(register, one, folder) for one in students]
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = chromium.new_page()
            page.goto(f"{served.url}/#jeton")
            page.evaluate(NOTES_EACH_CELL)
            for worker in workers:
                assert worker.stdout and worker.stdout.readline() == "prêt\n"
            for worker in workers:
                assert worker.stdin
                worker.stdin.write("partez\n")
                worker.stdin.flush()
            told: dict[str, float] = {}
            while any(worker.poll() is None for worker in workers):
                page.wait_for_timeout(200)
            for one, worker in zip(students, workers, strict=True):
                assert worker.stdout
                for rank, line in enumerate(worker.stdout.read().split(), 1):
                    told[f"{one.name}|{rank}"] = float(line)
            page.wait_for_timeout(10_000)
            seen = page.evaluate("cellsSeen")
            chromium.close()
    finally:
        served.stop()
        for worker in workers:
            worker.kill()
    delays = sorted(seen[key] - when for key, when in told.items() if key in seen)
    late = sum(delay > 3 for delay in delays)
    return (
        f"dans Chromium, {len(delays)} cases sur {len(students) * len(TASKS)} : vues après "
        f"{median(delays):.1f} s (médiane), {quantiles(delays, n=20)[-1]:.1f} s (95 %), "
        f"{delays[-1]:.1f} s au plus ; {late} après plus de 3 s"
    )


def start_student(register: Register, one: Student, folder: Path) -> subprocess.Popen[str]:
    """Lance un étudiant : son dossier, sa carte, son passage, ses clés."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("KIT_", "MINIO"))
    }
    return subprocess.Popen(
        [sys.executable, __file__, STUDENT, f"{register.address}/{one.code}"],
        env=kept | {"KIT_DATA": str(folder / one.space), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def work(card: str) -> None:
    """Un étudiant : entre, réussit les exercices un à un, écrit l'heure où chacun est reçu."""
    join([card], lambda _: None)
    known, mine = joined(), servers.find()
    assert known and mine
    client = client_for(mine)
    print("prêt", flush=True)
    sys.stdin.readline()
    states: dict[str, dict[str, str]] = {}
    for task in TASKS:
        time.sleep(random.uniform(*PAUSE))  # noqa: S311
        states[task] = {"verdict": "réussi"}
        data = json.dumps({"exercises": states}).encode()
        publish(client, known["KIT_CLASS_BOARD"], "01", known["KIT_SPACE"], data)
        print(time.time(), flush=True)
    tunnel.close()


def spent(action: Callable[[], object]) -> tuple[float, float]:
    """Renvoie la durée d'une action, et le calcul de ce processus, en millisecondes."""
    before = process_time()
    return 1000 * seconds(action), 1000 * (process_time() - before)


def middle(measures: list[tuple[float, float]]) -> str:
    """Écrit les médianes d'une suite de mesures."""
    lasted, computed = (median(each) for each in zip(*measures, strict=True))
    return f"{lasted:.1f} ms, dont {computed:.1f} ms de calcul ici"


def through(server: Server, register: Register, kit: Path) -> None:
    """Compare les requêtes d'un étudiant à celles d'un client sans porte ni passage."""
    door = running(front.MODULE)
    with at(KIT_DATA=str(kit)):
        for name in ("KIT_SERVER", "MINIO_ENDPOINT"):
            os.environ.pop(name, None)
        join([f"{register.address}/{register.active[0].code}"], str)
        mine = servers.find()
        assert mine is not None
        bucket = f"{register.active[0].space}-mesure"
        client = client_for(mine)
        client.make_bucket(bucket_name=bucket)
        far = rate(client, bucket)
        passage = running(tunnel.MODULE)
        told = ", ".join(
            f"{name} {memory(each['pid'])}"
            for name, each in (("porte", door), ("passage", passage))
            if each
        )
        tunnel.close()
    near = rate(client_for(server), bucket)
    print(f"  requêtes par seconde : {far:.0f} par la porte et le passage, {near:.0f} sans")
    print(f"  mémoire : {told}, serveur {memory(server.pid)}")


def clean(server: Server, admin: Minio, register: Register) -> None:
    """Retire la classe du serveur."""
    front.close_front()
    access = Access(server)
    for student in register.students:
        access.remove(student.user)
        rooms.drop_entry(admin, student.locator)
    ours = (f"classe-{register.id}-", *(f"{one.space}-" for one in register.students))
    for bucket in admin.list_buckets():
        if bucket.name.startswith(ours):
            erase_bucket(admin, bucket.name)


def main() -> None:
    if sys.argv[1:2] == [STUDENT]:
        work(sys.argv[2])
        return
    server = servers.ensure(print)
    known = {
        "KIT_SERVER": "external",
        "MINIO_ENDPOINT": server.url,
        "MINIO_ACCESS_KEY": server.access_key,
        "MINIO_SECRET_KEY": server.secret_key,
    }
    for size in map(int, sys.argv[1:] or ("30", "100", "300")):
        with (
            tempfile.TemporaryDirectory() as folder,
            at(KIT_DATA=f"{folder}/enseignant", **known),
        ):
            measure(server, Path(folder), size)


if __name__ == "__main__":
    main()
