"""La page de dépôt : son API, puis la page elle-même dans un vrai Chromium."""

import re
from urllib.parse import urlsplit

import pytest
import requests
from fastapi.testclient import TestClient
from minio import Minio

from helpers import fresh_bucket, remove_bucket, sample
from helpers.serving import serve
from helpers.topics.upload_page import MAX_SIZE, upload_app
from tests.support import axe
from tests.support.browser import browser_page, screenshot

MIB = 1024 * 1024
SLOW = 8 * MIB  # octets par seconde : un envoi de 20 Mio se voit avancer


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "depot-essai")
    yield name
    remove_bucket(client, name)


@pytest.fixture
def api(client, bucket):
    return TestClient(upload_app(client, bucket))


@pytest.fixture
def site(client, bucket):
    with serve(upload_app(client, bucket), name="depot-essai") as served:
        yield served.url


@pytest.fixture
def film(tmp_path):
    """Un fichier de 20 Mio que le navigateur prend pour une vidéo."""
    path = tmp_path / "marée haute.mp4"
    clip = sample("maree.mp4").read_bytes()
    path.write_bytes(clip + bytes(20 * MIB - len(clip)))
    return path


def stored(client, bucket):
    return list(client.list_objects(bucket_name=bucket, recursive=True))


# --- L'API --------------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_file_goes_straight_to_the_store(api, client, bucket):
    picture = sample("logo.png").read_bytes()
    answer = api.post("/uploads", json={"content_type": "image/png", "size": len(picture)})
    assert answer.status_code == 201
    key, url = answer.json()["key"], answer.json()["url"]
    assert re.fullmatch(r"[0-9a-f]{32}\.png", key)
    assert api.get(f"/uploads/{key}").status_code == 404
    sent = requests.put(url, data=picture, headers={"Content-Type": "image/png"}, timeout=5)
    assert sent.status_code == 200
    seen = api.get(f"/uploads/{key}").json()
    assert (seen["key"], seen["size"]) == (key, len(picture))
    assert requests.get(seen["url"], timeout=5).content == picture


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"content_type": "application/pdf", "size": 10}, 415),
        ({"content_type": "image/png; charset=x", "size": 10}, 415),
        ({"content_type": "image/png", "size": 0}, 413),
        ({"content_type": "image/png", "size": MAX_SIZE + 1}, 413),
        ({"content_type": "image/png"}, 422),
    ],
)
def test_unwanted_files_get_no_url(api, wish, status):
    answer = api.post("/uploads", json=wish)
    assert answer.status_code == status
    assert "url" not in answer.json()


@pytest.mark.both_servers
def test_what_is_not_what_was_announced_is_removed(api, client, bucket):
    given = api.post("/uploads", json={"content_type": "image/png", "size": 10}).json()
    page = {"Content-Type": "text/html"}
    requests.put(given["url"], data=b"<script>", headers=page, timeout=5)
    assert api.get(f"/uploads/{given['key']}").status_code == 422
    assert stored(client, bucket) == []


@pytest.mark.both_servers
def test_url_is_signed_for_the_address_of_the_given_client(client, bucket):
    public = Minio(
        endpoint="media.exemple.org", access_key="cle", secret_key="secret00", region="us-east-1"
    )
    api = TestClient(upload_app(public, bucket))
    answer = api.post("/uploads", json={"content_type": "image/png", "size": 10})
    assert urlsplit(answer.json()["url"]).netloc == "media.exemple.org"


@pytest.mark.parametrize(
    ("variables", "headers", "root"),
    [
        (
            {"JUPYTERHUB_SERVICE_PREFIX": "/user/ana/"},
            {"Host": "hub.exemple.org", "X-Forwarded-Context": "/user/ana/proxy/8100"},
            "/user/ana/proxy/8100",
        ),
        (
            {"CODESPACE_NAME": "a", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev"},
            {"Host": "localhost:8100", "X-Forwarded-Host": "a-8100.app.github.dev"},
            "",
        ),
    ],
    ids=["hub", "codespaces"],
)
def test_a_far_browser_sends_and_reads_through_the_api_itself(
    site, client, bucket, monkeypatch, variables, headers, root
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    picture = sample("logo.png").read_bytes()
    wish = {"content_type": "image/png", "size": len(picture)}
    given = requests.post(f"{site}/uploads", json=wish, headers=headers, timeout=10).json()
    assert given["url"].startswith(f"{root}/kit-s3/")
    there = site + given["url"].removeprefix(root)
    sent = requests.put(there, picture, headers={"Content-Type": "image/png"}, timeout=10)
    assert sent.status_code == 200
    seen = requests.get(f"{site}/uploads/{given['key']}", headers=headers, timeout=10).json()
    answer = requests.get(site + seen["url"].removeprefix(root), timeout=10)
    assert (answer.content, answer.headers["Content-Type"]) == (picture, "image/png")
    near = requests.post(f"{site}/uploads", json=wish, timeout=10).json()
    assert near["url"].startswith("http://"), "le noyau emploie toujours l'adresse du serveur S3"


# --- La page ------------------------------------------------------------------------------------


def slow_down(page, rate):
    """Limite le débit montant de la page, en octets par seconde."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": rate},
    )


def percent(page):
    return int(page.locator("#bar").evaluate("bar => bar.value"))


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_20_mib_file_is_uploaded_and_the_bar_moves(site, client, bucket, film):
    with browser_page("depot") as page:
        page.goto(site)
        slow_down(page, SLOW)
        page.get_by_label("Fichier à déposer").set_input_files(film)
        screenshot(page, "depot-1-choisi")
        page.evaluate(
            "() => { window.heard = [];"
            " new MutationObserver(() => heard.push(document.getElementById('status').textContent))"
            ".observe(document.getElementById('status'), { childList: true }) }"
        )
        page.get_by_role("button", name="Envoyer").click()
        seen = []
        while page.locator("#sending").is_visible():
            seen.append(percent(page))
            if 40 <= seen[-1] < 60:
                screenshot(page, "depot-2-envoi")
            page.wait_for_timeout(100)
        page.get_by_role("heading", name="Ce que le serveur a reçu").wait_for()
        assert seen == sorted(seen)
        assert len({value for value in seen if 0 < value < 100}) >= 5, seen
        heard = page.evaluate("() => heard")
        steps = [sentence for sentence in heard if sentence.startswith("Envoi\u00a0:")]
        assert 2 <= len(steps) <= 4, heard  # un lecteur d'écran n'est pas noyé
        assert heard[-1] == "✓ Fichier déposé."
        assert page.evaluate("() => document.activeElement.id") == "result-title"
        (item,) = stored(client, bucket)
        assert item.size == 20 * MIB
        assert (
            client.stat_object(bucket_name=bucket, object_name=item.object_name).content_type
            == "video/mp4"
        )
        assert page.locator("#name").inner_text() == film.name
        assert page.locator("#size").inner_text() == "20\u00a0Mio"
        # L'aperçu vient du serveur S3 : la vidéo a une largeur une fois lue.
        page.wait_for_function("() => document.querySelector('video').videoWidth > 0")
        screenshot(page, "depot-3-fini")


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_upload_cancelled_halfway_leaves_nothing(site, client, bucket, film):
    with browser_page("depot-annule") as page:
        page.goto(site)
        slow_down(page, SLOW // 2)
        page.get_by_label("Fichier à déposer").set_input_files(film)
        # Au clavier : le bouton « Annuler » a le focus dès que l'envoi commence.
        page.get_by_role("button", name="Envoyer").press("Enter")
        page.wait_for_function("() => document.getElementById('bar').value >= 40")
        assert percent(page) < 90
        page.keyboard.press("Enter")
        page.get_by_text("Envoi annulé").wait_for()
        screenshot(page, "depot-4-annule")
        assert page.evaluate("() => document.activeElement.id") == "send"
        assert page.get_by_role("button", name="Annuler").is_disabled()
        assert not page.locator("#result").is_visible()
        # Le serveur a pu recevoir la moitié du fichier : il n'en fait pas un objet.
        page.wait_for_timeout(1000)
        assert stored(client, bucket) == []
        # La page sert encore.
        page.get_by_label("Fichier à déposer").set_input_files(sample("logo.png"))
        page.get_by_role("button", name="Envoyer").click()
        page.get_by_role("heading", name="Ce que le serveur a reçu").wait_for()
        assert len(stored(client, bucket)) == 1


@pytest.mark.needs("chromium")
def test_wrong_type_is_refused_before_anything_is_sent(site, client, bucket):
    note = {"name": "<b>note</b>.txt", "mimeType": "text/plain", "buffer": b"bonjour"}
    with browser_page("depot-refus") as page:
        page.goto(site)
        requested = []
        page.on("request", lambda request: requested.append(request.url))
        page.get_by_label("Fichier à déposer").set_input_files(note)
        page.get_by_role("button", name="Envoyer").click()
        page.get_by_text("Refusé avant l’envoi").wait_for()
        screenshot(page, "depot-5-refuse")
        assert note["name"] in page.get_by_role("status").inner_text()
        assert requested == []
        assert stored(client, bucket) == []


@pytest.mark.needs("chromium")
def test_store_that_does_not_answer_is_said(bucket):
    away = Minio(
        endpoint="127.0.0.1:1",
        access_key="cle",
        secret_key="secret00",
        secure=False,
        region="us-east-1",
    )
    with (
        serve(upload_app(away, bucket), name="depot-loin") as served,
        browser_page("depot-loin") as page,
    ):
        page.goto(served.url)
        page.get_by_label("Fichier à déposer").set_input_files(sample("logo.png"))
        page.get_by_role("button", name="Envoyer").click()
        page.get_by_text("Le serveur S3 ne répond pas").wait_for()
        assert page.get_by_role("button", name="Envoyer").is_enabled()


@pytest.mark.needs("chromium")
def test_page_is_accessible_without_sight_or_mouse(site, request):
    with browser_page("depot-acces") as page:
        page.goto(site)
        assert page.locator("html").get_attribute("lang") == "fr"
        status = page.get_by_role("status")
        assert status.get_attribute("aria-live") == "polite"
        for name in ("file", "bar"):
            assert page.locator(f"label[for={name}]").count() == 1
        order = []
        for _ in range(2):
            page.keyboard.press("Tab")
            order.append(page.evaluate("() => document.activeElement.id"))
        assert order == ["file", "send"]
        page.evaluate(
            "() => { for (const one of document.querySelectorAll('[hidden]')) one.hidden = 0 }"
        )
        grounds = set()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.get_by_role("button", name="Envoyer").click()
            page.get_by_text("aucun fichier n’est choisi").wait_for()
            assert axe.faults(page, request.config.cache) == []
            grounds.add(page.locator("main").evaluate("e => getComputedStyle(e).backgroundColor"))
            screenshot(page, f"depot-{theme}")
        assert len(grounds) == 2, "la page a les mêmes couleurs en clair et en sombre"
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390


@pytest.mark.needs("chromium")
def test_a_file_dropped_on_the_page_is_uploaded(site, client, bucket):
    with browser_page("depot-glisse") as page:
        page.goto(site)
        data = page.evaluate_handle(
            "() => { const data = new DataTransfer();"
            " data.items.add(new File(['x'], 'a.png', { type: 'image/png' })); return data }"
        )
        page.locator("#zone").dispatch_event("drop", {"dataTransfer": data})
        assert page.locator("#chosen").inner_text() == "a.png"
        page.get_by_role("button", name="Envoyer").click()
        page.get_by_role("heading", name="Ce que le serveur a reçu").wait_for()
        assert [item.size for item in stored(client, bucket)] == [1]


@pytest.mark.needs("chromium")
def test_the_button_that_chooses_a_file_is_in_french(site):
    """Celui du navigateur serait dans sa langue : le nôtre le couvre, et ouvre le même choix."""
    with browser_page("depot-choix") as page:
        page.goto(site)
        assert page.locator("#file").evaluate("e => getComputedStyle(e).opacity") == "0"
        with page.expect_file_chooser() as chooser:
            page.locator("#file").click()
        above = page.get_by_text("Choisir un fichier").evaluate(
            "e => { const { x, y, width, height } = e.getBoundingClientRect();"
            " return document.elementFromPoint(x + width / 2, y + height / 2).id; }"
        )
        assert above == "file"
        chooser.value.set_files(sample("logo.png"))
        assert page.locator("#chosen").inner_text() == "logo.png"
