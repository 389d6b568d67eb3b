"""kit.py : un vrai .venv, de vrais uv et pip, un petit kit qui tient lieu du nôtre."""

import ast
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kit as kit_py
from tests.support.small_kit import (
    FAKE_UV,
    INSTALLING,
    Kit,
    assert_one_sentence,
    make_wheel,
    wait_for,
)

ROOT = Path(__file__).parents[1]
posix_only = pytest.mark.skipif(os.name == "nt", reason="signaux et liens de POSIX")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roues") / "wheels"
    folder.mkdir()
    make_wheel(folder, "tiny_base", {"tiny_base.py": "VALUE = 'entier'\n"})
    make_wheel(folder, "tiny_test", {"tiny_test.py": ""})
    return folder


@pytest.fixture(scope="module")
def first_runs(tmp_path_factory, wheels):
    """Un kit tout neuf, lancé deux fois en même temps ; l'installateur attend le second."""
    kit = Kit(tmp_path_factory.mktemp("Dossier élève") / "kit minio", wheels)
    (kit.folder / "attente").touch()
    processes = [kit.start("lab", "a b", "é")]
    wait_for(kit.folder / "construction")
    processes.append(kit.start("lab", "a b", "é"))
    waiting = processes[1].stderr.readline()
    (kit.folder / "attente").unlink()
    outputs = [process.communicate(timeout=180) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    return kit, waiting, outputs


@pytest.fixture
def kit(first_runs):
    """Le kit de first_runs, installé ; les tests le partagent et le laissent en état de marche."""
    return first_runs[0]


@pytest.fixture
def new_kit(tmp_path, wheels):
    return Kit(tmp_path / "kit", wheels)


def test_two_at_once_on_a_new_kit_install_once(first_runs):
    _, waiting, ((_, first), (_, second)) = first_runs
    assert first.startswith(INSTALLING) and first.count("\n") == 1
    assert waiting.startswith("Une autre commande installe déjà") and second == ""


def test_arguments_folder_and_environment_reach_kit_minio(first_runs, tmp_path):
    kit, _, outputs = first_runs
    for out, _ in outputs:
        answer = json.loads(out)
        assert answer["arguments"] == ["lab", "a b", "é"]
        assert Path(answer["prefix"]) == Path(answer["virtual_env"]) == kit.venv
        assert answer["base"] == "entier" and not answer["test"]
    answer, said = kit.answer("status", cwd=tmp_path)
    assert Path(answer["folder"]) == tmp_path and said == ""


def test_exit_code_comes_back(kit):
    assert kit.run("lab", EXIT_CODE="7").returncode == 7


def test_no_argument_asks_for_help(kit):
    assert kit.answer()[0]["arguments"] == ["--help"]
    assert kit.answer("-h")[0]["arguments"] == ["-h"]


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_content_not_date_decides_to_install(kit, name):
    kit.answer("lab")
    file = kit.folder / name
    os.utime(file, (1, 1))
    assert kit.answer("lab")[1] == ""
    file.write_text(file.read_text() + "# autre contenu\n")
    os.utime(file, (1, 1))
    assert INSTALLING in kit.answer("lab")[1]
    assert kit.answer("lab")[1] == ""


def test_test_installs_its_extra_with_its_own_stamp(kit):
    kit.answer("lab")
    answer, said = kit.answer("test", "-x")
    assert answer["test"] and INSTALLING in said
    assert kit.answer("test")[1] == ""
    assert kit.answer("lab")[1] == ""


def test_other_environments_do_not_interfere(kit, tmp_path):
    """Ni le dossier courant, ni PYTHONPATH, ni un autre environnement activé ne l'emportent."""
    (tmp_path / "kit_minio").mkdir()
    for name in ("kit_minio/__main__.py", "kit_minio/tiny_base.py", "tiny_base.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('mauvais module')")
    kit.require("# autre contenu")
    answer, said = kit.answer(
        "lab",
        prefix=[sys.executable],
        python="-E",  # kit.py lui-même ignore PYTHONHOME, pour arriver jusqu'à la commande
        cwd=tmp_path,
        VIRTUAL_ENV=str(tmp_path),
        PYTHONPATH=str(tmp_path / "kit_minio"),
        PYTHONHOME=str(tmp_path),
        UV_SYSTEM_PYTHON="1",
    )
    assert INSTALLING in said
    assert Path(answer["prefix"]) == Path(answer["virtual_env"]) == kit.venv


def test_python_of_the_venv_can_run_kit(kit):
    kit.require("# autre contenu")
    answer, said = kit.answer("lab", python=kit.python)
    assert INSTALLING in said and Path(answer["prefix"]) == kit.venv


def test_failing_uv_falls_back_to_pip(kit, tmp_path):
    uv = tmp_path / ("uv.bat" if os.name == "nt" else "uv")
    uv.write_text("@exit 3" if os.name == "nt" else "#!/bin/sh\nexit 3\n")
    uv.chmod(0o755)
    kit.require("# autre contenu")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    _, said = kit.answer("lab", PATH=path, PIP_USER="1")
    assert INSTALLING in said
    assert f"$ {uv}" in kit.log and "-m pip install --requirement" in kit.log


def test_missing_uv_is_installed_first(kit, tmp_path):
    entry = "[console_scripts]\nuv = fake_uv:main\n"
    make_wheel(tmp_path, "uv", {"fake_uv.py": FAKE_UV, "uv-1.0.dist-info/entry_points.txt": entry})
    kit.require("# autre contenu")
    links = f"{kit.env['PIP_FIND_LINKS']} {tmp_path.as_uri()}"
    assert INSTALLING in kit.answer("lab", PATH=str(tmp_path), PIP_FIND_LINKS=links)[1]
    pip_uv, uv = (line for line in kit.log.splitlines() if line.startswith("$"))
    assert "-m pip install uv" in pip_uv and "pip install --compile-bytecode" in uv
    for script in kit.python.parent.glob("uv*"):
        script.unlink()


def test_no_network_says_so_and_keeps_what_works(kit):
    kit.answer("lab")
    requirements = (kit.folder / "requirements.txt").read_bytes()
    dead = "http://127.0.0.1:9/simple"
    kit.require("absent-du-poste==1.0")
    done = kit.run(
        "lab",
        PIP_INDEX_URL=dead,
        UV_INDEX_URL=dead,
        PIP_NO_INDEX="0",
        UV_NO_INDEX="0",
        PIP_RETRIES="1",
        UV_HTTP_RETRIES="0",
    )
    sentence = assert_one_sentence(done)
    assert "vérifiez le réseau" in sentence and str(kit.venv / "installation.log") in sentence
    (kit.folder / "requirements.txt").write_bytes(requirements)
    assert kit.answer("lab")[1] == ""


def test_missing_project_file_is_one_sentence(kit):
    away = (kit.folder / "pyproject.toml").rename(kit.folder / "ailleurs.toml")
    sentence = assert_one_sentence(kit.run("lab"))
    away.rename(kit.folder / "pyproject.toml")
    assert "pyproject.toml" in sentence and "dossier entier" in sentence


@pytest.mark.needs("bubblewrap")
def test_read_only_folder(kit, new_kit):
    kit.answer("lab")
    # Sous bubblewrap, même root n'écrit pas.
    prefix = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--"]
    assert "là où vous pouvez écrire" in assert_one_sentence(new_kit.run("lab", prefix=prefix))
    assert not new_kit.venv.exists()
    assert kit.answer("lab", prefix=prefix)[1] == ""  # installé, il n'a plus rien à écrire


# --- .venv refait -------------------------------------------------------------------------------


def test_venv_without_its_base_python_is_remade(kit):
    kit.python.unlink()
    if os.name == "nt":
        kit.python.write_bytes(b"")
    else:
        kit.python.symlink_to("/nulle/part/python3")
    answer, said = kit.answer("lab")
    assert INSTALLING in said and answer["base"] == "entier"


@posix_only
def test_moved_kit_is_remade_even_by_its_own_python(kit):
    before = kit.folder
    kit.folder = before.rename(before.with_name("kit déplacé"))
    answer, said = kit.answer("lab", python=kit.python)
    assert INSTALLING in said
    assert Path(answer["prefix"]) == kit.venv and answer["base"] == "entier"
    # Les programmes de .venv portent son chemin : réinstaller sans refaire n'y suffirait pas.
    pip = [kit.python.with_name("pip"), "--version"]
    assert str(kit.venv) in subprocess.run(pip, capture_output=True, text=True, check=True).stdout


@posix_only
def test_a_linked_venv_is_replaced_and_what_it_names_is_kept(kit):
    kit.python.unlink()
    other = kit.venv.rename(kit.folder.parent / "celui d'un autre")
    before = sorted(path.name for path in (other / "bin").iterdir())
    kit.venv.symlink_to(other)
    answer, said = kit.answer("lab")
    assert INSTALLING in said and answer["base"] == "entier"
    assert not kit.venv.is_symlink()
    assert sorted(path.name for path in (other / "bin").iterdir()) == before


def test_a_package_missing_from_the_venv_is_said_then_put_back(kit):
    kit.answer("lab")
    # uv et pip croient toujours installé ce qu'un antivirus a effacé.
    next(kit.venv.rglob("site-packages/tiny_base.py")).unlink()
    sentence = assert_one_sentence(kit.run("lab"))
    assert "« tiny_base » ne s'importe pas : relancez la même" in sentence
    answer, said = kit.answer("lab")
    assert INSTALLING in said and answer["base"] == "entier"


def test_a_stamp_of_odd_bytes_is_remade(kit):
    (kit.venv / "installation.txt").write_bytes(b"\xff\x00\xe9")
    assert INSTALLING in kit.answer("lab")[1]


def test_impossible_dependency_is_one_sentence_then_installs_once_mended(kit):
    requirements = (kit.folder / "requirements.txt").read_bytes()
    kit.require("introuvable==1.0")
    sentence = assert_one_sentence(kit.run("lab"))
    assert "introuvable==1.0" in sentence and "réseau" not in sentence
    assert str(kit.venv / "installation.log") in sentence
    (kit.folder / "requirements.txt").write_bytes(requirements)
    assert INSTALLING in kit.answer("lab")[1]


@posix_only
def test_killed_install_is_redone_and_its_survivor_waited_for(kit):
    kit.answer("lab")
    kit.require("# autre contenu")
    (kit.folder / "construction").unlink()
    (kit.folder / "attente").touch()
    killed = kit.start("lab", PATH="")  # sans uv : pip construit toujours le kit
    wait_for(kit.folder / "construction")
    killed.kill()
    killed.wait()
    # Ce que laisse une copie coupée : uv et pip croient encore le paquet installé.
    next(kit.venv.glob("lib/*/site-packages/tiny_base.py")).unlink()
    second = kit.start("lab")
    assert second.stderr.readline().startswith("Une autre commande")
    os.killpg(killed.pid, signal.SIGKILL)
    (kit.folder / "attente").unlink()
    out, err = second.communicate(timeout=180)
    assert err.startswith(INSTALLING)
    assert json.loads(out)["base"] == "entier"


@posix_only
def test_ctrl_c_during_install_is_one_sentence(new_kit):
    process = new_kit.start("lab")
    assert process.stderr.readline().startswith(INSTALLING)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=180)
    assert process.returncode != 0
    assert err.startswith("Installation interrompue") and err.count("\n") == 1


@posix_only
def test_a_terminal_shows_what_is_being_done_then_forgets_it(new_kit):
    import pty

    (new_kit.folder / "attente").touch()
    main, side = pty.openpty()
    command = [sys.executable, str(new_kit.folder / "kit.py"), "lab"]
    process = subprocess.Popen(command, env=new_kit.env, stdout=subprocess.PIPE, stderr=side)
    os.close(side)
    shown = b""
    while b" min 0" not in shown:
        shown += os.read(main, 1024)
    (new_kit.folder / "attente").unlink()
    assert process.wait(60) == 0
    with contextlib.suppress(OSError):  # Linux : plus personne n'écrit
        while part := os.read(main, 1024):
            shown += part
    os.close(main)
    assert re.search(r"\r  \w.*… 0 min \d\d s", shown.decode())
    assert shown.decode().rpartition("\r")[0].rpartition("\r")[2].strip() == ""


# --- sans rien installer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("Using Python 3.11", "préparation"),
        ("Resolved 109 packages in 1s", "téléchargement de 109 paquets"),
        ("Resolved 9 packages\nDownloading numpy (16.1MiB)", "téléchargement de numpy"),
        (
            "Downloading a (9MiB)\nDownloading b (4MiB)\nDownloading c (4MiB)\n"
            " Downloaded c\n Downloaded a",
            "téléchargement de b (2 gros fichiers reçus sur 3)",
        ),
        ("Collecting numpy\n  Downloading numpy-2.whl", "téléchargement de numpy"),
        (
            "Installing collected packages: jedi, numpy",
            "installation de jedi et des autres paquets",
        ),
        ("Prepared 109 packages in 4s", "installation de 109 paquets"),
        ("Prepared 9 packages\nInstalled 9 packages", "compilation de 9 paquets, dernière étape"),
        ("\n$ /usr/bin/python3 -m venv /le kit/.venv", "création de .venv"),
        ("Prepared 9 packages\n\n$ pip install\nCollecting jedi", "téléchargement de jedi"),
    ],
)
def test_what_the_installer_does_is_read_in_its_log(log, said):
    assert kit_py.step(f"\n$ uv pip install\n{log}\n") == said


@posix_only
def test_supervised_command_gets_ctrl_c_and_gives_its_code():
    """Le chemin de Windows, essayé ici : kit.py survit à Ctrl-C et rend le code de la commande."""
    child = """
import sys, time
try:
    print("prêt", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    time.sleep(0.3)
    sys.exit(42)
"""
    parent = f"import sys, kit; sys.exit(kit.supervise([sys.executable, '-c', {child!r}]))"
    process = subprocess.Popen(
        [sys.executable, "-c", parent],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (42, b"")


def test_missing_ensurepip_is_one_sentence(new_kit, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")
    done = new_kit.run("lab", PYTHONPATH=str(tmp_path))
    assert f"python3.{sys.version_info[1]}-venv" in assert_one_sentence(done)
    assert not new_kit.venv.exists()


def test_old_python_is_one_sentence(new_kit):
    for minor in range(6, 11):
        old = shutil.which(f"python3.{minor}")
        if old and subprocess.run([old, "--version"], capture_output=True).returncode == 0:
            done = new_kit.run("lab", python=old)
            break
    else:  # aucun sur cette machine : le nôtre se dit ancien
        code = "import runpy, sys; sys.version_info = (3, 9, 1); runpy.run_path(sys.argv[-2])"
        done, minor = new_kit.run("lab", prefix=[sys.executable, "-c"], python=code), 9
    sentence = assert_one_sentence(done)
    assert f"3.{minor}." in sentence and "Python 3.11" in sentence and "python.org" in sentence
    assert not new_kit.venv.exists()


def test_kit_needs_only_the_standard_library_and_old_pythons_read_it():
    tree = ast.parse((ROOT / "kit.py").read_text("utf-8"), feature_version=(3, 7))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [alias.name for node in imports for alias in node.names if isinstance(node, ast.Import)]
    names += [node.module for node in imports if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_needed_version_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"
    assert "NEEDED = (3, 11)\n" in (ROOT / "kit.py").read_text("utf-8")
