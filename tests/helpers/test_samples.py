"""Les fichiers d'exemple : toujours les mêmes octets, et du type annoncé."""

from __future__ import annotations

import csv
import hashlib
import io
import struct
from datetime import datetime
from itertools import pairwise

import pytest
from PIL import Image

from helpers.errors import ContentError
from helpers.samples import DATA, SAMPLES, sample

SIZES_AND_MD5 = {
    "logo.png": (19_030, "48b256c13bee18f6182ae9e4274b5fdc"),
    "maree.jpg": (16_220, "df734e90d01c695270c0feda33e2f733"),
    "maree.mp4": (90_113, "5505794de8747bcd6607076b5c454130"),
    "phare.jpg": (148_029, "0f183362e0bef77def55d825c73377ee"),
    "port.jpg": (127_193, "9a628269661c9426c3701674a5022c8a"),
    "velib.csv": (168_330, "3839b79dc1107b565cf7c16de63d87c0"),
}


# --- Les fichiers


def test_table_names_every_file_of_the_folder() -> None:
    files = {path.name for path in DATA.iterdir() if path.is_file() and path.name[0] != "."}
    assert files == set(SAMPLES) == set(SIZES_AND_MD5)


@pytest.mark.parametrize("name", SAMPLES)
def test_bytes_are_stable(name: str) -> None:
    content = sample(name).read_bytes()
    assert (len(content), hashlib.md5(content).hexdigest()) == SIZES_AND_MD5[name]  # noqa: S324


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("port.jpg", (1200, 800)),
        ("phare.jpg", (800, 1000)),
        ("logo.png", (256, 256)),
        ("maree.jpg", (480, 270)),
    ],
)
def test_pictures_are_what_their_type_says(name: str, size: tuple[int, int]) -> None:
    with Image.open(sample(name)) as picture:
        assert Image.MIME[picture.format or ""] == SAMPLES[name]
        assert picture.size == size
        picture.verify()
    with Image.open(sample(name)) as picture:
        picture.load()  # verify() ne décode pas les pixels d'un JPEG
        assert len(picture.getexif()) == 0
        low, high = picture.convert("L").getextrema()
        assert high - low > 150, "une image presque unie n'est pas un dessin"


def test_logo_is_transparent_around_the_bucket() -> None:
    with Image.open(sample("logo.png")) as picture:
        alpha = picture.getchannel("A")
    assert alpha.getpixel((0, 0)) == 0
    assert alpha.getpixel((128, 180)) == 255


def rows() -> list[dict[str, str]]:
    text = sample("velib.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def test_csv_is_plain_utf8_with_its_header() -> None:
    content = sample("velib.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    header, *lines = content.decode("utf-8").splitlines()
    assert header == (
        "Identifiant station;Nom station;Station en fonctionnement;Capacité de la station;"
        "Nombre bornettes libres;Nombre total vélos disponibles;Vélos mécaniques disponibles;"
        "Vélos électriques disponibles;Borne de paiement disponible;Retour vélib possible;"
        "Actualisation de la donnée;Coordonnées géographiques;Nom communes équipées"
    )
    assert len(lines) == 1400
    assert {line.count(";") for line in lines} == {header.count(";")}
    assert sum(not line.isascii() for line in lines) > 1000, "les accents sont là"


def test_csv_stations_are_coherent() -> None:
    stations = rows()
    assert len({row["Identifiant station"] for row in stations}) == len(stations)
    assert len({row["Nom station"] for row in stations}) == len(stations)
    for row in stations:
        capacity, free, total, mechanical, electric = (
            int(row[column])
            for column in (
                "Capacité de la station",
                "Nombre bornettes libres",
                "Nombre total vélos disponibles",
                "Vélos mécaniques disponibles",
                "Vélos électriques disponibles",
            )
        )
        assert min(capacity, free, total, mechanical, electric) >= 0, row
        assert mechanical + electric == total, row
        assert total + free <= capacity, row
        if row["Station en fonctionnement"] == "NON":
            assert (total, free, row["Retour vélib possible"]) == (0, 0, "NON"), row
        for column in (
            "Station en fonctionnement",
            "Borne de paiement disponible",
            "Retour vélib possible",
        ):
            assert row[column] in {"OUI", "NON"}, row
        assert datetime.fromisoformat(row["Actualisation de la donnée"]).tzinfo is not None
        latitude, longitude = map(float, row["Coordonnées géographiques"].split(", "))
        assert 48.7 < latitude < 49.0, row
        assert 2.2 < longitude < 2.5, row


def test_csv_has_something_to_find() -> None:
    stations = rows()
    working = [row for row in stations if row["Station en fonctionnement"] == "OUI"]
    assert 10 < len(stations) - len(working) < 100
    assert sum(row["Nombre total vélos disponibles"] == "0" for row in working) > 50
    assert sum(row["Nombre bornettes libres"] == "0" for row in working) > 20
    assert len({row["Nom communes équipées"] for row in stations}) == 12


def boxes(content: bytes) -> dict[str, bytes]:
    """Renvoie les boîtes MP4 de ce niveau, dans l'ordre du fichier."""
    found = {}
    start = 0
    while start < len(content):
        size, kind = struct.unpack_from(">I4s", content, start)
        assert size >= 8
        found[kind.decode("ascii")] = content[start + 8 : start + size]
        start += size
    assert start == len(content)
    return found


def test_video_is_h264_with_its_index_first() -> None:
    movie = boxes(sample("maree.mp4").read_bytes())
    kinds = list(movie)
    assert kinds[0] == "ftyp"
    assert kinds.index("moov") < kinds.index("mdat")
    index = boxes(movie["moov"])
    timescale, duration = struct.unpack_from(">II", index["mvhd"], 12)
    assert duration / timescale == 6
    width, height = struct.unpack_from(">II", boxes(index["trak"])["tkhd"], 76)
    assert (width >> 16, height >> 16) == (480, 270)
    assert b"avc1" in index["trak"]


def test_video_moves_then_rests() -> None:
    av = pytest.importorskip("av", reason="av manque : pip install av")
    with av.open(str(sample("maree.mp4"))) as movie:
        assert movie.streams.video[0].pix_fmt == "yuv420p"
        frames = [(frame.time, frame.to_ndarray(format="gray")) for frame in movie.decode(video=0)]
    assert len(frames) == 150
    for (_, before), (seconds, after) in pairwise(frames):
        change = abs(after.astype(int) - before)
        stamp = change[8:28, 8:143].max()
        assert (stamp > 60) == seconds.is_integer(), "l'horodatage saute à chaque seconde pleine"
        change[8:28, 8:143] = 0
        moving = (change > 25).mean()
        if 1.6 <= seconds <= 4.4:
            assert moving > 0.005, seconds
        elif not 1.5 <= seconds <= 4.54:
            assert moving < 0.0002, seconds


# --- sample()


@pytest.mark.parametrize("name", ["chat.jpg", "", "PORT.JPG", "make/port.svg", "../samples.py"])
def test_unknown_sample_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ContentError) as caught:
        sample(name)
    assert f"«\u00a0{name}\u00a0»" in caught.value.fact
    assert "helpers/data" in caught.value.fact
    for known in SAMPLES:
        assert known in caught.value.remedy
