"""Les affichages : en texte et en HTML, triés, sans rien de changeant ni de secret."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import quote

import matplotlib.pyplot as plt
import pytest
from minio import Minio

from helpers import server as servers
from helpers.components.figure import data_address
from helpers.display import (
    Link,
    show_buckets,
    show_error,
    show_image,
    show_link,
    show_object,
    show_objects,
    show_page,
    show_plot,
    show_tree,
    user_metadata,
)
from helpers.errors import ContentError, KitError
from helpers.samples import sample
from helpers.spaces import fresh_bucket, fresh_space, remove_bucket, remove_space

DATE = r"\d\d/\d\d/\d{4} \d\d:\d\d"


def put(client: Minio, bucket: str, key: str, octets: int = 1) -> None:
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(bytes(octets)), length=octets
    )


@pytest.fixture
def bucket(client):
    bucket = fresh_bucket(client, "essai-affichage")
    yield bucket
    remove_bucket(client, bucket)


def test_nothing_to_show_is_said():
    assert repr(show_objects([])) == "Aucun objet."
    assert repr(show_buckets(iter([]))) == "Aucun bucket."


def test_buckets_are_sorted_and_dated_on_demand(client):
    space = fresh_space(client, "essai-montre")
    for name in ("z", "a"):
        client.make_bucket(bucket_name=f"{space}-{name}")
    buckets = [b for b in client.list_buckets() if b.name.startswith(space)]
    names = [space, f"{space}-a", f"{space}-z"]
    assert repr(show_buckets(reversed(buckets))).splitlines()[2:] == names
    dated = repr(show_buckets(buckets, dates=True))
    assert re.fullmatch(rf"Bucket +Créé le\n─+  ─+\n({space}\S* +{DATE}\n?){{3}}", dated)
    remove_space(client, space)


def test_objects_and_prefixes_are_sorted(client, bucket):
    for key, octets in (("b.txt", 2048), ("photos/été <i>.jpg", 1), ("a.txt", 3)):
        put(client, bucket, key, octets)
    shallow = show_objects(client.list_objects(bucket_name=bucket))
    assert repr(shallow).splitlines()[2:] == [
        "a.txt        3 o",
        "b.txt    2,0 Kio",
        "photos/  préfixe",
    ]
    deep = show_objects(client.list_objects(bucket_name=bucket, recursive=True))
    assert [row[0] for row in deep.rows] == ["a.txt", "b.txt", "photos/été <i>.jpg"]
    assert "photos/été &lt;i&gt;.jpg" in deep._repr_html_()
    dated = show_objects(client.list_objects(bucket_name=bucket), dates=True)
    assert dated.headers == ["Clé", "Taille", "Modifié le"]
    assert [bool(re.fullmatch(DATE, row[2])) for row in dated.rows] == [True, True, False]
    assert repr(show_objects(client.list_objects(bucket_name=bucket, prefix="zut"))) == (
        "Aucun objet."
    )


def test_link_is_clickable_and_its_signature_is_not_written(client, bucket):
    put(client, bucket, "a & b.txt")
    url = client.presigned_get_object(
        bucket_name=bucket, object_name="a & b.txt", expires=timedelta(minutes=5)
    )
    link = show_link(url, "Ouvrir <ici>")
    assert repr(link) == f"Ouvrir <ici> : {servers.find().url}/{bucket}/a%20%26%20b.txt"
    assert "Signature" not in f"{link}{link!r}"
    page = link._repr_html_()
    address = re.fullmatch(
        r'<a href="([^"]+)" target="_blank" rel="noopener">Ouvrir &lt;ici&gt;</a>', page
    )
    assert address[1].replace("&amp;", "&") == url


def test_a_page_is_shown_with_its_link(monkeypatch):
    page = show_page("http://127.0.0.1:8100/", "Page de <dépôt>")
    assert repr(page) == "Page de <dépôt> : http://127.0.0.1:8100/"
    html = page._repr_html_()
    assert 'href="http://127.0.0.1:8100/"' in html
    assert '<iframe src="http://127.0.0.1:8100/" title="Page de &lt;dépôt&gt;"' in html


def test_on_a_hub_links_are_those_of_the_browser(client, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
    url = client.presigned_get_object("photos", "été.jpg")
    link = show_link(url, "Voir")
    assert re.search(
        r'href="/user/ana/proxy/\d+/kit-s3/127\.0\.0\.1:\d+/photos/%C3%A9t%C3%A9\.jpg\?X-Amz-',
        link._repr_html_(),
    )
    assert "127.0.0.1" in repr(link), "ce que le noyau emploie ne change pas"
    page = show_page("http://127.0.0.1:8100", "Dépôt")._repr_html_()
    assert page.count('="/user/ana/proxy/8100/"') == 2
    assert (
        'href="https://exemple.org/a?b=1"' in show_link("https://exemple.org/a?b=1")._repr_html_()
    )


def test_image_is_read_from_the_store(client, bucket):
    client.fput_object(
        bucket_name=bucket, object_name="p.jpg", file_path=str(sample("phare.jpg")),
        content_type="image/jpeg",
    )  # fmt: skip
    image = show_image(client, bucket, "p.jpg", width=200)
    assert image.source == data_address(sample("phare.jpg").read_bytes())
    assert 'alt="p.jpg" width="200"' in image.html()
    told = show_image(client, bucket, "p.jpg", alt='Un "phare"', caption="Le <phare>.")
    assert 'alt="Un &#34;phare&#34;"' in told.html()
    assert "<figcaption>Le &lt;phare&gt;.</figcaption>" in told.html()
    assert repr(told) == 'Image : Un "phare"\nLe <phare>.'


def test_plot_is_closed_and_has_its_text():
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    shown = show_plot(figure, alt="Une droite", caption="Elle monte.")
    assert plt.get_fignums() == []
    assert shown.source.startswith("data:image/svg+xml;base64,")
    assert repr(shown) == "Graphique : Une droite\nElle monte."


def test_error_is_shown_with_its_code_and_explanation(client, capsys):
    errors = []
    for action in (
        lambda: put(client, "essai-absent", "cle"),
        lambda: (_ for _ in ()).throw(KitError("Le fait.", "Le remède.")),
        lambda: (_ for _ in ()).throw(RuntimeError("une erreur que rien n'explique")),
    ):
        try:
            action()
        except Exception as error:  # noqa: BLE001
            errors.append(error)
    for error in errors:
        show_error(error)
    assert capsys.readouterr().out.splitlines() == [
        "S3Error : NoSuchBucket",
        "Ce bucket n'existe pas.",
        "→ Vérifiez son nom avec list_buckets(), ou créez-le avec make_bucket().",
        "KitError",
        "Le fait.",
        "→ Le remède.",
        "RuntimeError",
        "une erreur que rien n'explique",
    ]


# --- L'arbre des clés ----------------------------------------------------------------------------

KEYS = ("photos/2026/port.jpg", "photos/2026-essais/flou.jpg", "lisez-moi.txt", "vide/")


@pytest.fixture
def forest(client, bucket):
    for key in KEYS:
        put(client, bucket, key, 0 if key.endswith("/") else 2048)
    return bucket


def test_tree_is_sorted_and_gives_sizes(client, forest):
    tree = show_tree(client.list_objects(bucket_name=forest, recursive=True))
    assert repr(tree).splitlines() == [
        "├── lisez-moi.txt (2,0 Kio)",
        "├── photos/",
        "│   ├── 2026-essais/",
        "│   │   └── flou.jpg (2,0 Kio)",
        "│   └── 2026/",
        "│       └── port.jpg (2,0 Kio)",
        "└── vide/",
    ]


def test_prefixes_of_a_flat_listing_are_branches_without_leaves(client, forest):
    tree = show_tree(client.list_objects(bucket_name=forest))
    assert repr(tree).splitlines() == ["├── lisez-moi.txt (2,0 Kio)", "├── photos/", "└── vide/"]


def test_empty_bucket_says_so():
    assert repr(show_tree([])) == "Aucun objet."


def test_keys_are_text_never_markup_in_html():
    class Item:
        object_name = "<b>a</b>/<i>.txt"
        size = 3

    text = show_tree([Item])._repr_html_()
    assert "<b>" not in text
    assert "&lt;b&gt;a&lt;/" in text


# --- Les métadonnées d'un objet ------------------------------------------------------------------

TITLE = "Le port à marée basse"


@pytest.fixture
def stat(client):
    bucket = fresh_bucket(client, "test-display-metadata")
    client.put_object(
        bucket_name=bucket,
        object_name="port.txt",
        data=io.BytesIO(b"bonjour"),
        length=7,
        content_type="text/plain",
        metadata={"Titre": quote(TITLE), "auteur": "Alice", "Cache-Control": "no-store"},
    )
    yield client.stat_object(bucket_name=bucket, object_name="port.txt")
    remove_bucket(client, bucket)


def test_user_metadata_are_decoded_sorted_and_without_prefix(stat):
    assert list(user_metadata(stat).items()) == [("auteur", "Alice"), ("titre", TITLE)]


def test_object_is_shown_without_what_changes(stat):
    assert show_object(stat).rows == [
        ["système", "Taille", "7 o"],
        ["système", "Content-Type", "text/plain"],
        ["système", "Cache-Control", "no-store"],
        ["utilisateur", "auteur", "Alice"],
        ["utilisateur", "titre", TITLE],
    ]


def test_details_add_the_date_and_the_etag(stat):
    names = [name for _, name, _ in show_object(stat, details=True).rows]
    assert names[2:4] == ["Modifié le", "ETag"]
    assert stat.etag in repr(show_object(stat, details=True))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "vbscript:x",
        "//exemple.org/a",
        "http:alert(1)",
        "lab/tree/a.ipynb",
        "",
    ],
)
def test_only_addresses_of_pages_are_links(url):
    """« javascript: » s'exécuterait dans JupyterLab, avec les droits de la personne."""
    with pytest.raises(ContentError, match="http"):
        show_link(url)
    with pytest.raises(ContentError, match="http"):
        Link(url, "Ouvrir")


def test_an_enormous_picture_is_not_loaded(client, monkeypatch):
    bucket = fresh_bucket(client, "images-enormes")
    client.put_object(bucket_name=bucket, object_name="p", data=io.BytesIO(b"xyz"), length=3)
    monkeypatch.setattr("helpers.display._PICTURE", 2)
    with pytest.raises(ContentError, match="pèse plus de 2 o"):
        show_image(client, bucket, "p")
