"""Le dossier de données, ``.env`` et les identifiants, jusqu'aux dossiers hostiles."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.files import ROOT
from helpers.s3 import client_for
from helpers.server import settings
from tests.support.servers import (
    WAY,
    output,
    posix_only,
    python,
)
from tests.support.unprivileged import as_user, user_folder


def test_env_file_describes_a_server_and_the_environment_wins(choice, kit_data):
    kit_data.mkdir()
    text = "\ufeffMINIO_ENDPOINT=localhost:9000\nMINIO_ACCESS_KEY=a\nMINIO_SECRET_KEY='b c'\n"
    (kit_data / ".env").write_text(text, encoding="utf-8")
    server = servers.find()
    assert (server.endpoint, server.access_key, server.secret_key) == ("localhost:9000", "a", "b c")
    choice.setenv("MINIO_ENDPOINT", "https://ailleurs.exemple.org")
    assert servers.find().endpoint == "ailleurs.exemple.org"


_OWN = """
import sys
from pathlib import Path
from helpers.server import settings
settings.ROOT = Path(sys.argv[1])
print(settings.data_folder(), settings.env_file())
"""


@posix_only
@pytest.mark.parametrize("shared", [0o755, 0o777])
def test_kit_of_an_administrator_keeps_nothing_of_one_of_its_users(tmp_path, shared):
    """Ses données et ses clés sont chez elle, que le dossier du kit soit ouvert à tous ou non."""
    if os.geteuid() != 0:
        pytest.skip("seul root peut avoir un dossier qui n'est pas au compte du test")
    with user_folder() as own, tempfile.TemporaryDirectory() as name:
        own, kit = own.resolve(), Path(name).resolve()
        kit.chmod(shared)
        environment = {**os.environ, "HOME": str(own), "PYTHONPATH": str(ROOT)}
        environment.pop("KIT_DATA")
        folders = {}
        for owner, command in (("root", []), ("étudiante", as_user())):
            command = [*command, sys.executable, "-c", _OWN, str(kit)]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            folders[owner] = done.stdout.split()
    assert folders["root"] == [str(kit / ".data"), str(kit / ".env")]
    assert folders["étudiante"] == [str(own / ".kit-minio"), str(own / ".kit-minio" / ".env")]


def test_unreadable_env_file_is_explained(choice, kit_data):
    kit_data.mkdir()
    (kit_data / ".env").write_bytes("MINIO_ACCESS_KEY=clé\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"\.env n'est pas un texte en UTF-8"):
        servers.find()
    (kit_data / ".env").unlink()
    (kit_data / ".env").mkdir()  # comme le fichier d'un autre compte, que root lirait
    with pytest.raises(SettingsError, match=r"peut pas lire .*\.env \(.*dossier") as caught:
        servers.find()
    assert "UTF-8" not in str(caught.value)


def test_accented_user_is_refused_and_an_accented_password_is_not(choice, kit_data):
    kit_data.mkdir()
    file = kit_data / ".env"
    file.write_text("MINIO_ROOT_USER=élève\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="MINIO_ROOT_USER a un accent"):
        servers.ensure()
    file.write_text("MINIO_ROOT_USER=eleve\nMINIO_ROOT_PASSWORD=mot-clé-long\n", encoding="utf-8")
    assert client_for(servers.ensure()).list_buckets() == []


@pytest.mark.slow
def test_setting_drawn_by_two_notebooks_at_once_is_the_same(kit_data):
    code = (
        "import secrets; from helpers import server; import filelock; "
        "print('prêt', flush=True); input(); "
        "print(server.remember('KIT_ID', lambda: secrets.token_hex(3)))"
    )
    started = [python(code) for _ in range(3)]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    drawn = {output(process) for process in started}
    assert drawn == {servers.read_settings()["KIT_ID"]}


@pytest.mark.both_servers
def test_credentials_are_private_and_never_shown(kit_data):
    said = []
    server = servers.ensure(said.append)
    secret = servers.read_settings()["MINIO_ROOT_PASSWORD"]
    assert server.secret_key == secret
    assert len(secret) >= 32
    log = (kit_data / WAY / "server.log").read_text(encoding="utf-8", errors="replace")
    command = " ".join(psutil.Process(server.pid).cmdline())
    for text in (repr(server), str(server), server.sentence, *said, log, command):
        assert secret not in text
    if os.name == "posix":
        for path in (kit_data / ".env", kit_data / "state.json"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for path in (kit_data, kit_data / WAY):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (kit_data / WAY).rglob("*"):
        if path.is_file() and path.stat().st_size < 1_000_000 and WAY == "embedded":
            assert secret.encode() not in path.read_bytes(), path


@pytest.mark.both_servers
def test_credentials_are_the_same_from_one_start_to_the_next(kit_data):
    first = settings.credentials()
    assert settings.credentials() == first
    assert (kit_data / ".env").read_text(encoding="utf-8").count("MINIO_ROOT_") == 2


@pytest.mark.parametrize("text", ["# à moi\n\nAUTRE=1\n\n# fin\n\n", "AUTRE='un # deux'", ""])
def test_env_file_of_the_user_is_kept_line_by_line(kit_data, text):
    kit_data.mkdir()
    (kit_data / ".env").write_text(text, encoding="utf-8")
    value = servers.remember("KIT_ID", lambda: "abc")
    assert value == "abc"
    after = (kit_data / ".env").read_text(encoding="utf-8")
    assert after.splitlines() == [*text.splitlines(), "KIT_ID=abc"]


def test_folder_that_cannot_be_made_is_explained(tmp_path, monkeypatch):
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "fichier" / "données"))
    with pytest.raises(SettingsError, match="ne peut pas écrire dans le dossier") as caught:
        servers.ensure()
    assert "KIT_DATA" in caught.value.remedy
    assert servers.stop() is None


@posix_only
@pytest.mark.parametrize("inside", ["", "données"])
def test_read_only_folder_is_explained(tmp_path, inside):
    tmp_path.chmod(0o555)
    # root écrit partout : il redevient quelqu'un d'autre.
    code = (
        "import os, filelock, psutil, urllib3; from helpers import errors, server; "
        "os.getuid() or os.setuid(65534)\n"
        "try: server.ensure()\n"
        "except errors.SettingsError as error: print(error)"
    )
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    text = output(python(code, KIT_DATA=str(tmp_path / inside)))
    tmp_path.chmod(0o755)
    assert text.startswith("Le kit ne peut pas écrire dans le dossier")
    assert re.search(r"\((accès refusé|opération interdite)\)", text)
    assert "KIT_DATA" in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.both_servers
@posix_only
def test_data_folder_behind_a_link(tmp_path, kit_data, monkeypatch):
    kit_data.mkdir()
    (tmp_path / ".data").symlink_to(kit_data)
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.delenv("KIT_DATA")
    assert servers.ensure().pid == servers.find().pid
    assert servers.stop() is not None


def test_a_class_that_was_joined_has_the_last_word_and_a_damaged_file_none(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SPACE", "ailleurs")
    kit_data.mkdir()
    settings.class_file().write_text('{"KIT_SPACE": "e123456"}', encoding="utf-8")
    assert settings.read_settings()["KIT_SPACE"] == "e123456"
    settings.class_file().write_text("{", encoding="utf-8")
    assert settings.read_settings()["KIT_SPACE"] == "ailleurs"
