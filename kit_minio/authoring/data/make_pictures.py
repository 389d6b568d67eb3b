"""Dessine port.jpg, phare.jpg et logo.png à partir des SVG de ce dossier.

Chromium rend chaque SVG, Pillow l'écrit dans le format voulu. Les octets dépendent de leurs
versions : après un nouveau dessin, reportez les nouvelles empreintes dans
tests/helpers/test_samples.py.
"""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "helpers" / "data"


def render(browser: Browser, name: str) -> Image.Image:
    """Renvoie le dessin ``name``.svg en image RVBA, à sa taille naturelle."""
    page = browser.new_page()
    svg = (HERE / f"{name}.svg").read_text(encoding="utf-8")
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
    picture = page.locator("svg").screenshot(omit_background=True)
    page.close()
    return Image.open(BytesIO(picture))


def main() -> None:
    """Écrit les trois images dans helpers/data."""
    with sync_playwright() as playwright:
        # Sans Chromium sur le PATH, Playwright prend le sien.
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for name, quality in ("port", 88), ("phare", 76):
            picture = render(browser, name).convert("RGB")
            picture.save(DATA / f"{name}.jpg", quality=quality, optimize=True, progressive=True)
        render(browser, "logo").save(DATA / "logo.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
