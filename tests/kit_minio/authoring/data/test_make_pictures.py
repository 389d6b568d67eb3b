"""Les dessins vectoriels sont bien ceux des images d'exemple."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from helpers.samples import sample
from kit_minio.authoring.data.make_pictures import render
from tests.support.browser import new_context


@pytest.mark.slow
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("file", ["port.jpg", "phare.jpg", "logo.png"])
def test_a_drawing_rendered_again_is_that_of_the_sample(file):
    context = new_context()
    drawn = render(context.browser, file.partition(".")[0]).convert("RGB")
    context.close()
    with Image.open(sample(file)) as picture:
        shown = picture.convert("RGB")
    assert drawn.size == shown.size
    assert (
        max(ImageStat.Stat(ImageChops.difference(drawn, shown)).rms) < 12
    )  # d'un autre dessin : plus de 60
