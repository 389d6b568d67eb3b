"""Les images d'un élève : lues à part, ensemble, et jamais crues."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from helpers.spaces import fresh_space
from kit_minio.checks.decoding import NotRead
from kit_minio.checks.lesson_19_camera.shots import read_shots
from kit_minio.checks.model import Context, Review


def jpeg(width: int, height: int, kind: str = "JPEG") -> bytes:
    data = io.BytesIO()
    Image.fromarray(np.full((height, width), 120, "uint8")).save(data, kind)
    return data.getvalue()


@pytest.fixture
def context(client) -> Context:
    found = Context(client, fresh_space(client, "essai-images"), 1, "shots")
    found.make_bucket("jardin")
    return found


def test_each_image_is_read_or_refused_alone(context: Context) -> None:
    files = {
        "bonne": jpeg(96, 64),
        "coupée": jpeg(96, 64)[:-100],
        "png": jpeg(96, 64, "PNG"),
        "vide": b"",
        "immense": jpeg(2000, 1500),
    }
    for key, data in files.items():
        context.put("jardin", key, data)
    found = read_shots(context, "jardin", [*files])
    good = found["bonne"]
    assert good is not None
    assert (good.width, good.height, set(good.gray)) == (96, 64, {120})
    assert [found[key] for key in ("coupée", "png", "vide")] == [None, None, None]
    assert found["immense"] is not None
    assert found["immense"].gray == b""


def test_all_images_are_read_at_once(context: Context) -> None:
    runs = []

    def counted(script: str, data: bytes) -> bytes:
        runs.append(script)
        return context.run(script, data)

    for key in "abc":
        context.put("jardin", key, jpeg(8, 8))
    read_shots(replace(context, run=counted), "jardin", [*"abc"])
    assert len(runs) == 1


@pytest.mark.parametrize("said", [b'{"a": {"width": 9, "height": 9, "gray": "AAAA"}}'])
def test_an_image_that_lies_about_its_size_is_none(context: Context, said: bytes) -> None:
    context.put("jardin", "a", b"x")
    found = read_shots(replace(context, run=lambda script, data: said), "jardin", ["a"])
    assert found == {"a": None}


def test_a_reading_that_stops_is_told(context: Context) -> None:
    def stopped(script: str, data: bytes) -> bytes:
        raise NotRead

    context.put("jardin", "a", b"x")
    with pytest.raises(Review, match="ne sont pas lisibles"):
        read_shots(replace(context, run=stopped), "jardin", ["a"])
