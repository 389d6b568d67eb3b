"""Un serveur qui fait défaut : la copie n'en paie pas le prix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from helpers.errors import ServerError
from helpers.server import embedded
from kit_minio.grading import grader as module
from kit_minio.grading.execute import run
from kit_minio.grading.grader import Grader
from kit_minio.grading.judge.store import ExaminerClient
from kit_minio.grading.settings import Settings
from kit_minio.suite.processes import kill_servers
from tests.support.grading import copy_of, level_one, points_of

pytestmark = level_one


@pytest.fixture(scope="module")
def fragile_grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Grader, Path]]:
    """Une correction dont le serveur n'est qu'à elle : il peut mourir."""
    folder = tmp_path_factory.mktemp("fragile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIT_DATA", str(folder / "kit"))
        patch.setenv("KIT_SERVER", "embedded")
        found = Grader(Settings(replay_seed=None, workers=1))
    with found:
        yield found, folder
    kill_servers(folder)


@pytest.fixture
def fragile(fragile_grader: tuple[Grader, Path], monkeypatch: pytest.MonkeyPatch) -> Grader:
    monkeypatch.setenv("KIT_DATA", str(fragile_grader[1] / "kit"))
    monkeypatch.setenv("KIT_SERVER", "embedded")
    return fragile_grader[0]


def _when_prepared(monkeypatch: pytest.MonkeyPatch, *actions: Callable[[], Any]) -> list[int]:
    """Fait une action après chaque préparation d'une copie ; renvoie la liste des préparations."""
    prepare, todo, done = run.prepare, list(actions), []

    def prepare_then_act(*arguments: Any) -> None:
        prepare(*arguments)
        done.append(len(done) + 1)
        if todo:
            todo.pop(0)()

    monkeypatch.setattr(run, "prepare", prepare_then_act)
    return done


def _kill(grader: Grader) -> None:
    server = psutil.Process(grader.server.pid)
    server.kill()
    server.wait(5)


@pytest.mark.slow
def test_a_server_that_dies_is_restarted_and_the_copy_graded_again(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SeaweedFS s'est déjà figé pendant un gros lot : la copie n'y perd rien."""
    tried = _when_prepared(monkeypatch, lambda: _kill(fragile))
    result = fragile.grade(copy_of("délaissée", names="reasons = {}"))
    assert tried == [1, 2]
    assert points_of(result) == {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}


@pytest.mark.slow
def test_the_server_of_another_kit_on_its_port_is_not_ours(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = fragile.server.endpoint.rpartition(":")[2]

    def kill_then_take_the_port() -> None:
        _kill(fragile)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KIT_DATA", str(tmp_path))
            assert embedded.start(int(port), print).endpoint == fragile.server.endpoint

    tried = _when_prepared(monkeypatch, kill_then_take_the_port)
    try:
        result = fragile.grade(copy_of("délaissée", names="reasons = {}"))
    finally:
        kill_servers(tmp_path)
    assert tried == [1, 2]
    assert not fragile.server.endpoint.endswith(port)
    assert points_of(result) == {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}


@pytest.mark.slow
def test_a_server_that_fails_each_time_gives_no_mark(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = _when_prepared(monkeypatch, *[lambda: _kill(fragile)] * 3)
    result = fragile.grade(copy_of("délaissée"))
    assert tried == [1, 2, 3]
    assert "le serveur S3 a fait défaut" in (result.trouble or "")
    assert result.marks == []


def test_a_server_that_the_copy_did_not_reach_is_no_mark(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Il est là avant et après : le relais seul a vu que la connexion était refusée."""
    relay = fragile.kernels.relay
    assert relay is not None
    alive = relay.target
    tried = _when_prepared(
        monkeypatch,
        lambda: setattr(relay, "target", ("127.0.0.1", 9)),
        lambda: setattr(relay, "target", alive),
    )
    result = fragile.grade(copy_of("délaissée"))
    assert tried == [1, 2]
    assert sum(points_of(result).values()) == 7


def test_a_server_that_the_exam_did_not_reach_is_no_mark(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Il est là avant et après ; seules les connexions de l'examen sont refusées."""
    places = [replace(fragile.server, endpoint="127.0.0.1:9"), fragile.server]
    monkeypatch.setattr(
        module, "ExaminerClient", lambda _, let_down: ExaminerClient(places.pop(0), let_down)
    )
    tried = _when_prepared(monkeypatch)
    (result,) = fragile.grade_all([copy_of("délaissée")])  # dans un fil neuf, sans client
    assert tried == [1, 2]
    assert sum(points_of(result).values()) == 7


@pytest.mark.slow
def test_without_any_server_the_batch_stops(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plus rien ne peut être corrigé : une phrase, et non une classe de copies en échec."""

    def kill_for_good() -> None:
        _kill(fragile)
        monkeypatch.setenv("PATH", "")
        monkeypatch.setenv("KIT_SERVER", "native")

    _when_prepared(monkeypatch, kill_for_good)
    with pytest.raises(ServerError, match="Aucun serveur S3 n'a pu démarrer"):
        list(fragile.grade_all([copy_of("une"), copy_of("autre")]))
