"""Les leçons qui demandent le plus de droits, avec les clés d'un étudiant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nbformat import NotebookNode

from helpers import connect
from helpers.connection import current_server
from helpers.topics.tenants import Tenant, tenant
from kit_minio.authoring.notebooks import LESSONS, execute, read
from kit_minio.suite.processes import kill_servers
from tests.support.room import Room, environment, own_room
from tests.support.servers import WAY

pytestmark = pytest.mark.slow
SPACE = "alice"  # tout ce qu'ouvrent les clés d'un serveur existant


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Une classe sur un serveur à elle, où une étudiante est entrée."""
    folder = tmp_path_factory.mktemp("lecons")
    made = own_room(folder, WAY)
    made.open()
    made.enter("Zoé Martin")
    yield made
    made.close()
    kill_servers(folder)


@pytest.fixture
def keys(room: Room, request: pytest.FixtureRequest) -> Iterator[None]:
    """Les clés d'une classe, ou celles qu'un administrateur a données par des variables."""
    with environment(KIT_OUT_OF_CLASS=None):
        if request.param == "class":
            with room.student("Zoé Martin"):
                yield
            return
        arns = [f"arn:aws:s3:::{SPACE}{end}" for end in ("*", "*/*")]
        rights = {"Effect": "Allow", "Action": ["s3:*"], "Resource": arns}
        policy = {"Version": "2012-10-17", "Statement": [rights]}
        own = room.student("à part")
        with room.teacher(), tenant(room.server, SPACE, policy) as user, own, described(user):
            yield


@contextmanager
def described(user: Tenant) -> Iterator[None]:
    """Décrit le serveur et ces clés par des variables."""
    with environment(
        MINIO_ENDPOINT=user.server.url,
        MINIO_ACCESS_KEY=user.server.access_key,
        MINIO_SECRET_KEY=user.server.secret_key,
        KIT_SPACE=SPACE,
    ):
        yield


def cell(notebook: NotebookNode, text: str) -> NotebookNode:
    """Renvoie la cellule de code qui contient ce texte."""
    (found,) = [each for each in notebook.cells if each.cell_type == "code" and text in each.source]
    return found


both = pytest.mark.parametrize("keys", ["class", "variables"], indirect=True)


@pytest.mark.both_servers
@pytest.mark.usefixtures("keys")
@both
@pytest.mark.parametrize("number", ["01", "08", "10", "20"])  # noms, utilisateurs, verrous
def test_a_lesson_holds_with_the_keys_of_a_student(tmp_path: Path, number: str) -> None:
    execute(read(next(LESSONS.glob(f"{number}-*.ipynb"))), tmp_path)


@pytest.mark.both_servers
@pytest.mark.usefixtures("keys")
@both
def test_in_lesson_14_a_bucket_that_does_not_exist_is_not_a_forbidden_one(tmp_path: Path) -> None:
    done = execute(read(next(LESSONS.glob("14-*.ipynb"))), tmp_path)
    assert "NoSuchBucket" in str(cell(done, "-absent/").outputs)


@pytest.mark.both_servers
@pytest.mark.usefixtures("keys")
@both
@pytest.mark.parametrize(
    ("key", "said"), [("publics/mars.txt", "'7'"), ("internes/mars.txt", "''")]
)
def test_the_platform_of_lesson_15_gives_its_own_keys_only(tmp_path: Path, key, said) -> None:
    lesson = read(next(LESSONS.glob("15-*.ipynb")))
    program = cell(lesson, "import boto3\n")
    program.source = program.source.replace("publics/mars.txt", key)
    done = execute(lesson, tmp_path)
    assert cell(done, "env=os.environ | platform").outputs[0].data["text/plain"] == said


def test_only_the_kernel_of_that_lesson_is_out_of_the_class(room, capsys):
    with room.student("Zoé Martin"), environment(KIT_OUT_OF_CLASS=None):
        shared = current_server().url
        connect(users=True)
        assert "ne créent pas d'utilisateurs sur" in capsys.readouterr().out
        own = current_server()
        assert own.way == "embedded" and own.url != shared
        del os.environ["KIT_OUT_OF_CLASS"]  # un autre noyau
        assert current_server().url == shared
