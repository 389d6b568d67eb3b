"""La galerie : les jours, les images d'une page, ce qui manque."""

from __future__ import annotations

import gzip

from helpers import gallery
from helpers.widgets.gallery import picture
from tests.support.widgets import put


def test_the_gallery_says_what_it_cannot_show(client, bucket):
    assert str(gallery(client, bucket)) == "Aucune image."
    assert "Ce bucket n'existe pas" in str(gallery(client, "essai-absent"))
    view = gallery(client, "essai-absent").build()
    assert view.error.startswith("✗ Ce bucket n'existe pas")
    assert view.page["span"] == "Aucune image."


def test_days_are_counted_with_their_first_and_last_picture(client, bucket):
    for key in ("camera/2025/03/29/060001-640.jpg", "camera/2025/03/29/060000-000.jpg"):
        put(client, bucket, key)
    text = str(gallery(client, bucket))
    assert "29/03/2025       2  06:00:00,000    06:00:01,640" in text


def test_a_picture_says_when_and_how_much_moved(client, bucket):
    key = "camera/2025/03/29/060001-640.jpg"
    put(client, bucket, key, metadata={"camera": "Quai%20%3Cb", "mouvement": "2.5"})
    assert picture(client, bucket, key) == {
        "label": "Quai <b, 29/03/2025 à 06:00:01,640 UTC, mouvement 2,5 %",
        "caption": "06:00:01,640, mouvement 2,5 %",
        "data": b"x",
    }


def test_a_picture_is_not_decompressed(client, bucket):
    key, bomb = "camera/2025/03/29/060001-640.jpg", gzip.compress(bytes(20_000_000))
    put(client, bucket, key, bomb, metadata={"Content-Encoding": "gzip"})
    assert picture(client, bucket, key)["data"] == bomb


def test_pages_of_the_gallery_hold_six_pictures(client, bucket):
    for second in range(8):
        put(client, bucket, f"camera/2025/03/29/06000{second}-000.jpg")
    put(client, bucket, "camera/2025/03/30/060000-000.jpg")
    view = gallery(client, bucket).build()
    assert [name for _, name in view.days["names"]] == ["30/03/2025", "29/03/2025"]
    assert (view.days["open"], len(view.page["pictures"])) == ("2025/03/30", 1)
    view.do_open("2025/03/29")
    assert (len(view.page["pictures"]), view.page["span"]) == (6, "Images 1 à 6 sur 8.")
    view.do_turn(1)
    assert [view.page[name] for name in ("span", "before", "after")] == [
        "Images 7 à 8 sur 8.",
        True,
        False,
    ]
    view.do_refresh()
    assert (view.days["open"], view.page["span"]) == ("2025/03/29", "Images 1 à 6 sur 8.")
    for item in client.list_objects(bucket_name=bucket, recursive=True):
        client.remove_object(bucket_name=bucket, object_name=item.object_name)
    view.do_open("2025/03/29")
    assert (view.page["span"], view.page["pictures"]) == ("Aucune image.", [])
