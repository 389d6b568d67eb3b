"""Le shell d'une copie : commandes, modules, serveurs qui bloqueraient."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kit_minio.grading.execute.kernel import Kernel
from tests.support.cells import run_cell

pytestmark = pytest.mark.needs("bubblewrap")


def _said(kernel: Kernel, code: str) -> str:
    """Exécute une cellule ; renvoie ce qu'elle affiche."""
    heard: list[str] = []

    def hear(kind: str, content: object) -> None:
        if kind == "stream" and isinstance(content, dict):
            heard.append(content["text"])

    assert kernel.execute(code, time.monotonic() + 20, hear=hear) is None
    return "".join(heard)


def test_commands_speak_through_pipes(start: Callable[..., Kernel]) -> None:
    kernel = start()
    assert _said(kernel, "word = 'monde'\n!echo bonjour {word} >&2") == "bonjour monde\n"
    assert _said(kernel, "x = !printf 'a\\nb'\nprint(x, len(x))") == "['a', 'b'] 2\n"
    assert _said(kernel, "!exit 3\nprint(_exit_code)") == "3\n"
    assert "minio" in _said(kernel, "!pip list || python -m uv pip list || echo minio")
    assert _said(kernel, "%%bash\necho $((6 * 7))") == "42\n"
    assert "not supported" in run_cell(kernel, "!sleep 9 &")


@pytest.mark.parametrize(
    "command",
    ["!pip install x", "%pip install -q x", "%conda install x", "!python3 -m pip install x",
     "!sudo apt-get -y install x", "%uv pip install x"],
)  # fmt: skip
def test_nothing_is_installed_and_it_is_said(start: Callable[..., Kernel], command: str) -> None:
    assert "La correction n'installe rien" in _said(start(), command)


def test_an_interrupted_command_stops(start: Callable[..., Kernel]) -> None:
    kernel = start()
    assert "Temps dépassé" in run_cell(kernel, "!sleep 50", 1)
    assert _said(kernel, "!cat /proc/*/cmdline | tr '\\0' ' ' | grep -c '[s]leep 50'") == "0\n"


def test_a_module_of_the_folder_is_imported(start: Callable[..., Kernel]) -> None:
    kernel = start()
    assert "Writing" in _said(kernel, "%%writefile notes.py\nVALUE = 3\n")
    assert _said(kernel, "import notes\nprint(notes.VALUE)") == "3\n"
    assert _said(kernel, "%%writefile random.py\n\n") and run_cell(kernel, "import random") == ""


@pytest.mark.parametrize(
    "code",
    [
        "import uvicorn\nuvicorn.run(print)",
        "from uvicorn import run\nimport nest_asyncio; nest_asyncio.apply()\nrun(print)",
        "import uvicorn\nawait uvicorn.Server(uvicorn.Config(print)).serve()",
        "import uvicorn\nuvicorn.Server(uvicorn.Config(print)).run()",
    ],
)
def test_a_server_that_would_block_says_so(start: Callable[..., Kernel], code: str) -> None:
    assert "attend sans fin : servez l'application avec serve(app)" in run_cell(start(), code, 8)


def test_the_server_of_the_kit_starts(start: Callable[..., Kernel]) -> None:
    code = (
        "import uvicorn, requests\nfrom fastapi import FastAPI\nfrom helpers import serve\n"
        "with serve(FastAPI()) as api:\n    print(requests.get(f'{api.url}/docs').status_code)"
    )
    assert _said(start(), code) == "200\n"
