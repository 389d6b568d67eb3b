"""Les noms publics du kit : complets, triés, les mêmes pour Python, l'éditeur et les types."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import httpx
import psutil
import pytest

import helpers
from helpers import current_server
from tests.support.browser import clean_environment, lab_command, running_lab


def declared() -> dict[str, str]:
    """Renvoie chaque nom que les éditeurs et le vérificateur de types voient, et son module."""
    tree = ast.parse(Path(helpers.__file__).with_suffix(".pyi").read_text(encoding="ascii"))
    return {
        alias.asname: f"helpers.{node.module}"
        for node in tree.body
        for alias in node.names
        if alias.name == alias.asname
    }


@pytest.mark.parametrize("name", helpers.__all__)
def test_every_name_is_what_its_module_gives(name):
    assert getattr(helpers, name) is getattr(import_module(declared()[name]), name)


def test_names_are_sorted_and_the_same_for_types_and_completion():
    assert helpers.__all__ == sorted(declared())
    assert dir(helpers) == helpers.__all__


@pytest.mark.both_servers
@pytest.mark.parametrize("known", [None, "", "intranet.exemple.org, 127.0.0.1"])
def test_proxy_of_a_school_never_gets_a_request_for_this_machine(known):
    """Ni du noyau, ni de ce qu'il lance : le proxy d'ici refuse toute connexion."""
    environment = {
        **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        **({} if known is None else {"NO_PROXY": known}),
    }
    program = (
        "import os, subprocess, sys, requests, helpers\n"
        f"url = {current_server().url!r}\n"
        "print(requests.get(url).status_code, os.environ['NO_PROXY'], os.environ['no_proxy'])\n"
        "child = f'import requests; print(requests.get({url!r}).status_code)'\n"
        "subprocess.run([sys.executable, '-c', child], check=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    here = "127.0.0.1,localhost,::1"
    kept = "intranet.exemple.org,127.0.0.1,localhost,::1" if known else here
    assert done.stdout.split() == ["403", kept, here, "403"], done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="les terminaux d'Unix")
def test_nor_from_a_terminal_of_the_lab(client, session_data, tmp_path):
    school = dict.fromkeys(("HTTP_PROXY", "http_proxy"), "http://127.0.0.1:9")
    school |= dict.fromkeys(("NO_PROXY", "no_proxy"), "")
    home = clean_environment(tmp_path, KIT_DATA=str(session_data), **school)
    with running_lab(lab_command(tmp_path, "absent.ipynb"), home) as lab:
        parent = psutil.Process(lab.process.pid)
        with httpx.Client(trust_env=False, params={"token": lab.token}) as asking:
            asking.post(f"{lab.base}/api/terminals").raise_for_status()
        [shell] = (each for each in parent.children() if each.terminal() != parent.terminal())
        given = shell.environ()
    assert given["HTTP_PROXY"] == "http://127.0.0.1:9"
    code = f"import requests; requests.get({current_server().url!r})"
    for command in (("-c", code), ("-m", "kit_minio", "status")):
        assert subprocess.run([sys.executable, *command], env=given, check=False).returncode == 0


def test_certificate_of_python_is_that_of_requests_and_boto3():
    """Une autorité déjà choisie pour l'un d'eux le reste."""
    program = (
        "import os, helpers; print(os.environ['REQUESTS_CA_BUNDLE'], os.environ['AWS_CA_BUNDLE'])"
    )
    environment = {
        **os.environ, "SSL_CERT_FILE": "prive.pem", "AWS_CA_BUNDLE": "autre.pem",
    }  # fmt: skip
    environment.pop("REQUESTS_CA_BUNDLE", None)
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["prive.pem", "autre.pem"]


def test_unknown_name_is_an_ordinary_error():
    with pytest.raises(ImportError, match="zut"):
        exec("from helpers import zut")  # noqa: S102
    assert not hasattr(helpers, "zut")


def test_import_loads_nothing_before_its_use():
    code = "import sys, helpers; print(*(n for n in sys.modules if n.split('.')[0] in {names}))"
    names = {"helpers", "minio", "urllib3", "IPython", "ipywidgets", "fastapi"}
    done = subprocess.run(
        [sys.executable, "-c", code.format(names=names)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["helpers"]
