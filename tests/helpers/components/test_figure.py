"""Les images, les graphiques et les vidéos : leur texte, leur légende, leurs couleurs."""

from __future__ import annotations

import re

import pytest
from matplotlib.figure import Figure as Drawing

from helpers.components import Figure
from helpers.components.figure import data_address, drawn


def curve() -> Drawing:
    figure = Drawing()
    axes = figure.subplots()
    axes.plot([1, 2], label="<un>")
    axes.bar([1], [2])
    axes.legend()
    axes.set_xlabel("Connexions")
    return figure


def test_the_same_plot_gives_the_same_bytes_with_its_text_as_text():
    page = drawn(curve())
    assert drawn(curve()) == page
    assert b">Connexions</text>" in page
    assert b"&lt;un&gt;" in page
    assert page.startswith(b"<svg")


def test_colours_nobody_chose_follow_the_theme():
    page = drawn(curve()).decode()
    body = page.partition("</style>")[2]
    assert not re.search("(?<!, )#[0-9a-f]{6}", body)
    assert "var(--m1f77b4, #1f77b4)" in body
    assert "--m1f77b4:" in page
    assert "prefers-color-scheme: dark" in page


def test_the_grid_follows_the_values_and_never_crosses_a_bar():
    figure = Drawing()
    lying, upright = figure.subplots(1, 2)
    lying.barh(["a", "b"], [1, 2])
    upright.bar(["a", "b"], [1, 2])
    drawn(figure)
    seen = [
        [
            line.get_visible()
            for line in (axis.get_gridlines()[0] for axis in (one.xaxis, one.yaxis))
        ]
        for one in (lying, upright)
    ]
    assert seen == [[True, False], [False, True]]


def test_a_number_is_read_with_a_comma():
    figure = Drawing()
    axes = figure.subplots()
    axes.bar_label(axes.barh(["127.0.0.1:9000"], [0.25]), fmt="%.2f s")
    page = drawn(figure).decode()
    assert ">0,25 s</text>" in page and ">127.0.0.1:9000</text>" in page
    assert re.search(r">0,\d+</text>", page), "les graduations aussi"
    assert re.search(r'transform="[^"]*\d\.\d', page)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG..", "png"),
        (b"\xff\xd8", "jpeg"),
        (b"GIF89a", "gif"),
        (b"RIFF....WEBP", "webp"),
        (b"<svg", "svg+xml"),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(data, kind):
    assert data_address(data).startswith(f"data:image/{kind};base64,")


def test_alt_and_caption_are_text_never_markup():
    evil = '"><script>alert(1)</script>'
    for kind in ("Image", "Vidéo"):
        page = Figure(kind, evil, evil, evil, 10, evil).html()
        assert "<script" not in page
        assert page.count("<figcaption>") == 1
    assert "figcaption" not in Figure("Image", "a", "b").html()
