"""La galerie : les jours, les images d'une page, ce qui manque."""

from __future__ import annotations

import gzip

from helpers import gallery
from helpers.widgets.gallery import picture
from tests.support.widgets import put


def test_the_gallery_says_what_it_cannot_show(client, bucket):
    assert str(gallery(client, bucket)) == "Aucune image."
    assert "Ce bucket n'existe pas" in str(gallery(client, "essai-absent"))
    error = gallery(client, "essai-absent").build().children[2].value
    assert error.startswith('<p role="alert">✗ Ce bucket n')


def test_days_are_counted_with_their_first_and_last_picture(client, bucket):
    for key in ("camera/2025/03/29/060001-640.jpg", "camera/2025/03/29/060000-000.jpg"):
        put(client, bucket, key)
    text = str(gallery(client, bucket))
    assert "29/03/2025       2  06:00:00,000    06:00:01,640" in text


def test_the_text_of_a_picture_is_escaped(client, bucket):
    key = "camera/2025/03/29/060001-640.jpg"
    put(client, bucket, key, metadata={"camera": "%22%3E%3Cscript%3E", "mouvement": "2.5"})
    text = picture(client, bucket, key)
    assert "<script" not in text
    assert 'alt="&quot;&gt;&lt;script&gt;, 29/03/2025 à 06:00:01,640 UTC, mouvement 2,5 %"' in text


def test_a_picture_is_not_decompressed(client, bucket):
    key, bomb = "camera/2025/03/29/060001-640.jpg", gzip.compress(bytes(20_000_000))
    put(client, bucket, key, bomb, metadata={"Content-Encoding": "gzip"})
    assert len(picture(client, bucket, key)) < 2 * len(bomb) + 1000


def test_pages_of_the_gallery_hold_six_pictures(client, bucket):
    for second in range(8):
        put(client, bucket, f"camera/2025/03/29/06000{second}-000.jpg")
    put(client, bucket, "camera/2025/03/30/060000-000.jpg")
    box = gallery(client, bucket).build()
    row, tools, _, page = box.children
    refresh, before, after, span = tools.children
    assert [one.description for one in row.children] == ["✓ 30/03/2025", "29/03/2025"]
    assert page.value.count("<img") == 1
    row.children[1].click()
    assert [one.description for one in row.children] == ["30/03/2025", "✓ 29/03/2025"]
    assert page.value.count("<img") == page.value.count("alt=") == 6
    assert "Images 1 à 6 sur 8." in span.value
    after.click()
    assert page.value.count("<img") == 2
    assert (before.disabled, after.disabled) == (False, True)
    before.click()
    assert "Images 1 à 6 sur 8." in span.value
    for item in client.list_objects(bucket_name=bucket, recursive=True):
        client.remove_object(bucket_name=bucket, object_name=item.object_name)
    row.children[1].click()
    assert "Aucune image." in span.value
    assert page.value.count("<img") == 0
    refresh.click()
