"""axe-core dans une page de Chromium : ce qui gêne une personne qui ne voit pas, ou pas bien."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

_VERSION = "4.14.1"


def faults(page: Page, cache: pytest.Cache, selector: str = "html") -> list[tuple[str, str, str]]:
    """Renvoie ce qu'axe trouve de grave dans une partie de la page : règle, gravité, élément."""
    page.evaluate(_source(cache))
    report = page.evaluate(
        "selector => axe.run(selector, { resultTypes: ['violations'] })", selector
    )
    assert report["passes"], "axe n'a rien examiné"
    return [
        (found["id"], found["impact"], found["nodes"][0]["html"][:200])
        for found in report["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def _source(cache: pytest.Cache) -> str:
    """Renvoie le source d'axe-core, pris par npm une fois pour toutes."""
    folder = cache.mkdir("axe-core")
    script = folder / f"axe-{_VERSION}.js"
    if not script.exists():
        npm = shutil.which("npm")
        try:
            assert npm, "npm n'est pas installé"
            command = [npm, "pack", f"axe-core@{_VERSION}", "--silent"]
            subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=True)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"axe-core n'a pas pu être pris par npm ({error}).")
        with tarfile.open(folder / f"axe-core-{_VERSION}.tgz") as archive:
            found = archive.extractfile("package/axe.min.js")
            assert found is not None
            Path(script).write_bytes(found.read())
    return script.read_text("utf-8")
