"""Ce que les classes exécutent, corrigé pour de vrai : une étourderie ne coûte que son exercice."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest

from kit_minio.grading.model import Result
from tests.support.copies import notebook_of
from tests.support.grading import level_one, said_of
from tests.support.trials import TRIALS, graded, text_of, write

pytestmark = level_one
_VERSION = {"language_info": {"name": "python", "version": "3.15.0"}}

CREATE = """
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
"""
JUDGE = """
def judge(name):
    if not 3 <= len(name) <= 63:
        return "longueur"
    if name != name.lower():
        return "majuscule"
    if re.fullmatch(r"\\d+(\\.\\d+){3}", name):
        return "adresse IP"
    if re.search(r"[^a-z0-9.-]", name):
        return "caractère"
    return "valable" if name[0].isalnum() and name[-1].isalnum() else "bord"
"""


def _copy(metadata: dict[str, object] | None = None, /, **written: str) -> bytes:
    """Renvoie un notebook de la leçon 01 : le code donné par exercice, la solution ailleurs."""
    notebook = notebook_of("01", written)
    notebook.metadata.update(metadata or {})
    return nbformat.writes(notebook).encode()


def _by_name(results: list[Result]) -> dict[str, Result]:
    return {result.name: result for result in results}


def _points(result: Result) -> dict[str, float]:
    return {mark.exercise: mark.outcome.points for mark in result.marks}


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Result], Path]:
    """Une classe où chacun a sa façon, et ses résultats."""
    folder = tmp_path_factory.mktemp("lot")
    others = 'tp = "TP de Léa"\nlist = [1, 2]\nprint = None\nseed = 42\ndel connect, client'
    tutorial = 'from minio import Minio\nclient = Minio("play.min.io", "Q3AM", "zuf+")\n'
    commands = (
        "!ls\n!pip list\n%pip install seaborn\nsaid = !echo bonjour\n"
        'assert said == ["bonjour"], said\n%pwd\n'
    )
    writes = "%%writefile regles.py\nimport re\n" + JUDGE
    uses = "from regles import judge\nreasons = {name: judge(name) for name in names}"
    packed = (
        'import json\nfrom outils.noms import judge\nassert json.load(open("regles.json")) == [3]\n'
        "reasons = {name: judge(name) for name in names}"
    )
    noms = f"import re\nfrom .motifs import UN\n{JUDGE}"
    notebook = json.loads(_copy(clean_up="import os\nos.abort()", names=uses))
    first = next(cell for cell in notebook["cells"] if "make_bucket" in "".join(cell["source"]))
    place = notebook["cells"].index(first)
    notebook["cells"].insert(
        place, {"cell_type": "code", "id": "ecrit", "metadata": {}, "outputs": [],
                "execution_count": None, "source": writes}
    )  # fmt: skip
    files = {
        "lea/01.ipynb": _copy(create=CREATE + others),
        "max/01.ipynb": _copy(create=tutorial + CREATE),
        "mac/01.ipynb": _copy(create='open("/Users/mac/Desktop/noms.txt")'),
        "commandes/01.ipynb": _copy(create=commands + CREATE),
        "ecrit/01.ipynb": json.dumps(notebook).encode(),
        "paquet/01.ipynb": _copy(names=packed),
        "paquet/outils/__init__.py": b"",
        "paquet/outils/noms.py": noms.encode(),
        "paquet/outils/motifs.py": b"UN = 1\n",
        "paquet/regles.json": b"[3]",
        "oubli/01.ipynb": _copy(names=uses),
        "frappe/01.ipynb": _copy(names="import requets"),
        "futur/01.ipynb": _copy(_VERSION, create="lazy import json\n" + CREATE),
        "faute/01.ipynb": _copy(create="lazy import json\n" + CREATE),
    }
    out = folder / "out"
    return _by_name(graded(write(folder / "copies", files), out)), out


@pytest.mark.slow
def test_03_a_tutorial_client_and_a_windows_path(tmp_path: Path) -> None:
    found = _by_name(graded(TRIALS / "03-client-de-tutoriel", tmp_path / "out"))
    for result in found.values():
        assert {"video": 0, "tail": 2, "batch": 2, "types": 3}.items() <= _points(result).items()
    said = "se connecte à localhost:9000 ; gardez le client de connect()"
    assert said in said_of(found["Alice"].marks[0])
    (windows,) = (result for name, result in found.items() if name.startswith("Bruno"))
    assert "maree.mp4 » n'existe que sur votre machine" in said_of(windows.marks[0])


@pytest.mark.parametrize("name", ["lea", "max", "mac", "commandes"])
def test_03_whatever_is_rebound_the_other_exercises_keep_their_points(
    lot: tuple[dict[str, Result], Path], name: str
) -> None:
    result = lot[0][name]
    first = 1 if name in ("lea", "commandes") else 0
    assert _points(result) == {"create": first, "clean_up": 2, "names": 2, "ensure": 2}
    assert result.trouble is None


def test_03_the_cause_is_told(lot: tuple[dict[str, Result], Path]) -> None:
    said = "se connecte à play.min.io:443 ; gardez le client de connect()"
    assert said in said_of(lot[0]["max"].marks[0])
    said = "« /Users/mac/Desktop/noms.txt » n'existe que sur votre machine"
    assert said in said_of(lot[0]["mac"].marks[0])


@pytest.mark.slow
def test_05_uvicorn_run(tmp_path: Path) -> None:
    found = graded(TRIALS / "05-uvicorn-run", tmp_path / "out")
    for result in found:
        assert min(mark.outcome.points for mark in result.marks[:5]) >= 2
        assert not any("Temps dépassé" in said_of(mark) for mark in result.marks)
        told = "uvicorn.run() attend sans fin : servez l'application avec serve(app)."
        assert any(told in remark for remark in result.remarks) == ("fil" not in result.name)


@pytest.mark.slow
def test_05_a_server_awaited_in_the_cell(tmp_path: Path) -> None:
    notebook = notebook_of("06", {})
    cell = next(cell for cell in notebook.cells if "app1 = FastAPI()" in cell.source)
    cell.source += "\nimport uvicorn\nawait uvicorn.Server(uvicorn.Config(app1)).serve()"
    lot = write(tmp_path / "lot", {"zoe/06.ipynb": nbformat.writes(notebook).encode()})
    (result,) = graded(lot, tmp_path / "out")
    assert result.points == result.out_of
    assert "serve(app)" in text_of(tmp_path / "out" / "retours" / "zoe.html")


@pytest.mark.slow
def test_17_a_module_beside_or_written_by_the_notebook(tmp_path: Path) -> None:
    found = graded(TRIALS / "17-module-a-cote", tmp_path / "out")
    assert [(result.marks[0].outcome.points, result.trouble) for result in found] == [(3, None)] * 2


def test_17_a_package_and_its_data(lot: tuple[dict[str, Result], Path]) -> None:
    assert (lot[0]["paquet"].points, lot[0]["paquet"].remarks) == (7, [])


def test_17_a_written_module_survives_a_dead_kernel(lot: tuple[dict[str, Result], Path]) -> None:
    assert _points(lot[0]["ecrit"]) == {"create": 1, "clean_up": 0, "names": 2, "ensure": 2}


def test_17_a_forgotten_module_goes_to_a_human(lot: tuple[dict[str, Result], Path]) -> None:
    assert "le code importe « regles »" in str(lot[0]["oubli"].trouble)
    assert lot[0]["frappe"].trouble is None
    assert "rendez requets.py" in said_of(lot[0]["frappe"].marks[2])


def test_17_commands(lot: tuple[dict[str, Result], Path]) -> None:
    text = (lot[1] / "copies" / "commandes.ipynb").read_text("utf-8")
    assert "minio" in text
    assert "La correction n'installe rien, et cela ne coûte rien" in text
    assert "out of pty devices" not in text


def test_18_a_newer_python(tmp_path: Path) -> None:
    (result,) = graded(TRIALS / "18-python-plus-recent", tmp_path / "out")
    assert _points(result)["names"] == 2
    page = text_of(tmp_path / "out" / "index.html")
    if sys.version_info < (3, 12):
        assert "le notebook vient de Python 3.13.2" in str(result.trouble)
        assert "Alice (3.13.2)" in page
    else:
        assert (result.points, result.trouble) == (7, None)


def test_18_a_fault_is_a_fault_unless_the_notebook_is_newer(
    lot: tuple[dict[str, Result], Path],
) -> None:
    assert "ne sait pas lire cette cellule" in str(lot[0]["futur"].trouble)
    assert lot[0]["faute"].trouble is None


def test_the_executed_notebook_is_beside_the_page(lot: tuple[dict[str, Result], Path]) -> None:
    for name in lot[0]:
        notebook = nbformat.read(lot[1] / "copies" / f"{name}.ipynb", 4)
        nbformat.validate(notebook)
        kinds = {kind for cell in notebook.cells for one in cell.get("outputs", [])
                 for kind in one.get("data", {})}  # fmt: skip
        assert kinds <= {"text/plain", "image/png"}
        assert f'href="{name}.ipynb"' in (lot[1] / "copies" / f"{name}.html").read_text("utf-8")
        assert ".ipynb" not in (lot[1] / "retours" / f"{name}.html").read_text("utf-8").replace(
            "01-buckets.ipynb", ""
        )
