"""Dans un vrai noyau, une erreur expliquée s'abrège ; les autres gardent leur affichage."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

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

    def run(self, code: str) -> tuple[str, str, list[str]]:
        """Exécute une cellule : état de la réponse, texte affiché, lignes de l'erreur."""
        printed, trace = [], []

        def keep(message: dict) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            elif message["msg_type"] == "error":
                trace.extend(re.sub(r"\x1b\[[\d;]*m", "", line) for line in content["traceback"])

        reply = self.client.execute_interactive(code, output_hook=keep, timeout=60)
        return reply["content"]["status"], "".join(printed), trace


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    kernel = Kernel()
    yield kernel
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel(now=True)


def usual(kernel: Kernel, code: str) -> str:
    """Renvoie l'affichage d'une erreur, numéro de cellule excepté."""
    status, _, trace = kernel.run(code)
    assert status == "error"
    return re.sub(r"Cell In\s?\[\d+\]", "Cell", "\n".join(trace))


def test_explained_error_in_a_kernel(kernel, client):
    plain = [usual(kernel, code) for code in ("1 / 0", "def", "{}['a']")]
    assert kernel.run("from helpers import *; client = connect(quiet=True)")[0] == "ok"
    # Ce que le kit n'explique pas garde l'affichage d'IPython.
    assert [usual(kernel, code) for code in ("1 / 0", "def", "{}['a']")] == plain

    status, _, trace = kernel.run("client.remove_bucket(bucket_name='essai-absent')")
    assert status == "error"
    assert trace == [
        "S3Error : NoSuchBucket (The specified bucket does not exist)",
        "",
        "Ce bucket n'existe pas.\n→ Vérifiez son nom avec list_buckets(), "
        "ou créez-le avec make_bucket().",
        "",
        "Trace complète : full_traceback()",
    ]
    _, printed, _ = kernel.run("full_traceback()")
    assert printed.startswith("Traceback (most recent call last)")
    assert "minio/api.py" in printed.replace("\\", "/")
    assert "S3 operation failed; code: NoSuchBucket" in printed


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
    assert trace[0].startswith("MaxRetryError")
    assert trace[2].startswith("Le serveur S3 ne répond pas")
    assert "→ Relancez connect()" in trace[2]
    assert kernel.run("client = connect(quiet=True); client.list_buckets()")[0] == "ok"
    kernel.run("os.environ['KIT_DATA'] = session; client = connect(quiet=True)")


def test_error_of_the_kit_in_a_kernel(kernel):
    status, _, trace = kernel.run(
        "from helpers import KitError\nraise KitError('Le fait.', 'Le remède.')"
    )
    assert status == "error"
    assert trace[0] == "KitError"
    assert "Le fait.\n→ Le remède." in trace


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
        assert trace[0].startswith("ValueError : invalid bucket name")
        assert trace[-1] == "Trace complète : full_traceback()"
        assert "in outer" in kernel.run("full_traceback()")[1]


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
