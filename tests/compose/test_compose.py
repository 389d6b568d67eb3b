"""Le fichier compose, tel qu'il est écrit : sûr, et complet avec ``.env.example``."""

from __future__ import annotations

import re

import yaml
from dotenv import dotenv_values

from helpers.files import ROOT

FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"


def service() -> dict[str, object]:
    """Renvoie la description du service, telle qu'elle est écrite."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]["minio"]


def test_ports_are_open_to_this_machine_only() -> None:
    assert service()["ports"] == [
        "127.0.0.1:${MINIO_PORT:-9000}:9000",
        "127.0.0.1:${MINIO_CONSOLE_PORT:-9001}:9001",
    ]


def test_credentials_are_required_and_never_written() -> None:
    for name in ("MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"):
        # « :? » sans valeur de secours : rien ne démarre avec un mot de passe que tous connaissent.
        assert re.fullmatch(rf"\${{{name}:\?[^}}]+}}", service()["environment"][name])


def test_image_is_pinned_to_a_release() -> None:
    assert re.fullmatch(r"\$\{MINIO_IMAGE:-[\w/]+:RELEASE\.[\dTZ-]+\}", service()["image"])


def test_example_changes_nothing_when_copied() -> None:
    assert dotenv_values(EXAMPLE) == {}


def test_example_gives_no_password_and_names_every_variable() -> None:
    lines = re.findall(r"^#([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    secret = {name: value for name, value in lines if re.search("USER|PASSWORD|KEY|TOKEN", name)}
    assert len(secret) == 8
    assert set(secret.values()) == {""}
    assert set(re.findall(r"\$\{(\w+)", FILE.read_text(encoding="utf-8"))) <= dict(lines).keys()
    files = [*(ROOT / "helpers").glob("*.py"), *(ROOT / "helpers" / "server").glob("*.py")]
    read = "".join(path.read_text(encoding="utf-8") for path in files)
    known = re.findall(
        r'"((?:MINIO_(?!UPDATE)|AWS_(?!CA_)|KIT_(?!ID|GRADING|CLASS|OUT_OF)|SSL_)[A-Z0-9_]+)"', read
    )
    assert set(known) - dict(lines).keys() == set()
