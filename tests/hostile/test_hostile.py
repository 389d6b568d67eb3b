"""Les copies hostiles de ``tests/hostile/`` : chacune reçoit la note prévue, et rien n'en reste."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from helpers.files import ROOT
from kit_minio.suite.processes import kill_servers
from tests.support.hostile_class import MARKER, hostile_files, hostile_zip, scenarios
from tests.support.unprivileged import as_user, user_folder

SCRIPT = ("-m", "tests.support.hostile_class")
# Le niveau 0 ne protège que des accidents : celles-ci en sont.
_ACCIDENTS = ("10", "12", "13", "14", "16", "19", "21", "24")
LEVELS = {
    "1": [name for name, module in scenarios(1).items() if not module.HEAVY],
    "0": [name for name in scenarios(0) if name.startswith(_ACCIDENTS)],
}
# Une sortie brutale, la lecture des solutions, la mort de tout ce qui s'atteint.
_DAILY = ("10", "25", "51")
# Celles qui atteignent le serveur S3 : éprouvées sur chacun. Les autres visent leur noyau.
_STORE = (
    "05",
    "07",
    "10",
    "13",
    "14",
    "15",
    "28",
    "31",
    "36",
    "45",
    "46",
    "48",
    "50",
    "56",
    "57",
    "59",
    "70",
    "71",
    "72",
    "76",
    "77",
    "78",
    "79",
    "82",
    "85",
)
# Le premier test attend que soixante copies soient corrigées.
pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(1200)]


def _case(level: str, name: str = "") -> Any:
    """Un cas de ce niveau ; seul le niveau 1 est éprouvé sur les deux serveurs."""
    both = level == "1" and (not name or name.startswith(_STORE))
    marks = [pytest.mark.slow, *([pytest.mark.both_servers] if both else [])]
    return pytest.param(level, *filter(None, [name]), marks=marks)


CASES = [_case(level, name) for level, names in LEVELS.items() for name in names]
each_level = pytest.mark.parametrize("level", [_case(level) for level in LEVELS])


def _start(folder: Path, *command: str, root: bool = False) -> subprocess.Popen[str]:
    """Lance une correction, sous un compte ordinaire ; podman seul a besoin de root ici."""
    environment = {
        **os.environ,
        "KIT_DATA": str(folder),
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "CANARI": "ce que la copie ne doit pas voir",
        "http_proxy": "http://canari.invalid:3128",
    }
    return subprocess.Popen(
        [*([] if root else as_user()), sys.executable, *command],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _report(run: subprocess.Popen[str]) -> Any:
    output, errors = run.communicate(timeout=1100)
    assert run.returncode == 0, errors
    return json.loads(output)


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Les copies choisies, tous les niveaux à la fois : elles attendent le plus clair du temps."""
    cases = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    with ExitStack() as stack:
        runs = {}
        for level, names in LEVELS.items():
            here = [case for case in cases if case.get("level") == level]
            if not here:
                continue
            names = [case["name"] for case in here if "name" in case] or names
            folder = stack.enter_context(user_folder())
            stack.callback(kill_servers, folder)
            runs[level] = _start(folder, *SCRIPT, level, *names)
            stack.callback(runs[level].kill)
        yield {level: _report(run) for level, run in runs.items()}


@pytest.mark.parametrize(("level", "name"), CASES)
def test_hostile_copy_gets_its_mark(reports: dict[str, Any], level: str, name: str) -> None:
    _expect(reports[level], level, name)


def _expect(report: Any, level: str, name: str) -> None:
    copy, wanted = report["copies"][name], scenarios(int(level))[name]
    assert copy["trouble"] is None
    for exercise, points in wanted.POINTS.items():
        assert copy["points"][exercise] == points, (exercise, copy["says"][exercise])
    for exercise, text in wanted.SAYS.items():
        assert text in copy["says"][exercise]
    assert wanted.REMARKS.get(int(level), wanted.REMARK) in " ".join(copy["remarks"])


def _expect_all(level: str, *numbers: str, root: bool = False) -> None:
    """Corrige ces seules copies : chacune a sa note, et rien n'en reste."""
    names = [name for name in scenarios(int(level)) if name.startswith(numbers)]
    assert len(names) == len(numbers)
    with user_folder() as folder:
        try:
            report = _report(_start(folder, *SCRIPT, level, *names, root=root))
        finally:
            kill_servers(folder)
    for name in names:
        _expect(report, level, name)
    assert (report["left"], report["buckets"], report["canary"]) == ([], [], False)
    assert report["after"] < 150, "le correcteur a trop grossi (Mio)"


def test_three_copies_are_stopped_every_day() -> None:
    _expect_all("1", *_DAILY)


@pytest.mark.slow
@pytest.mark.needs("podman")
def test_a_container_stops_them_too() -> None:
    """Un conteneur par copie est lent : celles-ci suffisent à en éprouver les murs."""
    walls = (
        "08",
        "10",
        "20",
        "22",
        "24",
        "25",
        "26",
        "27",
        "28",
        "29",
        "30",
        "31",
        "47",
        "53",
        "54",
        "55",
    )
    _expect_all("2", *walls, root=True)


@pytest.mark.slow
def test_what_is_made_for_its_reader_is_read_in_a_sandbox() -> None:
    """Images, Parquet, YAML : leurs leçons font charger au correcteur de grandes bibliothèques."""
    _expect_all("1", "73", "74", "75", "86")


@pytest.mark.slow
@pytest.mark.needs("podman")
def test_and_in_a_container() -> None:
    _expect_all("2", "73", "74", root=True)


@each_level
def test_nothing_is_left(reports: dict[str, Any], level: str) -> None:
    assert reports[level]["left"] == [], "des processus d'une copie sont encore là"
    assert reports[level]["buckets"] == [], "des buckets d'une copie sont encore là"
    assert not reports[level]["canary"], "une copie a joint un autre port"
    assert not reports[level]["marker"], "le code d'une copie a été exécuté hors de son noyau"


@each_level
def test_grader_memory_stays_small(reports: dict[str, Any], level: str) -> None:
    """Un flot d'affichages, un message de 100 Mo, une réponse de 200 Mo : rien n'arrive ici.

    La mémoire résidente du correcteur, au plus : 85 Mio mesurés au départ ; à la fin, 89 après les
    seuls flots, 108 après toutes les copies, dont les API.
    """
    report = reports[level]
    assert report["after"] < 125, "le correcteur a trop grossi (Mio)"
    assert report["after"] - report["before"] < 35


# --- Ce qui est remis ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed_in() -> Iterator[Path]:
    """Le dossier d'une correction de tous les fichiers hostiles, par la vraie commande."""
    with user_folder() as folder:
        hostile_zip(folder / "lot.zip", folder / MARKER)
        kernel = folder / "jupyter" / "kernels" / "mal" / "kernel.json"
        kernel.parent.mkdir(parents=True)
        argv = ["touch", str(folder / MARKER)]
        kernel.write_text(json.dumps({"argv": argv, "display_name": "Mal", "language": "sh"}))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
            run = _start(folder, "-m", "kit_minio", "grade", "lot.zip", "--out", "sortie")
        try:
            output, errors = run.communicate(timeout=1100)
            assert run.returncode == 0, output + errors
            yield folder
        finally:
            run.kill()
            kill_servers(folder)


STUDENTS = [(name, who) for name, module in hostile_files().items() for who in module.EXPECTED]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "who"), STUDENTS)
def test_hostile_files_get_their_mark(handed_in: Path, name: str, who: str) -> None:
    points, text = hostile_files()[name].EXPECTED[who]
    paths = (handed_in / "sortie" / "resultats").glob("*.json")
    results = [json.loads(path.read_bytes())["result"] for path in paths]
    (found,) = [result for result in results if result["name"] == who]
    assert text in " ".join([found["trouble"] or "", *found["remarks"]])
    assert bool(found["trouble"]) is (points is None)
    assert sum(mark["outcome"]["points"] for mark in found["marks"]) == (points or 0)


@pytest.mark.slow
def test_hostile_files_do_nothing(handed_in: Path) -> None:
    assert not (handed_in / MARKER).exists(), "un fichier remis a été exécuté"
    out = handed_in / "sortie"
    pages = [out / "index.html", *(out / "retours").iterdir()]
    assert len(pages) == 1 + len(STUDENTS)
    assert not any("<script" in page.read_text("utf-8") for page in pages)
    for module in hostile_files().values():
        assert module.BATCH in (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
        assert module.CSV in (out / "notes.csv").read_text("utf-8-sig")
    assert sorted(path.name for path in out.iterdir()) == [
        *(".verrou", "copies", "corrections.csv"),
        *("index-notes.html", "index-remarques.html", "index.html", "journal.txt"),
        *("notes.csv", "resultats", "retours"),
    ]
