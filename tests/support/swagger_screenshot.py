"""Refait docs/images/swagger.png, la page d'une API : python -m tests.support.swagger_screenshot.

Les routes sont celles de la leçon 06 ; leurs réponses sont données, sans serveur S3.
"""

from __future__ import annotations

from io import BytesIO

from fastapi import FastAPI, UploadFile
from PIL import Image
from playwright.sync_api import sync_playwright

from helpers import serve
from tests.support.browser import ROOT, chromium

PICTURE = ROOT / "docs" / "images" / "swagger.png"
SHOWN = (10, 30, 890, 1243)  # de l'en-tête à la réponse


def _photo_library() -> FastAPI:
    """Renvoie une application qui a trois routes de la leçon 06."""
    app = FastAPI(title="Photothèque")

    @app.get("/sante")
    def health() -> dict[str, bool]:
        return {"serveur": True}

    @app.post("/photos", status_code=201)
    def upload(file: UploadFile, album: str = "divers") -> None: ...

    @app.get("/photos", response_model=None)
    def photos(prefix: str = "", recursive: bool = False) -> list[dict[str, object]]:
        return [{"key": "bretagne/", "size": None}, {"key": "photo.jpg", "size": 148029}]

    return app


def main() -> None:
    """Déplie GET /photos, l'exécute, fait l'image, puis la réduit à 64 couleurs."""
    api = serve(_photo_library(), name="cliche")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium())
            page = browser.new_page(viewport={"width": 900, "height": 1300})
            page.goto(f"{api.url}/docs")
            page.locator("#operations-default-photos_photos_get .opblock-summary-control").click()
            page.get_by_role("button", name="Try it out").click()
            page.get_by_role("button", name="Execute", exact=True).click()
            page.locator(".live-responses-table").wait_for()
            page.wait_for_timeout(500)  # la couleur de la réponse
            data = page.screenshot(full_page=True)
            browser.close()
    finally:
        api.stop()
    shown = Image.open(BytesIO(data)).convert("RGB").crop(SHOWN)
    size = (shown.width * 4 // 5, shown.height * 4 // 5)
    shown.resize(size, Image.Resampling.LANCZOS).quantize(64).save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)} est à jour : {PICTURE.stat().st_size // 1024} Kio.")


if __name__ == "__main__":
    main()
