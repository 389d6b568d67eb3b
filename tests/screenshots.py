"""Refait l'image du README, docs/lab.png : « python tests/screenshots.py »."""

from __future__ import annotations

import tempfile
from pathlib import Path

from browser import (
    ROOT,
    browser_page,
    clean_environment,
    clear,
    copy_kit,
    errors,
    kit_command,
    open_notebook,
    run_all,
    running_lab,
    show,
)


def main() -> None:
    """Exécute la première leçon dans JupyterLab et en enregistre l'image."""
    picture = ROOT / "docs" / "lab.png"
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        with (
            running_lab(kit_command(), clean_environment(home), copy_kit(home)) as lab,
            browser_page("image") as page,
        ):
            open_notebook(page, lab.url)
            clear(page)
            run_all(page)
            if errors(page):
                raise SystemExit(f"La leçon a échoué : {errors(page)}")
            page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
            show(page, ".jp-OutputArea-output table")
            page.screenshot(path=picture)
    print(f"{picture.relative_to(ROOT)} est à jour.")


if __name__ == "__main__":
    main()
