"""Le JupyterLab du kit dans un vrai Chromium : pour les tests et pour l'image du README."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
SECONDS = 180  # patience de chaque étape : une machine d'intégration est lente
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_RUN_LAB = """
import sys
from pathlib import Path
from kit_minio.lab import run_lab
try:
    code = run_lab(Path(sys.argv[1]), int(sys.argv[2]), False, sys.argv[3])
finally:
    print("fini", flush=True)
sys.exit(code)
"""

# Le notebook ouvert, vu depuis la page.
_NOTEBOOK = "window.jupyterapp?.shell.currentWidget"
# Comme une personne : retiré d'un coup, un notebook qui s'enregistre ouvrirait un dialogue.
_CLOSE = (
    "notebook.close();"
    " while (!notebook.isDisposed) await new Promise(again => setTimeout(again, 20))"
)
_SHUT = (
    f"async () => {{ const notebook = {_NOTEBOOK}; if (!notebook?.sessionContext) return;"
    f" await notebook.sessionContext.shutdown(); {_CLOSE} }}"
)
_OPEN = "jupyterapp.commands.execute('docmanager:open', { path }).then(() => {})"


@dataclass(frozen=True)
class Lab:
    """Un JupyterLab en marche : son processus et son adresse, jeton compris."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    @property
    def base(self) -> str:
        """L'adresse sans chemin ni jeton."""
        return re.sub(r"(://[^/]+)/.*", r"\1", self.url)

    @property
    def token(self) -> str:
        return self.url.partition("?token=")[2]


def chromium() -> str | None:
    """Renvoie le chemin d'un Chromium installé, ou ``None``."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Renvoie l'environnement d'une personne dont le dossier personnel est ``home``.

    ``window.jupyterapp`` y est exposé, pour piloter JupyterLab depuis la page.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    exposed = home / "exposed"
    exposed.mkdir(parents=True, exist_ok=True)
    settings = {"LabApp": {"expose_app_in_browser": True}}
    (exposed / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")
    own = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData"),
        "KIT_DATA": str(home / "data"),
        "KIT_SERVER": os.environ.get("KIT_SERVER", "embedded"),
        "JUPYTER_CONFIG_PATH": str(exposed),
        "PYTHONIOENCODING": "utf-8",
    }
    return kept | own | more


def lab_command(root: Path, notebook: str, port: int = 8890) -> list[str]:
    """Renvoie la commande qui ouvre JupyterLab sur un dossier quelconque, sans serveur S3."""
    return [sys.executable, "-c", _RUN_LAB, str(root), str(port), notebook]


def kit_command(port: int = 8890) -> list[str]:
    """Renvoie la commande du kit, à lancer dans son dossier : serveur S3, puis JupyterLab."""
    return [sys.executable, "-m", "kit_minio", "lab", "--no-browser", "--port", str(port)]


def copy_kit(folder: Path) -> Path:
    """Copie le kit dans ``folder/kit-minio``, pour que JupyterLab n'écrive pas dans le dépôt."""
    unwanted = shutil.ignore_patterns(
        ".*", "__pycache__", "*.egg-info", "artefacts", "build", "node_modules", "travail"
    )
    return Path(shutil.copytree(ROOT, folder / "kit-minio", ignore=unwanted))


@contextmanager
def running_lab(
    command: list[str], environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[Lab]:
    """Lance la commande, attend l'adresse de JupyterLab, et arrête tout à la fin."""
    log = Path(environment["HOME"]) / "jupyterlab.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env=environment,
            cwd=folder,
        )
    assert process.stdout is not None
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.start()
    try:
        line = next((line for line in process.stdout if "?token=" in line), None)
        watchdog.cancel()
        assert line, f"JupyterLab n'a pas démarré :\n{log.read_text(encoding='utf-8')}"
        yield Lab(process, re.findall(r"http\S+", line)[0], log)
    finally:
        watchdog.cancel()
        process.terminate()
        try:
            process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


_opened: list[tuple[Playwright, Browser]] = []


def _browser() -> Browser:
    """Renvoie le Chromium de tous les tests, lancé au premier besoin."""
    if not _opened:
        playwright = sync_playwright().start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_FLAGS))
        _opened.append((playwright, browser))
    return _opened[0][1]


def close_browser() -> None:
    """Ferme le Chromium des tests, s'il a été lancé."""
    while _opened:
        playwright, browser = _opened.pop()
        browser.close()
        playwright.stop()


def new_context() -> BrowserContext:
    """Renvoie un profil vierge : ni cookie, ni cache."""
    context = _browser().new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(SECONDS * 1000)
    return context


@contextmanager
def browser_page(name: str) -> Iterator[Page]:
    """Ouvre une page de Chromium dans un profil vierge ; si un test y échoue, garde son image.

    Args:
        name: le nom de cette image, dans ARTEFACTS.
    """
    context = new_context()
    page = context.new_page()
    try:
        yield page
    except BaseException:
        screenshot(page, f"{name}-echec")
        raise
    finally:
        context.close()


@dataclass
class Bench:
    """Un JupyterLab que se partagent les tests, le dossier qu'il montre, le profil d'une personne.

    Charger JupyterLab est long : les tests y ouvrent leurs notebooks l'un après l'autre, dans le
    même onglet. Un test qui échoue ferme cet onglet ; le suivant en ouvre un autre.
    """

    lab: Lab
    root: Path
    context: BrowserContext
    page: Page | None = None

    @contextmanager
    def visited(self, url: str, name: str) -> Iterator[Page]:
        """Ouvre une adresse dans un nouvel onglet, qui sera celui des tests suivants.

        Args:
            url: l'adresse d'un notebook, ou celle du laboratoire, qui montre l'accueil.
            name: le nom de l'image gardée en cas d'échec.
        """
        if self.page:
            self.page.close()
        self.page = self.context.new_page()
        with self._kept(name) as page:
            if "/tree/" in url:
                open_notebook(page, url)
            else:
                open_home(page, url)
            yield page

    @contextmanager
    def shown(self, path: str) -> Iterator[Page]:
        """Ouvre un notebook, sans l'exécuter ; à la fin, le ferme.

        Args:
            path: son chemin dans ``root``.
        """
        name = Path(path).stem
        if self.page is None:
            # Un espace de travail à chaque onglet : rien n'y revient du précédent.
            address = f"{self.lab.base}/lab/workspaces/{quote(name)}/tree/{quote(path)}"
            with self.visited(f"{address}?token={self.lab.token}", name) as page:
                yield page
        else:
            with self._kept(name) as page:
                page.set_default_timeout(SECONDS * 1000)
                promised(page, f"path => {_OPEN}", path)
                wait_for_notebook(page)
                yield page

    @contextmanager
    def opened(self, name: str, *cells: str) -> Iterator[Page]:
        """Écrit un notebook et l'ouvre, sans l'exécuter.

        Args:
            name: le nom du notebook, différent pour chaque test.
            cells: le code de ses cellules.
        """
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        code = [new_code_cell(cell) for cell in cells]
        notebook = new_notebook(cells=code, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.root / f"{name}.ipynb")
        with self.shown(f"{name}.ipynb") as page:
            yield page

    @contextmanager
    def _kept(self, name: str) -> Iterator[Page]:
        """Prête l'onglet, puis y ferme le notebook et son noyau ; un échec ferme l'onglet."""
        page = self.page
        assert page is not None
        try:
            yield page
            promised(page, _SHUT)
        except BaseException:
            screenshot(page, f"{name}-echec")
            page.close()
            self.page = None
            raise


def promised(page: Page, function: str, argument: str | None = None) -> None:
    """Attend la promesse d'une fonction de la page, pendant SECONDS au plus.

    ``page.evaluate`` l'attendrait sans fin, derrière un dialogue que personne ne ferme.
    """
    page.evaluate(
        f"argument => Promise.race([({function})(argument), new Promise((_, refuse) =>"
        f" setTimeout(() => refuse(Error('sans réponse : ' +"
        f" (document.querySelector('.jp-Dialog')?.innerText ?? 'aucun dialogue'))),"
        f" {SECONDS * 1000}))]).then(() => {{}})",
        argument,
    )


def open_notebook(page: Page, url: str) -> None:
    """Ouvre l'adresse d'un notebook et attend qu'il soit prêt."""
    page.goto(url)
    wait_for_notebook(page)


def open_home(page: Page, url: str) -> None:
    """Ouvre le laboratoire et attend que son accueil soit là, et ait le clavier."""
    page.goto(url)
    page.locator("#kit-accueil .kit-primary:focus").wait_for()


def wait_for_notebook(page: Page) -> None:
    """Attend que les cellules du notebook ouvert soient là et son noyau inactif."""
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first.wait_for()
    page.wait_for_function(f"() => {_NOTEBOOK}?.sessionContext?.session?.kernel?.status === 'idle'")


def reopen(page: Page) -> None:
    """Ferme le notebook ouvert et l'ouvre à nouveau, comme il est enregistré."""
    promised(
        page,
        f"async () => {{ const notebook = {_NOTEBOOK}; const path = notebook.context.path;"
        f" {_CLOSE}; return {_OPEN} }}",
    )
    wait_for_notebook(page)


def run_all(page: Page, *others: Page) -> None:
    """Exécute toutes les cellules des notebooks ouverts, à la fois, et attend leur fin."""
    for each in (page, *others):
        _start_all(each)
    for each in (page, *others):
        each.wait_for_function("() => window.runAll === 'done'")


def _start_all(page: Page) -> None:
    page.evaluate(
        "() => { window.runAll = 'running';"
        " jupyterapp.commands.execute('notebook:run-all-cells')"
        ".finally(() => { window.runAll = 'done' }) }"
    )


@contextmanager
def executed_lesson(home: Path, **more: str) -> Iterator[tuple[Lab, Page]]:
    """Lance le kit comme un élève et exécute la leçon qu'il commence ; la page montre son tableau.

    Args:
        home: un dossier personnel neuf, où le kit est copié.
        more: d'autres variables d'environnement.
    """
    with (
        running_lab(kit_command(), clean_environment(home, **more), copy_kit(home)) as lab,
        browser_page("lecon") as page,
    ):
        open_home(page, lab.url)
        page.keyboard.press("Enter")
        wait_for_notebook(page)
        clear(page)
        run_all(page)
        page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        show(page, ".jp-OutputArea-output table")
        yield lab, page


def cells(page: Page) -> list[dict[str, Any]]:
    """Renvoie les cellules du notebook ouvert, sorties comprises, au format nbformat."""
    return page.evaluate(f"() => {_NOTEBOOK}.context.model.toJSON().cells")


def clear(page: Page) -> None:
    """Efface les sorties du notebook ouvert : ce qu'on verra ensuite vient d'être exécuté."""
    page.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")


def errors(page: Page) -> list[str]:
    """Renvoie les erreurs affichées dans le notebook ouvert."""
    return [
        f"{output['ename']}: {output['evalue']}"
        for cell in cells(page)
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]


def show(page: Page, selector: str) -> None:
    """Amène en haut la première cellule qui répond au sélecteur, et attend qu'elle soit peinte."""
    cell = page.locator(f".jp-Notebook .jp-Cell:has({selector})").first
    # JupyterLab ne peint une cellule qu'à son apparition, ce qui déplace les suivantes.
    for _ in range(3):
        cell.evaluate(
            "cell => new Promise(done => { cell.scrollIntoView({ block: 'start' });"
            " requestAnimationFrame(() => requestAnimationFrame(done)) })"
        )


def screenshot(page: Page, name: str) -> Path:
    """Enregistre l'image de la page dans ARTEFACTS et renvoie son chemin."""
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path)
    return path
