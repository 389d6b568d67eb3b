"""Refait l'image du README, docs/lab.png : « python -m tests.support.screenshots »."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.browser import ROOT, close_browser, errors, executed_lesson


def main() -> None:
    """Exécute la première leçon dans JupyterLab, comme le fait test_lab.py, et garde son image."""
    picture = ROOT / "docs" / "lab.png"
    with tempfile.TemporaryDirectory() as home, executed_lesson(Path(home)) as (_, page):
        if errors(page):
            raise SystemExit(f"La leçon a échoué : {errors(page)}")
        page.screenshot(path=picture)
    close_browser()
    print(f"{picture.relative_to(ROOT)} est à jour.")


if __name__ == "__main__":
    main()
