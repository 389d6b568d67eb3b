"""La caméra : réglages refusés ou acceptés, images qui bougent, vidéos abîmées, rangement."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from helpers import fresh_bucket, remove_bucket, sample
from helpers import server as servers
from helpers.display import user_metadata
from helpers.errors import ContentError, SettingsError
from helpers.s3 import client_for
from helpers.topics.camera import (
    Settings,
    days,
    frames,
    key_of,
    moment_of,
    parse_settings,
    prepare,
    read_settings,
    record,
    shots_of,
    watch,
)

pytest.importorskip("av", reason="av manque : python3 kit.py lab --full")
pytest.importorskip("yaml", reason="pyyaml manque : python3 kit.py lab --full")

START = datetime(2025, 3, 29, 6, tzinfo=UTC)
CLOCK = (8, 8, 143, 28)


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "essai-camera")
    yield name
    remove_bucket(client, name)


def put(client, bucket, key, data=b"x", **options):
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data), **options
    )


def keys_of(client, bucket):
    found = client.list_objects(bucket_name=bucket, recursive=True)
    return sorted(item.object_name for item in found)


# --- Les réglages -------------------------------------------------------------------------------


def test_settings_come_from_a_file(tmp_path):
    path = tmp_path / "quai.yaml"
    path.write_text(
        "\ufeffbucket: images  # ici\ncamera: Quai Éléonore\nignore: [8, 8, 143, 28]\n"
        "threshold: 1\nkeep_days: 7\n",
        encoding="utf-8",
    )
    assert read_settings(path) == read_settings(str(path))
    assert read_settings(path) == Settings(
        "images", "Quai Éléonore", threshold=1, ignore=CLOCK, keep_days=7
    )


@pytest.mark.parametrize("name", ["treshold", "keep-days", "Bucket", "vitesse", "1"])
def test_an_unknown_setting_is_refused_and_the_known_ones_are_named(name):
    with pytest.raises(SettingsError) as caught:
        parse_settings(f"bucket: images\n{name}: 3\n", "quai.yaml")
    assert caught.value.fact == f"Le réglage « {name} », dans quai.yaml, n'existe pas."
    assert "keep_days" in caught.value.remedy
    guessed = "Vouliez-vous écrire" in caught.value.remedy
    assert guessed == (name not in ("vitesse", "1"))


@pytest.mark.parametrize(
    "name",
    [
        "secret_key",
        "access_key",
        "MINIO_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "password",
        "jeton",
        "mot_de_passe",
        "endpoint",
        "MINIO_ENDPOINT",
        "cle",
        "key",
    ],
)
def test_a_credential_is_refused_and_never_repeated(name):
    with pytest.raises(SettingsError) as caught:
        parse_settings(f"bucket: images\n{name}: s3cr3t\n", "quai.yaml")
    assert "n'a pas sa place" in caught.value.fact
    assert "MINIO_ACCESS_KEY" in caught.value.remedy
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("bucket: ''", "un nom de bucket"),
        ("bucket: 3", "un nom de bucket"),
        ("prefix: camera", "finit par"),
        ("threshold: -1", "de 0 à 100"),
        ("threshold: beaucoup", "de 0 à 100"),
        ("threshold: .nan", "de 0 à 100"),
        ("contrast: 0", "de 1 à 255"),
        ("contrast: 2.5", "de 1 à 255"),
        ("ignore: [1, 2, 3]", "quatre nombres"),
        ("ignore: [9, 9, 3, 3]", "quatre nombres"),
        ("ignore: 8", "quatre nombres"),
        ("every: -0.5", "secondes"),
        ("quality: 100", "de 1 à 95"),
        ("quality: true", "de 1 à 95"),
        ("keep_days: 0", "jours"),
        ("keep_days: 30 jours", "jours"),
        ("keep_days:", "jours"),
    ],
)
def test_a_value_that_cannot_be_is_refused(line, wanted):
    text = line if line.startswith("bucket") else f"bucket: images\n{line}\n"
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, "quai.yaml")
    assert f"« {line.split(':')[0]} » n'a pas une valeur possible" in caught.value.fact
    assert wanted in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("bucket: [", "n'est pas du YAML, ligne 1"),
        ("bucket: a\n\tcamera: b", "n'est pas du YAML, ligne 2"),
        ("bucket: !!python/object/apply:os.getcwd []", "n'est pas du YAML"),
        ("[" * 1000, "n'est pas du YAML"),
        ("", "ne contient pas de réglages"),
        ("bucket", "ne contient pas de réglages"),
        ("- bucket", "ne contient pas de réglages"),
        ("camera: quai", "le réglage « bucket »"),
    ],
)
def test_a_text_without_settings_is_refused(text, fact):
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, "quai.yaml")
    assert fact in caught.value.fact


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "image.yaml").write_bytes(sample("port.jpg").read_bytes())
    for name in ("absent.yaml", "image.yaml", "."):
        with pytest.raises(SettingsError, match="ne se lit pas"):
            read_settings(tmp_path / name)


# --- Les images ---------------------------------------------------------------------------------


def test_only_what_moves_is_kept_and_not_the_clock():
    settings = Settings("x", threshold=0.03, ignore=CLOCK, every=0)
    seconds = [(shot.moment - START).total_seconds() for shot in watch_all(settings)]
    assert len(seconds) == 76
    assert (min(seconds), max(seconds)) == (1.52, 4.52)
    with_clock = Settings("x", threshold=0.03, every=0)
    extra = {(shot.moment - START).total_seconds() for shot in watch_all(with_clock)}
    assert extra - set(seconds) == {1.0, 5.0}


def watch_all(settings):
    return list(watch(sample("maree.mp4"), START, settings))


def test_shots_are_spaced_and_are_whole_pictures():
    from PIL import Image

    shots = watch_all(Settings("x", ignore=CLOCK, every=0.5))
    gaps = [after.moment - before.moment for before, after in pairwise(shots)]
    assert min(gaps) >= timedelta(seconds=0.5)
    for shot in shots:
        picture = Image.open(io.BytesIO(shot.jpeg))
        picture.load()
        assert (picture.format, picture.size) == ("JPEG", (480, 270))
        assert 0.5 <= shot.motion < 5
    # Sans seuil, une image identique à la précédente n'est toujours pas gardée.
    assert len(watch_all(Settings("x", threshold=0, every=0))) < 149


def test_a_start_without_time_zone_is_refused():
    with pytest.raises(SettingsError, match="fuseau"):
        next(watch(sample("maree.mp4"), datetime(2025, 3, 29, 6), Settings("x")))


def damaged(data: bytes) -> dict[str, bytes]:
    flipped = bytearray(data)
    flipped[28_805:29_005] = bytes(200)
    return {
        "coupée": data[: len(data) // 2],
        "coupée à la fin": data[:-10],
        "début seul": data[:2000],
        "vide": b"",
        "texte": b"bonjour " * 100,
        "octets changés": bytes(flipped),
        "son seul": b"RIFF$\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00"
        b"\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00",
    }


def test_a_damaged_video_is_explained_and_nothing_is_stored(client, bucket, tmp_path):
    for name, data in damaged(sample("maree.mp4").read_bytes()).items():
        path = tmp_path / "film.mp4"
        path.write_bytes(data)
        with pytest.raises(ContentError) as caught:
            record(client, path, START, Settings(bucket))
        assert "La vidéo film.mp4 ne se lit pas" in caught.value.fact, name
        assert "copiez-la de nouveau" in caught.value.remedy
    with pytest.raises(ContentError):
        record(client, tmp_path / "absente.mp4", START, Settings(bucket))
    assert keys_of(client, bucket) == []


def test_whole_videos_are_read_to_the_end():
    assert sum(1 for _ in frames(sample("maree.mp4"))) == 150


# --- Le rangement -------------------------------------------------------------------------------


def test_keys_are_dated_in_universal_time():
    east = timezone(timedelta(hours=2))
    assert key_of(datetime(2025, 1, 1, 0, 30, 9, 4_999, east)) == (
        "camera/2024/12/31/223009-004.jpg"
    )
    moment = datetime(2025, 3, 29, 6, 0, 1, 640_000, UTC)
    assert moment_of(key_of(moment, "quai/nord/")) == moment
    for key in ("camera/2025/03/29/060001.jpg", "camera/2025/13/29/060001-640.jpg", "a.jpg", ""):
        assert moment_of(key) is None


def test_record_stores_pictures_once_with_their_metadata(client, bucket):
    settings = Settings(bucket, camera="Quai Éléonore", ignore=CLOCK, every=1)
    keys = record(client, sample("maree.mp4"), START, settings)
    assert keys == keys_of(client, bucket)
    assert record(client, sample("maree.mp4"), START, settings) == keys == keys_of(client, bucket)
    stat = client.stat_object(bucket_name=bucket, object_name=keys[0])
    assert stat.content_type == "image/jpeg"
    found = user_metadata(stat)
    assert found["camera"] == "Quai Éléonore"
    assert datetime.fromisoformat(found["moment"]) == moment_of(keys[0])
    assert 0.5 <= float(found["mouvement"]) < 5


def test_days_and_shots_are_those_of_one_camera(client, bucket):
    for key in (
        "camera/2025/03/29/060001-640.jpg",
        "camera/2025/03/29/060000-000.jpg",
        "camera/2025/03/30/235959-999.jpg",
        "camera/2025/03/29/notes.txt",
        "camera-2/2025/04/01/060000-000.jpg",
        "camera/lisez-moi.txt",
    ):
        put(client, bucket, key)
    assert days(client, bucket) == ["2025/03/29", "2025/03/30"]
    assert shots_of(client, bucket, "2025/03/29") == [
        "camera/2025/03/29/060000-000.jpg",
        "camera/2025/03/29/060001-640.jpg",
    ]
    assert days(client, bucket, "camera-2/") == ["2025/04/01"]


# --- Le même programme ailleurs -----------------------------------------------------------------

PROGRAM = """
from datetime import UTC, datetime
from helpers import connect, sample
from helpers.topics.camera import prepare, read_settings, record
settings = read_settings("quai.yaml")
client = connect(quiet=True)
prepare(client, settings)
record(client, sample("maree.mp4"), datetime(2025, 3, 29, 6, tzinfo=UTC), settings)
"""


@pytest.mark.slow
def test_the_same_program_serves_another_store_by_its_environment(
    client, session_data, kit_data, tmp_path
):
    other = servers.ensure()  # un second serveur, dans son propre dossier
    elsewhere = client_for(other)
    name = "essai-ailleurs"
    (tmp_path / "quai.yaml").write_text(
        f"bucket: {name}\nevery: 1\nkeep_days: 9\nprefix: quai/\n", encoding="utf-8"
    )
    base = {key: value for key, value in os.environ.items() if not key.startswith("KIT_")}
    first = {"KIT_SERVER": os.environ["KIT_SERVER"], "KIT_DATA": str(session_data)}
    second = {
        "KIT_DATA": str(tmp_path / "vide"),
        "MINIO_ENDPOINT": other.endpoint,
        "MINIO_ACCESS_KEY": other.access_key,
        "MINIO_SECRET_KEY": other.secret_key,
    }
    (tmp_path / "vide").mkdir()
    for environment in (first, second):
        subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=base | environment, check=True
        )
    assert keys_of(client, name) == keys_of(elsewhere, name)
    assert len(keys_of(client, name)) == 3
    for store in (client, elsewhere):
        (rule,) = store.get_bucket_lifecycle(bucket_name=name).rules
        assert (rule.rule_filter.prefix, rule.expiration.days) == ("quai/", 9)
    assert not (tmp_path / "vide" / "state.json").exists(), "aucun serveur n'a été démarré"
    for key in keys_of(client, name):
        client.remove_object(bucket_name=name, object_name=key)
    client.remove_bucket(bucket_name=name)


def test_prepare_keeps_an_existing_bucket(client, bucket):
    put(client, bucket, "a.txt")
    prepare(client, Settings(bucket, keep_days=3))
    assert keys_of(client, bucket) == ["a.txt"]


def test_a_reference_is_refused_before_it_is_expanded():
    """Dix renvois emboîtés de dix valeurs en feraient dix milliards."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)]
    with pytest.raises(SettingsError, match="emploie un renvoi"):
        parse_settings("\n".join([*lines, "bucket: *a10"]), "bombe.yaml")
