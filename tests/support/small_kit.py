"""Un petit kit qui tient lieu du nôtre : les vrais kit.py et __main__.py, deux dépendances.

Rien ne sort de la machine : ses dépendances sont des roues faites ici, et il se construit lui-même
(backend.py). Un fichier « attente » dans son dossier y retient l'installateur.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.files import ROOT

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "petit-kit"
version = "1.0"

[project.optional-dependencies]
test = ["tiny-test==1.0"]
"""

BACKEND = '''
import time, zipfile
from pathlib import Path

METADATA = """Metadata-Version: 2.1
Name: petit-kit
Version: 1.0
Provides-Extra: test
Requires-Dist: tiny-test==1.0; extra == "test"
"""
WHEEL = "Wheel-Version: 1.0\\nGenerator: backend\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def build_editable(folder, config_settings=None, metadata_directory=None):
    here = Path(__file__).parent
    (here / "construction").touch()
    end = time.monotonic() + 30
    while (here / "attente").exists() and time.monotonic() < end:
        time.sleep(0.05)
    name = "petit_kit-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / name, "w") as wheel:
        wheel.writestr("petit_kit.pth", str(here))
        wheel.writestr("petit_kit-1.0.dist-info/METADATA", METADATA)
        wheel.writestr("petit_kit-1.0.dist-info/WHEEL", WHEEL)
        wheel.writestr("petit_kit-1.0.dist-info/RECORD", "")
    return name
'''

CLI = """
import importlib.util, json, os, sys
import tiny_base
def main():
    print(json.dumps({
        "arguments": sys.argv[1:],
        "folder": os.getcwd(),
        "prefix": sys.prefix,
        "virtual_env": os.environ["VIRTUAL_ENV"],
        "base": tiny_base.VALUE,
        "test": importlib.util.find_spec("tiny_test") is not None,
    }))
    sys.exit(int(os.environ.get("EXIT_CODE", 0)))
"""

# Un uv de remplacement, que pip sait installer : il laisse une trace, puis se sert de pip.
FAKE_UV = """
import subprocess, sys
def main():
    print("uv de remplacement", flush=True)
    python = sys.argv[sys.argv.index("--python") + 1]
    sys.exit(subprocess.call([python, "-m", "pip", "install", *sys.argv[6:]]))
"""


INSTALLING = "Installation des dépendances dans .venv"


def wait_for(path: Path) -> None:
    end = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < end, f"{path} n'apparaît pas"
        time.sleep(0.02)


def assert_one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Vérifie un échec dit en une phrase, après l'annonce éventuelle ; renvoie la phrase."""
    assert done.returncode != 0
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith(INSTALLING)]
    assert len(lines) == 1 and lines[0].rstrip(")").endswith((".", "installation.log")), done.stderr
    return lines[0]


def make_wheel(folder: Path, name: str, files: dict[str, str]) -> None:
    """Écrit une roue pure Python, en version 1.0."""
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


class Kit:
    """Un petit kit dans son dossier, et de quoi lancer son kit.py."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        (folder / "kit_minio").mkdir(parents=True)
        (folder / "kit_minio" / "__init__.py").touch()
        (folder / "kit_minio" / "cli.py").write_text(CLI)
        shutil.copy(ROOT / "kit_minio" / "__main__.py", folder / "kit_minio")
        (folder / "requirements.txt").write_text("-e .\ntiny-base==1.0\n")
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "backend.py").write_text(BACKEND)
        shutil.copy(ROOT / "kit.py", folder)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_"))}
        self.env = kept | {
            "PIP_FIND_LINKS": wheels.as_uri(),
            "UV_FIND_LINKS": wheels.as_uri(),
            "PIP_NO_INDEX": "1",
            "UV_NO_INDEX": "1",
            "UV_CACHE_DIR": str(wheels.parent / "cache"),
            "PYTHONUTF8": "1",
        }

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def log(self) -> str:
        return (self.venv / "installation.log").read_text("utf-8")

    def start(
        self,
        *arguments: str,
        prefix: Sequence[str] = (),
        python: Path | str = sys.executable,
        cwd: Path | None = None,
        **env: str,
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*prefix, str(python), str(self.folder / "kit.py"), *arguments],
            cwd=cwd or self.folder.parent,
            env=self.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # son groupe reçoit les signaux, comme dans un terminal
        )

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=180)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def answer(self, *arguments: str, **options: Any) -> tuple[dict[str, Any], str]:
        """Renvoie ce que « python -m kit_minio » a vu, et ce que kit.py a dit."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), done.stderr

    def require(self, text: str) -> None:
        with (self.folder / "requirements.txt").open("a") as file:
            file.write(text + "\n")
