"""``show_tree`` : les clés d'un bucket, dessinées en arbre."""

import io

import pytest

from helpers.display import show_tree
from helpers.spaces import fresh_bucket, remove_bucket

KEYS = ("photos/2026/port.jpg", "photos/2026-essais/flou.jpg", "lisez-moi.txt", "vide/")


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "test-display-tree")
    for key in KEYS:
        data = b"" if key.endswith("/") else b"x" * 2048
        client.put_object(
            bucket_name=name,
            object_name=key,
            data=io.BytesIO(data),
            length=len(data),
            content_type="text/plain",
        )
    yield name
    remove_bucket(client, name)


def test_tree_is_sorted_and_gives_sizes(client, bucket):
    tree = show_tree(client.list_objects(bucket_name=bucket, recursive=True))
    assert repr(tree).splitlines() == [
        "├── lisez-moi.txt (2,0 Kio)",
        "├── photos/",
        "│   ├── 2026-essais/",
        "│   │   └── flou.jpg (2,0 Kio)",
        "│   └── 2026/",
        "│       └── port.jpg (2,0 Kio)",
        "└── vide/",
    ]


def test_prefixes_of_a_flat_listing_are_branches_without_leaves(client, bucket):
    tree = show_tree(client.list_objects(bucket_name=bucket))
    assert repr(tree).splitlines() == ["├── lisez-moi.txt (2,0 Kio)", "├── photos/", "└── vide/"]


def test_empty_bucket_says_so():
    assert repr(show_tree([])) == "Aucun objet."
    assert show_tree([])._repr_html_() == "<p>Aucun objet.</p>"


def test_keys_are_text_never_markup_in_html():
    class Item:
        object_name = "<b>a</b>/<i>.txt"
        size = 3

    text = show_tree([Item])._repr_html_()
    assert "<b>" not in text
    assert "&lt;b&gt;a&lt;/" in text
    assert text.count("<ul>") == text.count("</ul>") == 3
