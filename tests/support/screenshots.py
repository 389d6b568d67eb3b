"""Refait les images du README, dans docs/ : « python -m tests.support.screenshots »."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.browser import ROOT, close_browser, errors, executed_lesson

DOCS = ROOT / "docs"


def main() -> None:
    """Exécute la première leçon comme le fait test_lab.py, puis revient à l'accueil."""
    with tempfile.TemporaryDirectory() as home, executed_lesson(Path(home)) as (_, page):
        if errors(page):
            raise SystemExit(f"La leçon a échoué : {errors(page)}")
        page.screenshot(path=DOCS / "lab.png")
        page.evaluate("() => { jupyterapp.commands.execute('kit-minio:accueil') }")
        page.locator("#kit-accueil .kit-primary", has_text="leçon 01").wait_for()
        page.screenshot(path=DOCS / "accueil.png")
    close_browser()
    print("docs/accueil.png et docs/lab.png sont à jour.")


if __name__ == "__main__":
    main()
