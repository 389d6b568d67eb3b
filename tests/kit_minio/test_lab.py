"""JupyterLab tel qu'un élève le trouve : français, sur la bonne page, à lui seul."""

from __future__ import annotations

import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import nbformat
import psutil
import pytest
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Request

from helpers import server as servers
from helpers.spaces import fresh_bucket
from kit_minio.suite.processes import processes_in
from tests.support.browser import (
    SECONDS,
    Lab,
    browser_page,
    cells,
    clean_environment,
    errors,
    executed_lesson,
    kit_command,
    lab_command,
    open_notebook,
    run_all,
    running_lab,
    screenshot,
)

pytestmark = pytest.mark.browser

LESSON = "notebooks/leçon d'essai.ipynb"
LANGUAGE = "@jupyterlab/translation-extension/plugin.jupyterlab-settings"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def write_notebook(path: Path, *sources: str) -> None:
    """Écrit un notebook : un titre, puis une cellule par source."""
    codes = [new_code_cell(source) for source in sources]
    notebook = new_notebook(
        cells=[new_markdown_cell("# Essai"), *codes], metadata={"kernelspec": KERNEL}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """Un dossier de kit, avec un seul notebook."""
    write_notebook(tmp_path / "kit" / LESSON, "import sys", "sys.executable")
    return tmp_path / "kit"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Le dossier personnel d'une personne qui n'a encore rien réglé."""
    return tmp_path / "home"


@pytest.fixture
def lab(kit: Path, home: Path) -> Iterator[Lab]:
    with running_lab(lab_command(kit, LESSON), clean_environment(home)) as lab:
        yield lab


@pytest.fixture(scope="module")
def settled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le dossier personnel de quelqu'un qui a réglé Jupyter, en anglais, pour d'autres projets."""
    home = tmp_path_factory.mktemp("home")
    foreign = {"argv": ["/bin/ailleurs"], "display_name": "Ailleurs", "language": "python"}
    files = {
        ".jupyter/jupyter_server_config.py": (
            f"c.ServerApp.root_dir = c.ServerApp.preferred_dir = {str(home)!r}\n"
            "c.ServerApp.ip = '0.0.0.0'\n"
            "c.ServerApp.base_url = '/ailleurs'\n"
            "c.ServerApp.contents_manager_class = 'absent.Manager'\n"
            "c.IdentityProvider.token = ''\n"
        ),
        f".jupyter/lab/user-settings/{LANGUAGE}": '{"locale": "en"}',
        "share/kernels/python3/kernel.json": json.dumps(foreign),
    }
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(content, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture(scope="module")
def settled_lab(
    settled_home: Path, taken_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """Le JupyterLab de cette personne, où tout est contre lui ; ses réglages restent intacts."""
    kit = tmp_path_factory.mktemp("kit")
    write_notebook(kit / LESSON, "import sys", "sys.executable")
    kernels = {"JUPYTER_PATH": str(settled_home / "share"), "JUPYTER_PREFER_ENV_PATH": "0"}
    environment = clean_environment(
        settled_home, JUPYTER_DATA_DIR=str(settled_home / "share"), **kernels
    )
    before = settings(settled_home)
    with running_lab(lab_command(kit, LESSON, taken_port), environment) as lab:
        yield lab
    assert settings(settled_home) == before


def settings(home: Path) -> dict[Path, str]:
    """Renvoie les fichiers de ``~/.jupyter`` et leur contenu."""
    files = filter(Path.is_file, (home / ".jupyter").rglob("*"))
    return {file: file.read_text(encoding="utf-8") for file in files}


def menus(page) -> list[str]:
    page.locator("#jp-MainMenu .lm-MenuBar-itemLabel").last.wait_for()
    return page.locator("#jp-MainMenu .lm-MenuBar-itemLabel").all_inner_texts()


# --- Dans le navigateur -------------------------------------------------------------------------


@pytest.mark.needs("chromium")
def test_student_opens_the_lesson_in_french_and_runs_it(bench):
    asked = []

    def note(request: Request) -> None:
        asked.append(request.url)

    bench.context.on("request", note)
    with bench.visited(bench.lab.url, "lab") as page:
        assert menus(page)[:4] == ["Fichier", "Édition", "Affichage", "Exécution"]
    with bench.opened("leçon d'essai", "import sys", "sys.executable") as page:
        page.get_by_text("Exécution", exact=True).click()
        page.get_by_role("menuitem", name="Exécuter toutes les cellules", exact=True).click()
        page.locator(".jp-OutputArea-output").first.wait_for()
        screenshot(page, "lab")
        assert errors(page) == []
        assert cells(page)[1]["outputs"][0]["data"]["text/plain"] == repr(sys.executable)
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    bench.context.remove_listener("request", note)
    addresses = [urlsplit(url) for url in asked if url.startswith("http")]
    assert {address.hostname for address in addresses} == {"localhost"}
    assert not [
        a.path for a in addresses if a.path.startswith(("/lab/api/news", "/lab/api/update"))
    ]


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_an_error_in_a_cell_is_seen_by_the_harness(bench):
    with bench.opened("erreur", "1 / 0", "'jamais atteint'") as page:
        run_all(page)
        assert errors(page) == ["ZeroDivisionError: division by zero"]


@pytest.mark.needs("chromium")
def test_kernel_restarts_and_nothing_is_written_in_the_terminal(bench):
    with bench.opened("noyau", "import sys", "sys.executable") as page:
        run_all(page)
        page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        run_all(page)
        assert errors(page) == []
    assert bench.lab.log.read_text(encoding="utf-8") == ""


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_language_chosen_by_the_user_wins(settled_lab: Lab):
    with browser_page("anglais") as page:
        open_notebook(page, settled_lab.url)
        assert menus(page)[:2] == ["File", "Edit"]


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_first_lesson_opens_and_runs_in_the_lab(client, session_data: Path, home: Path):
    before = servers.find()
    with executed_lesson(home, KIT_DATA=str(session_data)) as (lab, page):
        screenshot(page, "00-demarrage")
        assert urlsplit(lab.url).path == "/lab"
        assert "00 · Démarrage" in cells(page)[0]["source"]
        assert errors(page) == []
        codes = [cell for cell in cells(page) if cell["cell_type"] == "code"]
        assert [code["execution_count"] for code in codes] == list(range(1, len(codes) + 1))
    # Un serveur qu'il a trouvé en marche, « lab » ne l'arrête pas.
    assert servers.find() == before


# --- Le serveur de JupyterLab -------------------------------------------------------------------


def listening(process: psutil.Process) -> set[str]:
    """Renvoie les adresses où ce processus écoute."""
    return {c.laddr.ip for c in process.net_connections(kind="inet") if c.status == "LISTEN"}


def start_kernel(lab: Lab) -> psutil.Process:
    """Démarre un noyau « python3 » et renvoie son processus, une fois prêt."""
    started = httpx.post(
        f"{lab.base}/api/kernels", params={"token": lab.token}, json={"name": "python3"}
    )
    identifier = started.raise_for_status().json()["id"]
    for child in psutil.Process(lab.process.pid).children():
        connection = ""
        with suppress(psutil.Error, IndexError):  # un programme de JupyterLab qui vient de finir
            connection = child.cmdline()[-1]
        if identifier in connection:
            client = BlockingKernelClient(connection_file=connection)
            client.load_connection_file()
            # Sans battement de cœur : sous charge, son retard passerait pour une mort.
            client.start_channels(hb=False)
            client.wait_for_ready(timeout=SECONDS)
            client.stop_channels()
            return child
    raise AssertionError("aucun processus pour ce noyau")


@pytest.mark.needs("chromium")
def test_a_page_of_the_store_reads_no_cookie_of_jupyterlab(bench, client):
    """Les cookies ne distinguent pas les ports : c'est l'hôte qui doit différer."""
    bucket = fresh_bucket(client, "page-deposee")
    client.put_object(bucket, "page", io.BytesIO(b"<p>page"), 7, content_type="text/html")
    with bench.opened("cookies", "1 + 1") as page:
        assert "_xsrf" in page.evaluate("document.cookie")
    page = bench.context.new_page()
    page.goto(client.presigned_get_object(bucket, "page"))
    assert page.locator("p").inner_text() == "page"
    assert page.evaluate("document.cookie") == ""
    page.close()


def test_token_is_required_and_only_this_machine_is_served(bench):
    lab = bench.lab
    assert httpx.get(f"{lab.base}/api/contents").status_code == 403
    page = httpx.get(f"{lab.base}/lab")
    assert (page.status_code, page.headers["location"][:6]) == (302, "/login")
    assert httpx.get(f"{lab.base}/api/contents?token=faux").status_code == 403
    assert httpx.get(f"{lab.base}/api/contents?token={lab.token}").status_code == 200
    assert listening(psutil.Process(lab.process.pid)) == {"127.0.0.1"}


def test_another_host_is_refused_in_french(bench):
    answer = httpx.get(f"{bench.lab.base}/lab", headers={"Host": "ailleurs.exemple.org"})
    assert answer.status_code == 403
    assert "Ce JupyterLab refuse cette demande" in answer.text
    assert "ssh -L" in answer.text


@pytest.mark.slow
def test_on_codespaces_the_address_is_that_of_the_browser(kit: Path, home: Path):
    place = {
        "CODESPACE_NAME": "octocat",
        "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
    }
    with running_lab(lab_command(kit, LESSON), clean_environment(home, **place)) as lab:
        seen = urlsplit(lab.url)
        assert seen.scheme == "https"
        port = re.fullmatch(r"octocat-(\d+)\.app\.github\.dev", seen.netloc)[1]
        for host, status in ((seen.netloc, 200), ("octocat-1.app.github.dev", 403)):
            answer = httpx.get(
                f"http://127.0.0.1:{port}/api/contents?{seen.query}", headers={"Host": host}
            )
            assert answer.status_code == status


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signaux d'Unix")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_stops_the_lab_and_its_kernels_without_a_question(lab: Lab, name: str):
    kernel = start_kernel(lab)
    lab.process.send_signal(getattr(signal, name))
    said, _ = lab.process.communicate(timeout=SECONDS)
    assert (lab.process.returncode, said) == (0, "fini\n")
    kernel.wait(timeout=SECONDS)
    assert lab.log.read_text(encoding="utf-8") == ""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signaux d'Unix")
def test_the_lab_stops_in_the_middle_of_requests(kit_data: Path, home: Path):
    answered = threading.Event()
    asked: list[tuple[float, float]] = []  # le début et la fin de chaque requête

    def keep_asking(url: str) -> None:
        while True:
            begun = time.monotonic()
            try:
                httpx.get(url, timeout=SECONDS)
                answered.set()
            except httpx.HTTPError:
                return
            finally:
                asked.append((begun, time.monotonic()))

    with (
        ThreadPoolExecutor(30) as pool,
        running_lab(kit_command(), clean_environment(home, KIT_DATA=str(kit_data))) as lab,
    ):
        url = f"{lab.base}/api/contents/lecons?token={lab.token}"
        for _ in range(30):
            pool.submit(keep_asking, url)
        assert answered.wait(SECONDS)
        stopped = time.monotonic()
        lab.process.terminate()
        said, _ = lab.process.communicate(timeout=SECONDS)
    assert any(begun < stopped < ended for begun, ended in asked), "rien n'était en cours"
    assert lab.process.returncode == 0
    assert "Serveur S3 arrêté" in said
    assert not processes_in(kit_data)
    assert lab.log.read_text(encoding="utf-8") == ""


@pytest.mark.slow
def test_server_of_a_killed_lab_is_stopped_by_down(kit_data: Path, home: Path):
    with running_lab(kit_command(), clean_environment(home, KIT_DATA=str(kit_data))) as lab:
        lab.process.kill()
    assert len(processes_in(kit_data)) == 1
    assert servers.stop() is not None
    assert not processes_in(kit_data)


@pytest.mark.slow
def test_taken_port_means_another_port(settled_lab: Lab, taken_port: int):
    assert urlsplit(settled_lab.base).port != taken_port
    assert httpx.get(f"{settled_lab.base}/api").status_code == 200


@pytest.mark.slow
def test_missing_lesson_opens_the_launcher(kit: Path, home: Path):
    with running_lab(lab_command(kit, "notebooks/absente.ipynb"), clean_environment(home)) as lab:
        assert urlsplit(lab.url).path == "/lab"


@pytest.mark.slow
def test_configuration_of_another_project_changes_nothing(settled_lab: Lab):
    lab = settled_lab
    assert httpx.get(f"{lab.base}/api/contents").status_code == 403
    listed = httpx.get(f"{lab.base}/api/contents?token={lab.token}").json()
    assert [item["name"] for item in listed["content"]] == ["notebooks"]
    assert listening(psutil.Process(lab.process.pid)) == {"127.0.0.1"}


def test_broken_jupyter_setting_of_the_machine_is_an_error_in_french(kit: Path, home: Path):
    environment = clean_environment(home, JUPYTER_CONFIG_PATH=str(home))
    wrong = {"ServerApp": {"contents_manager_class": "absent.Manager"}}
    (home / "jupyter_server_config.json").write_text(json.dumps(wrong), encoding="utf-8")
    done = subprocess.run(
        lab_command(kit, LESSON),
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    assert (done.returncode, done.stdout) == (1, "fini\n")
    assert "SettingsError: JupyterLab n'a pas démarré" in done.stderr


@pytest.mark.slow
def test_a_kit_that_opens_at_the_same_instant_keeps_its_port(kit: Path, home: Path):
    environment = clean_environment(home)
    with socket.socket() as other:  # ce que tient un kit entre son choix et son ouverture
        other.bind(("127.0.0.1", 8960 + 9))
        with running_lab(lab_command(kit, LESSON, 8960), environment) as lab:
            assert urlsplit(lab.base).port > 8960


@pytest.mark.slow
def test_another_python3_kernel_of_the_user_is_not_taken(settled_lab: Lab):
    lab = settled_lab
    known = httpx.get(f"{lab.base}/api/kernelspecs", params={"token": lab.token}).json()
    assert known["kernelspecs"]["python3"]["spec"]["display_name"] == KERNEL["display_name"]
    assert start_kernel(lab).cmdline()[0] == sys.executable
