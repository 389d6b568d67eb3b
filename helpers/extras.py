"""Les paquets des leçons 11 à 17 et 19 : installés à la première ouverture de l'une d'elles.

Leur liste est le groupe ``full`` de ``pyproject.toml`` ; le reste du cours s'en passe.
"""

import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import Requirement

from helpers.errors import KitError
from helpers.files import ROOT
from helpers.server import data_folder

# uv : « Downloading pandas (12MiB) » ; pip : « Downloading pandas-2.3.3-cp311.whl (12 MB) ».
_DOWNLOADING = re.compile(r"\s*Downloading (?P<name>[\w-]+?)(-\d\S*\.whl)? \((?P<size>.+)\)$")


class ExtrasError(KitError):
    """Les paquets d'une leçon n'ont pas pu être installés."""


def ensure_extras(say: Callable[[str], None] | None = None) -> None:
    """Installe, dans le Python en cours, les paquets du groupe ``full`` qui manquent.

    Ne dit rien si tout est là.

    Args:
        say: reçoit chaque phrase d'avancement ; par défaut elles s'affichent, le temps de
            l'installation.

    Raises:
        ExtrasError: l'installation échoue ; le message dit pourquoi et que faire.
    """
    # Pendant une correction, rien ne s'installe : la copie est enfermée, et le correcteur a tout.
    if "KIT_GRADING" in os.environ or not missing():
        return
    from filelock import FileLock

    data_folder().mkdir(parents=True, exist_ok=True)
    with FileLock(data_folder() / "extras.lock"):  # deux notebooks peuvent s'ouvrir à la fois
        needs = missing()
        if not needs:
            return
        names = ", ".join(Requirement(need).name for need in needs)
        (say or print)(f"Installation de {names} (une à deux minutes, une seule fois)…")
        _install(needs, say or print)
    importlib.invalidate_caches()
    if say is None:
        _clear()


def missing() -> list[str]:
    """Renvoie les exigences du groupe ``full`` que ce Python ne satisfait pas."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [need for need in project["optional-dependencies"]["full"] if not _satisfied(need)]


def _satisfied(need: str) -> bool:
    requirement = Requirement(need)
    if requirement.marker is not None and not requirement.marker.evaluate():
        return True
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False


def _install(needs: list[str], say: Callable[[str], None]) -> None:
    uv = shutil.which("uv")
    installer = [uv, "pip", "install", "--python", sys.executable] if uv else None
    command = installer or [sys.executable, "-m", "pip", "install", "--retries", "2"]
    lines, received = [], 0
    with subprocess.Popen(
        [*command, *needs],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if found := _DOWNLOADING.match(line):
                received += 1
                say(f"Téléchargement {received} : {found['name']}, {found['size']}…")
            elif line.startswith(("Prepared ", "Installing collected ")):
                say("Tout est reçu, et s'écrit sur le disque…")
    if process.returncode:
        said = " ".join(" ".join(lines).split())[-300:] or "sans message"
        raise ExtrasError.of("extras.installer", said=said)


def _clear() -> None:
    """Efface la phrase d'avancement : la sortie d'une leçon ne dépend pas de l'installation."""
    if "IPython" in sys.modules:
        sys.modules["IPython"].display.clear_output()
