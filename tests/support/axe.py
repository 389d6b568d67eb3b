"""axe-core, qui cherche dans une page ce qui empêche quelqu'un de la lire ou de s'en servir."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

_VERSION = "4.14.1"


@cache
def axe(folder: Path) -> str:
    """Renvoie le source d'axe-core, pris par npm une fois pour toutes ; sans npm, ignore le test.

    Args:
        folder: où le garder, ``request.config.cache.mkdir("axe-core")``.
    """
    script = folder / f"axe-{_VERSION}.js"
    if not script.exists():
        try:
            npm = shutil.which("npm")
            assert npm, "npm n'est pas installé"
            command = [npm, "pack", f"axe-core@{_VERSION}", "--silent"]
            subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=True)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"axe-core n'a pas pu être pris par npm ({error}).")
        with tarfile.open(folder / f"axe-core-{_VERSION}.tgz") as archive:
            found = archive.extractfile("package/axe.min.js")
            assert found is not None
            script.write_bytes(found.read())
    return script.read_text("utf-8")


def violations(page: Page, source: str, within: str = "html") -> list[tuple[str, str, str]]:
    """Renvoie ce qu'axe trouve à redire : la règle, sa gravité, le premier élément en cause.

    Args:
        page: une page ouverte.
        source: ce que ``axe`` a renvoyé.
        within: le sélecteur de ce qu'il faut examiner.
    """
    page.evaluate(source)
    run = "within => axe.run(within, { resultTypes: ['violations'] })"
    report = page.evaluate(run, within)
    assert len(report["passes"]) > 10, "axe n'a rien examiné"
    return [
        (item["id"], item["impact"], item["nodes"][0]["html"][:200])
        for item in report["violations"]
    ]
