"""Les fichiers d'exemple : les mêmes octets, du bon type, et le serveur qui les distribue."""

from __future__ import annotations

import csv
import hashlib
import http.client
import io
import socket
import struct
import threading
import time
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from helpers.errors import ContentError
from helpers.samples import CHUNK_SIZE, DATA, SAMPLES, sample, serve_folder

SIZES_AND_MD5 = {
    "logo.png": (19_030, "48b256c13bee18f6182ae9e4274b5fdc"),
    "maree.mp4": (90_113, "5505794de8747bcd6607076b5c454130"),
    "phare.jpg": (148_029, "0f183362e0bef77def55d825c73377ee"),
    "port.jpg": (127_193, "9a628269661c9426c3701674a5022c8a"),
    "velib.csv": (168_330, "3839b79dc1107b565cf7c16de63d87c0"),
}
UNKNOWN_SIZE = "velib.csv?taille=inconnue"


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
    [("port.jpg", (1200, 800)), ("phare.jpg", (800, 1000)), ("logo.png", (256, 256))],
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


# --- serve_folder()


@pytest.mark.parametrize("name", SAMPLES)
def test_server_gives_each_file_with_its_type_and_size(name: str) -> None:
    with serve_folder() as url:
        response = httpx.get(f"{url}/{name}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == SAMPLES[name]
    assert response.headers["Content-Length"] == str(SIZES_AND_MD5[name][0])
    assert response.content == sample(name).read_bytes()


def test_server_can_hide_the_size() -> None:
    with serve_folder() as url, httpx.stream("GET", f"{url}/{UNKNOWN_SIZE}") as response:
        assert "Content-Length" not in response.headers
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert response.headers["Content-Type"] == "text/csv"
        assert response.read() == sample("velib.csv").read_bytes()


def raw_answer(url: str, request: str) -> tuple[list[bytes], bytes]:
    """Renvoie les lignes de l'en-tête et le corps tels qu'ils arrivent, sans client HTTP."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def test_hidden_size_comes_in_several_chunks() -> None:
    content = sample("velib.csv").read_bytes()
    with serve_folder() as url:
        _, wire = raw_answer(url, f"GET /{UNKNOWN_SIZE}")
    sizes = []
    while True:
        size, _, wire = wire.partition(b"\r\n")
        sizes.append(int(size, 16))
        part, wire = wire[: sizes[-1]], wire[sizes[-1] + 2 :]
        assert content.startswith(part)
        content = content[len(part) :]
        if not part:
            break
    assert (content, wire) == (b"", b"")
    assert len(sizes) > 5
    assert set(sizes[:-2]) == {CHUNK_SIZE}


@pytest.mark.parametrize("path", ["velib.csv", UNKNOWN_SIZE])
def test_head_says_the_same_without_the_body(path: str) -> None:
    with serve_folder() as url:
        head, nothing = raw_answer(url, f"HEAD /{path}")
        get, body = raw_answer(url, f"GET /{path}")
    assert nothing == b""
    assert len(body) >= SIZES_AND_MD5["velib.csv"][0]
    kept = (b"HTTP/1.1 200", b"Content-", b"Transfer-Encoding")
    assert [line for line in head if line.startswith(kept)] == [
        line for line in get if line.startswith(kept)
    ]


@pytest.mark.parametrize(
    "path", ["", "chat.jpg", "make/port.svg", "..%2Fsamples.py", "chat?taille=inconnue"]
)
def test_server_gives_nothing_else(path: str) -> None:
    with serve_folder() as url:
        response = httpx.get(f"{url}/{path}")
    assert response.status_code == 404
    assert "velib.csv" in response.text
    assert "fichiers d'exemple" in response.text


def test_one_connection_serves_several_requests() -> None:
    with serve_folder() as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        for path in ("/port.jpg", f"/{UNKNOWN_SIZE}", "/chat.jpg", "/velib.csv"):
            connection.request("GET", path)
            length = len(connection.getresponse().read())
        assert length == SIZES_AND_MD5["velib.csv"][0]
        connection.close()


def refuses(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((address.hostname, address.port)) != 0


@pytest.mark.filterwarnings(
    "error::pytest.PytestUnraisableExceptionWarning", "error::ResourceWarning"
)
def test_server_listens_on_loopback_and_frees_its_port() -> None:
    before = set(threading.enumerate())
    with serve_folder() as url, serve_folder() as other:
        assert url != other
        assert urlsplit(url).hostname == "127.0.0.1"
        assert httpx.get(f"{url}/logo.png").is_success
        assert httpx.get(f"{other}/logo.png").is_success
    assert refuses(url)
    assert refuses(other)
    assert set(threading.enumerate()) == before


def test_server_stops_after_an_error() -> None:
    before = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError), serve_folder() as url:
        _ = 1 / 0
    assert refuses(url)
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize("request_line", ["", f"GET /{UNKNOWN_SIZE} HTTP/1.1\r\n\r\n"])
def test_idle_or_slow_client_does_not_hold_the_server(
    request_line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = set(threading.enumerate())
    with serve_folder() as url:
        address = urlsplit(url)
        client = socket.socket()
        # Un petit tampon : la réponse ne tient pas dedans, le serveur attend le client.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((address.hostname, address.port))
        rescue = threading.Timer(5, client.close)  # un serveur qui attendrait finit quand même
        rescue.start()
        client.sendall(request_line.encode() * 50)
        deadline = time.monotonic() + 5
        while len(set(threading.enumerate()) - before) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    rescue.cancel()
    rescue.join()
    assert set(threading.enumerate()) == before
    client.close()
    assert capfd.readouterr() == ("", "")


def test_client_that_leaves_early_is_not_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with serve_folder() as url:
        for _ in range(5):
            with httpx.stream("GET", f"{url}/{UNKNOWN_SIZE}") as response:
                next(response.iter_raw(1))
        assert httpx.get(f"{url}/velib.csv").is_success
    assert capfd.readouterr() == ("", "")
