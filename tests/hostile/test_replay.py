"""Rien ne dit à une copie qu'elle est rejouée : elle voit deux fois la même chose."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from minio import Minio

from kit_minio import checks as lessons
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.grader import Grader
from kit_minio.grading.settings import Settings
from tests.support.copies import notebook_of
from tests.support.grading import level_one

pytestmark = level_one
# Tout ce qu'une copie peut regarder, une chose par ligne.
LOOKS = {
    "environment": "sorted(os.environ.items())",
    "names of the notebook": "sorted(k for k in globals() if not k.startswith('_'))",
    "seed": "globals().get('seed')",
    "cells": "[cell for cell in In if 'seed' in cell]",
    "process": "(os.getpid(), os.getppid(), os.getsid(0), os.getpgid(0))",
    "identity": "(os.getuid(), os.getgid(), socket.gethostname(), sys.argv, os.getcwd())",
    "files": "[sorted(os.listdir(p)) for p in ('/', '/eleve', '/tmp', '/dev', '/dev/shm', '/run')"
    " if os.path.isdir(p)]",
    "descriptors": "sorted(os.listdir('/proc/self/fd'))",
    "processes": "sorted(p for p in os.listdir('/proc') if p.isdigit())",
    "mounts": "[l.split()[3:5] for l in open('/proc/self/mountinfo')]",
    "network": "open('/proc/net/tcp').read().count(':')",
    "limits": "open('/proc/self/limits').read()",
    # Les nombres et les noms tirés sont ceux des données, autres à chaque graine.
    "kinds of buckets": "sorted({re.sub(r'[0-9]+', '', b.name[15:])"
    " for b in client.list_buckets()})",
    "modules": "sorted(sys.modules)",
    "loaded checks": "[m for m in sys.modules if m.startswith('kit_minio')]",
}


@pytest.fixture
def grader(client: Minio) -> Iterator[Grader]:
    with Grader(Settings(replay_seed=7, workers=1)) as found:
        yield found


@pytest.mark.parametrize("lesson", ["01", pytest.param("03", marks=pytest.mark.slow)])
def test_a_copy_sees_the_same_twice(grader: Grader, lesson: str) -> None:
    series = lessons.series(lesson)
    first = series.exercises[0].name
    code = (
        "import hashlib, os, re, socket, sys\n"
        "def short(it):\n"
        "    it = re.sub(r'k[0-9a-f]{14}|[A-Za-z0-9+/=]{20,}', '', repr(it))\n"
        "    return hashlib.sha256(it.encode()).hexdigest()[:8]\n"
        f"raise RuntimeError(' '.join(map(short, [{', '.join(LOOKS.values())}])))"
    )
    notebook = notebook_of(lesson, {first: code})
    seen = []
    for seed in (grader.settings.seed, 7, 7):
        run = run_notebook(series, notebook, grader, seed, until=first)
        told = re.match(r"RuntimeError : ((?:[0-9a-f]{8} ?)+)", run.errors[first][0])
        assert told is not None, run.errors[first]
        seen.append(dict(zip(LOOKS, told[1].split(), strict=True)))
    assert seen[0] == seen[1] == seen[2]
