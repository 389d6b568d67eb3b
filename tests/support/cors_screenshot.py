"""Refait docs/images/refus-cors.png, un refus CORS : « python -m tests.support.cors_screenshot ».

Chromium ouvre la page de dépôt du kit, puis, dans un second onglet, ses propres outils de
développement, branchés sur elle. Le bucket n'accepte que les pages d'un autre site.
"""

from __future__ import annotations

import json
from io import BytesIO
from urllib.request import urlopen

import boto3
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from helpers import connect, current_server, fresh_space, remove_space, sample, serve
from helpers.server.ports import candidates, is_free
from helpers.topics.upload_page import upload_app
from tests.support.browser import ROOT, chromium

PICTURE = ROOT / "docs" / "images" / "refus-cors.png"


def _forbid(bucket: str) -> None:
    """N'accepte, pour ce bucket, que les pages de https://www.exemple.org."""
    server = current_server()
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://{server.endpoint}",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name=server.region,
    )
    rule = {"AllowedOrigins": ["https://www.exemple.org"], "AllowedMethods": ["PUT"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})


def _tools(browser: Browser, port: int, url: str) -> Page:
    """Ouvre les outils de développement de l'onglet qui montre cette adresse."""
    with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        (target,) = (each["id"] for each in json.load(answer) if each["url"] == url)
    tools = browser.new_page(viewport={"width": 820, "height": 330})
    end = f"127.0.0.1:{port}/devtools/page/{target}"
    tools.goto(f"http://127.0.0.1:{port}/devtools/inspector.html?ws={end}&panel=console")
    tools.get_by_role("button", name="Clear console").first.wait_for()
    return tools


def main() -> None:
    """Fait l'image, puis la réduit à 64 couleurs."""
    client = connect()
    space = fresh_space(client, "cliche-cors")
    bucket, port = f"{space}-media", next(filter(is_free, candidates(9300)))
    client.make_bucket(bucket_name=bucket)
    _forbid(bucket)
    site = serve(upload_app(client, bucket), name="cliche")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium(),
                args=[f"--remote-debugging-port={port}", "--remote-allow-origins=*", "--lang=fr"],
            )
            page = browser.new_page(viewport={"width": 560, "height": 480}, locale="fr-FR")
            page.goto(f"{site.url}/")
            tools = _tools(browser, port, f"{site.url}/")
            tools.get_by_role("button", name="Clear console").first.click()
            page.set_input_files("input[type=file]", str(sample("port.jpg")))
            page.get_by_role("button", name="Envoyer").click()
            tools.get_by_text("blocked by CORS policy").first.wait_for()
            page.wait_for_timeout(1500)  # l'image de la page, dans les outils, suit
            data = tools.screenshot()
            browser.close()
    finally:
        site.stop()
        remove_space(client, space)
    Image.open(BytesIO(data)).convert("RGB").quantize(64).save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)} est à jour : {PICTURE.stat().st_size // 1024} Kio.")


if __name__ == "__main__":
    main()
