"""La vidéo d'un bucket, jouée dans JupyterLab ; rien n'en est copié dans le notebook."""

from __future__ import annotations

import pytest

from helpers import fresh_bucket, remove_bucket, sample, show_video
from tests.support.browser import (
    cells,
    errors,
    run_all,
)

SOURCE = """
from helpers import connect, fresh_bucket, sample, show_video
client = connect(quiet=True)
bucket = fresh_bucket(client, "video")
client.fput_object(bucket_name=bucket, object_name="maree", file_path=str(sample("maree.mp4")),
                   content_type="video/mp4")
show_video(client, bucket, "maree")
"""


def test_video_is_a_short_player_and_hides_its_signature_in_text(client):
    video = show_video(client, "un-bucket", 'a "b" <c>.mp4')
    assert repr(video).splitlines()[0] == 'Vidéo : a "b" <c>.mp4'
    assert "exécutez de nouveau cette cellule" in repr(video)
    html = video._repr_html_()
    assert html.count("<") == 6
    assert 'width="480"' in html
    assert 'aria-label="a &#34;b&#34; &lt;c&gt;.mp4"' in html
    assert "X-Amz-Expires=3600&amp;" in html
    assert len(html) < 1000 < sample("maree.mp4").stat().st_size


def test_on_a_hub_the_player_has_the_address_of_the_browser(client, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
    assert ' src="/user/ana/proxy/' in show_video(client, "un-bucket", "film.mp4").html()


def test_poster_and_caption_stay_in_the_notebook(client):
    bucket = fresh_bucket(client, "affiche")
    client.fput_object(bucket_name=bucket, object_name="p", file_path=str(sample("phare.jpg")))
    video = show_video(client, bucket, "film", alt="La marée", caption="Le port.", poster="p")
    page = video.html()
    assert 'poster="data:image/jpeg;base64,' in page
    assert 'aria-label="La marée"' in page
    assert "<figcaption>Le port. Une image noire" in page
    assert repr(video).startswith("Vidéo : La marée\nLe port. Une image noire")
    remove_bucket(client, bucket)


@pytest.mark.needs("chromium")
def test_video_plays_in_the_lab(client, bench):
    with bench.opened("film", SOURCE) as page:
        # Le navigateur demande des intervalles.
        with page.expect_request(lambda request: "range" in request.headers):
            run_all(page)
        assert errors(page) == []
        page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
        page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
        assert page.locator("video").evaluate("video => video.videoWidth") > 0
        assert len(str(cells(page)[0]["outputs"])) < 2000
