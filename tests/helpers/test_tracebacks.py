"""Dans un vrai noyau, une erreur expliquée s'abrège ; les autres gardent leur affichage."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psutil
import pytest
from jupyter_client.manager import start_new_kernel

from helpers import server as servers
from helpers.tracebacks import full_traceback


def test_full_traceback_without_an_error_says_so(capsys):
    full_traceback()
    assert capsys.readouterr().out.startswith("Aucune erreur n'a été abrégée")


class Kernel:
    """Un vrai noyau, et ce que montre chaque cellule."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def close(self) -> None:
        """Arrête le noyau."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code: str) -> tuple[str, str, list[str]]:
        """Exécute une cellule : état de la réponse, texte affiché, lignes de l'erreur."""
        printed, trace = [], []

        def keep(message: dict) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
                if "en route" in content["text"]:
                    self.manager.interrupt_kernel()
            elif message["msg_type"] == "display_data":
                printed.append(content["data"]["text/html"])
            elif message["msg_type"] == "execute_result":
                printed.append(content["data"]["text/plain"])
            elif message["msg_type"] == "error":
                trace.extend(re.sub(r"\x1b\[[\d;]*m", "", line) for line in content["traceback"])

        reply = self.client.execute_interactive(code, output_hook=keep, timeout=60)
        return reply["content"]["status"], "".join(printed), "\n".join(trace).splitlines()

    def told(self, code: str) -> list[str]:
        """Renvoie ce que l'erreur d'une cellule montre avant son nom et la trace."""
        status, _, trace = self.run(code)
        assert status == "error"
        assert trace[-1] == "Trace complète : full_traceback()"
        assert trace[-3] == ""
        return trace[:-3]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with closing(Kernel()) as kernel:
        yield kernel


def usual(kernel: Kernel, code: str) -> str:
    """Renvoie l'affichage d'une erreur, numéro de cellule excepté."""
    status, _, trace = kernel.run(code)
    assert status == "error"
    return re.sub(r"Cell In\s?\[\d+\]", "Cell", "\n".join(trace))


def test_explained_error_in_a_kernel(kernel, client):
    unknown = "class Odd(Exception): pass\nraise Odd(1)"
    plain = usual(kernel, unknown)
    assert kernel.run("from helpers import *; client = connect(quiet=True)")[0] == "ok"
    # Ce que le kit n'explique pas garde l'affichage d'IPython.
    assert usual(kernel, unknown) == plain

    status, _, trace = kernel.run("client.remove_bucket(bucket_name='essai-absent')")
    assert status == "error"
    assert trace == [
        "Ce bucket n'existe pas.",
        "ligne 1 : `client.remove_bucket(bucket_name='essai-absent')`",
        "→ Vérifiez son nom avec list_buckets(), ou créez-le avec make_bucket().",
        "",
        "S3Error : NoSuchBucket (The specified bucket does not exist)",
        "Trace complète : full_traceback()",
    ]
    _, printed, _ = kernel.run("full_traceback()")
    assert printed.startswith("Traceback (most recent call last)")
    assert "minio/api.py" in printed.replace("\\", "/")
    assert "S3 operation failed; code: NoSuchBucket" in printed


def test_where_someone_watches_an_error_is_a_card_and_its_trace_is_folded(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "essai.ipynb")
    with closing(Kernel()) as watched:
        watched.run("import helpers\nclient = 3\ndef f(x):\n    return 1 / x")
        status, shown, trace = watched.run("a = 1\nclint.list_buckets()")
        assert (status, trace) == ("error", ["Cette cellule s'est arrêtée : NameError."])
        assert shown.count("<details><summary>Trace complète") == 1
        assert "ligne 2 : clint.list_buckets()" in shown
        assert "Vouliez-vous dire <code>client</code>\u00a0?" in shown
        assert "Le nom <code>clint</code> n&#39;existe pas encore" in shown
        assert "\x1b" not in shown
        assert (
            shown.index("list_buckets")
            < shown.index("NameError\u00a0: name")
            < shown.index("<details")
        )
        _, shown, _ = watched.run("x = f(")
        assert "ligne 1 : x = f(\n               ^" in shown
        for _ in range(2):
            _, shown, _ = watched.run("f(0)")
        assert re.search(r"ligne 4 de la cellule \[\d+\] : return 1 / x", shown)
        _, shown, _ = watched.run("raise Exception('<b>mien</b>')")
        assert "une erreur que le kit n&#39;explique pas" in shown
        assert "Exception\u00a0: &lt;b&gt;mien&lt;/b&gt;" in shown


@pytest.mark.slow
def test_server_stopped_in_mid_lesson_is_explained(kernel, kit_data):
    kernel.run(
        "import io, os; session = os.environ['KIT_DATA']\n"
        f"os.environ['KIT_DATA'] = {str(kit_data)!r}\n"
        "from helpers import *; client = connect(quiet=True); client.make_bucket('essai')"
    )
    psutil.Process(servers.find().pid).kill()
    status, _, trace = kernel.run("client.put_object('essai', 'cle', io.BytesIO(b'x'), 1)")
    assert status == "error"
    assert trace[0].startswith("Le serveur S3 ne répond pas")
    assert trace[2].startswith("→ Relancez connect()")
    assert trace[4].startswith("MaxRetryError")
    assert kernel.run("client = connect(quiet=True); client.list_buckets()")[0] == "ok"
    kernel.run("os.environ['KIT_DATA'] = session; client = connect(quiet=True)")


def test_error_of_the_kit_in_a_kernel(kernel):
    status, _, trace = kernel.run(
        "from helpers import KitError\nraise KitError('Le fait.', 'Le remède.')"
    )
    assert status == "error"
    assert trace[:5] == [
        "Le fait.",
        "ligne 2 : `raise KitError('Le fait.', 'Le remède.')`",
        "→ Le remède.",
        "",
        "KitError",
    ]


def test_explained_error_inside_a_function_a_loop_and_an_await(kernel):
    code = (
        "from helpers import *\nimport asyncio\nclient = connect(quiet=True)\n"
        "def outer():\n    for name in ['A']:\n        client.make_bucket(bucket_name=name)\n"
        "async def inner():\n    outer()\n"
    )
    assert kernel.run(code)[0] == "ok"
    for call in ("outer()", "await inner()"):
        status, _, trace = kernel.run(call)
        assert status == "error"
        assert trace[1].endswith("] : `client.make_bucket(bucket_name=name)`")
        assert trace[1].startswith("ligne 6 de la cellule [")
        assert trace[4].startswith("ValueError : invalid bucket name")
        assert "in outer" in kernel.run("full_traceback()")[1]


def test_a_cell_to_complete_says_so(kernel):
    assert kernel.run("import helpers\n...")[1] == "... (à compléter)"


def test_the_trace_is_at_hand_where_it_is_announced_unless_the_name_is_taken():
    with closing(Kernel()) as fresh:
        fresh.run("import helpers")
        assert fresh.told("\n1 / 0")[1] == "ligne 2 : `1 / 0`"
        assert "ZeroDivisionError" in fresh.run("full_traceback()")[1]
    with closing(Kernel()) as fresh:
        fresh.run("full_traceback = 3\nimport helpers")
        assert fresh.run("print(full_traceback)")[1] == "3\n"


def test_the_line_is_the_deepest_one_of_a_cell_and_says_which(kernel):
    kernel.run("import helpers\ndef invert(x):\n    return 1 / x")
    kernel.run("from functools import reduce")
    assert re.fullmatch(
        r"ligne 3 de la cellule \[\d+\] : `return 1 / x`", kernel.told("invert(0)")[1]
    )
    here = "def there(x, y):\n    return x / 0\nreduce(there, [1, 2])"
    assert kernel.told(here)[1] == "ligne 2 : `return x / 0`"
    awaited = "import asyncio\nawait asyncio.sleep(0)\n[][0]"
    assert kernel.told(awaited)[1] == "ligne 3 : `[][0]`"
    inside = "import json\njson.loads('{')"
    assert kernel.told(inside)[1] == "ligne 2 : `json.loads('{')`"


@pytest.mark.parametrize(
    ("code", "fact", "line", "sign"),
    [
        ("x = 1\ny = f(1,", "Le signe « ( »", "ligne 2 : `y = f(1,`", "("),
        ("y = [1,\n  (2", "Le signe « ( »", "ligne 2 : `(2`", "("),
        (
            "await z\nfor i in [1]\n    i",
            "Il manque un deux-points",
            "ligne 2 : `for i in [1]`",
            "`",
        ),
        ("if True:\n      1\n   2", "Cette ligne n'est alignée", "ligne 3 : `2`", "2"),
        ("  a = 'é", "Un guillemet", "ligne 1 : `a = 'é`", "'"),
        ("class = 3", "Python ne comprend pas", "ligne 1 : `class = 3`", "="),
    ],
)
def test_what_cannot_be_read_is_shown_with_a_caret(kernel, code, fact, line, sign):
    kernel.run("import helpers")
    told, shown, caret, remedy = kernel.told(code)
    assert told.startswith(fact)
    assert (shown, remedy[:2]) == (line, "→ ")
    assert caret.strip() == "^"
    assert shown[len(caret) - 1] == sign


def test_a_file_that_cannot_be_read_is_named(kernel, tmp_path):
    (tmp_path / "casse_net.py").write_text("\nx = (", encoding="utf-8")
    kernel.run(f"import helpers, sys; sys.path.insert(0, {str(tmp_path)!r})")
    assert kernel.told("import casse_net")[:2] == [
        "Le signe « ( » qui est ouvert ici n'est jamais refermé.",
        "ligne 2 de casse_net.py : `x = (`",
    ]


def test_an_interruption_is_explained(kernel):
    kernel.run("import helpers, asyncio, time")
    told = kernel.told("\nprint('en route'); time.sleep(60)")
    assert told[0] == "Cette cellule a été interrompue avant sa fin."
    assert told[1] == "ligne 2 : `print('en route'); time.sleep(60)`"
    # Ce que devient une cellule qui attendait avec await.
    assert kernel.told("raise asyncio.CancelledError")[0] == told[0]


def test_an_error_that_cannot_be_told_keeps_the_usual_display(kernel):
    kernel.run("import helpers")
    code = "class Mute(Exception):\n    def __str__(self):\n        raise ValueError\nraise Mute"
    assert kernel.run(code)[0] == "error"
    assert kernel.told("1 / 0")[0].startswith("Une division par zéro")


def test_running_all_cells_stops_at_an_explained_error(kernel):
    kernel.run("import time\nfrom helpers import KitError")
    # La seconde demande doit être arrivée quand la première échoue.
    first = kernel.client.execute("time.sleep(0.5)\nraise KitError('Le fait.', 'Le remède.')")
    second = kernel.client.execute("reached = True")
    statuses = {}
    while len(statuses) < 2:
        reply = kernel.client.get_shell_msg(timeout=30)
        statuses[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    assert statuses == {first: "error", second: "aborted"}


def test_outside_of_ipython_errors_are_pythons_own():
    code = "import helpers; raise helpers.KitError('Le fait.', 'Le remède.')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.stderr.splitlines()[-1] == "helpers.errors.KitError: Le fait. Le remède."
