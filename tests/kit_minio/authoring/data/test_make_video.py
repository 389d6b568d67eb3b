"""Le dessin de la marée est bien celui de la vidéo d'exemple."""

from __future__ import annotations

import av
import pytest
from PIL import ImageChops, ImageStat

from helpers.samples import sample
from kit_minio.authoring.data.make_video import FPS, backdrop, frame_at


@pytest.mark.parametrize("number", [0, 75, 149])
def test_a_frame_drawn_again_is_that_of_the_sample(number):
    with av.open(str(sample("maree.mp4"))) as movie:
        shown = [frame.to_image() for frame in movie.decode(video=0)][number]
    drawn = frame_at(number / FPS, backdrop())
    # La compression change un peu les couleurs ; un autre instant en change bien plus.
    assert _distance(shown, drawn) < 6 < _distance(shown, frame_at(2.2, backdrop()))


def _distance(one, other):
    return max(ImageStat.Stat(ImageChops.difference(one, other)).rms)
