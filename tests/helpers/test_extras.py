"""Les paquets des leçons à étoile : installés une fois, sans réseau ici, depuis une roue locale."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers import extras
from helpers.extras import ExtrasError, ensure_extras

NAME = "kit_essai_de_paquet"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """L'interpréteur d'un environnement neuf."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


@pytest.fixture
def project(kit_data, tmp_path, monkeypatch):
    """Un projet dont le groupe ``full`` demande un paquet que seule une roue locale fournit."""
    monkeypatch.setattr(extras, "ROOT", tmp_path)
    for variable in ("PIP_NO_INDEX", "UV_NO_INDEX"):
        monkeypatch.setenv(variable, "1")
    for variable in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(variable, str(tmp_path))
    _needs(tmp_path, f"{NAME}>=2")
    return tmp_path


def _needs(folder: Path, *needs: str) -> None:
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "essai"\n[project.optional-dependencies]\nfull = {list(needs)}\n'
    )


def _wheel(folder: Path, version: str) -> None:
    info = f"{NAME}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{NAME}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{NAME}.py", "")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.mark.slow
@pytest.mark.parametrize(("version", "uv"), [("2.1", True), ("3.0", False)])
def test_what_is_missing_is_installed_in_this_python(project, python, monkeypatch, version, uv):
    monkeypatch.setattr(sys, "executable", python)
    if not uv:
        monkeypatch.setattr(extras.shutil, "which", lambda name: None)
    _wheel(project, version)
    _needs(project, f"{NAME}=={version}")
    said = []
    ensure_extras(said.append)
    assert said == [
        f"Installation de {NAME} (une à deux minutes, une seule fois)…",
        "Tout est reçu, et s'écrit sur le disque…",
    ]
    code = f"import importlib.metadata as m; print(m.version({NAME!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == version


@pytest.mark.skipif(sys.platform == "win32", reason="le faux installateur est un script")
@pytest.mark.parametrize(
    "lines",
    [
        ["Downloading miniopy-async (12.2MiB)", " Downloaded miniopy-async", "Prepared 7 packages"],
        [
            "  Downloading miniopy_async-1.23-cp311.whl.metadata (89 kB)",
            "  Downloading miniopy_async-1.23-cp311-manylinux_2_28.whl (12.2MiB)",
            "Installing collected packages: miniopy-async",
        ],
    ],
    ids=["uv", "pip"],
)
def test_what_is_received_is_told(project, tmp_path, monkeypatch, lines):
    installer = tmp_path / "installer"
    installer.write_text("#!/bin/sh\ncat <<FIN\n" + "\n".join(lines) + "\nFIN\n", encoding="utf-8")
    installer.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(installer))
    monkeypatch.setattr(extras.shutil, "which", lambda name: None)
    said = []
    ensure_extras(said.append)
    assert [sentence.replace("_", "-") for sentence in said[1:]] == [
        "Téléchargement 1 : miniopy-async, 12.2MiB…",
        "Tout est reçu, et s'écrit sur le disque…",
    ]


@pytest.mark.slow
def test_a_package_that_cannot_be_had_is_explained(project, python, monkeypatch):
    monkeypatch.setattr(sys, "executable", python)
    _wheel(project, "4.0")
    _needs(project, f"{NAME}>=9")
    with pytest.raises(ExtrasError, match="ne s'installent pas") as caught:
        ensure_extras(lambda sentence: None)
    # uv écrit des tirets, pip ce qu'on lui a donné.
    assert NAME in str(caught.value).replace("-", "_")
    assert "lab --full" in str(caught.value)


def test_nothing_is_said_when_everything_is_there(project, capsys):
    _needs(project, "pytest>=1", "zut; sys_platform == 'nulle-part'")
    ensure_extras()
    assert capsys.readouterr().out == ""


def test_an_installed_but_older_version_is_missing(project):
    _needs(project, "pytest>=999")
    assert extras.missing() == ["pytest>=999"]
