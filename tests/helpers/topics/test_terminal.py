"""``terminal()``, et tout ce que la leçon 14 dit de ``aws`` et de ``mc`` : vraiment exécuté."""

from __future__ import annotations

import contextlib
import html
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from minio.credentials import AssumeRoleProvider

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.files import ROOT
from helpers.spaces import erase_bucket, fresh_bucket, fresh_space, remove_bucket, remove_space
from helpers.topics.terminal import environment, split, terminal
from kit_minio.authoring.notebooks import read
from tests.support.minio_build import minio_binaries

LESSON = ROOT / "notebooks" / "14-ligne-de-commande.ipynb"
_BLOCK = re.compile(r"```console\n(.*?)```", flags=re.S)
_CHANGING = (
    (re.compile(r"127\.0\.0\.1:\d+"), "ADRESSE"),
    (re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d"), "DATE"),
    (re.compile(r"[┌│├└].*\n?"), ""),  # le tableau des débits, celui des disques
    (re.compile(r"(?<=\?)X-Amz-Algorithm=\S+"), "SIGNATURE"),
    (re.compile(r" *(Uptime|Version): .*\n|.* Used, .*\n"), ""),  # ce que dit un serveur qui vit
)


@pytest.fixture
def mc(monkeypatch):
    """Met sur le PATH le vrai ``mc``, construit avec Go."""
    folder = minio_binaries()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def bucket(client):
    bucket = fresh_bucket(client, "essai-terminal")
    client.put_object(bucket_name=bucket, object_name="a b.txt", data=io.BytesIO(b"x"), length=1)
    yield bucket
    remove_bucket(client, bucket)


def stable(text: str, folder: str = "/nulle-part") -> str:
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text.replace(folder, "…"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.M)).strip()


# --- terminal() ---------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_aws_reaches_the_server_whatever_the_settings_of_the_person(bucket, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_PROFILE", "ailleurs")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    done = terminal(f"aws s3 ls s3://{bucket}/")
    assert done.code == 0
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d {3} +1 a b\.txt", done.text)
    assert repr(done) == f"$ aws s3 ls s3://{bucket}/\n{done.text}"


def test_keys_travel_in_the_environment_alone(bucket, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "helpers.topics.terminal.subprocess.run",
        lambda command, **options: seen.append((command, options["env"])) or _Done,
    )
    terminal(f"aws s3 ls s3://{bucket}/")
    server = servers.find()
    command, variables = seen[0]
    assert server.secret_key not in " ".join(command)
    assert variables["AWS_SECRET_ACCESS_KEY"] == server.secret_key
    token = environment(replace(server, session_token="jeton"))
    assert token["AWS_SESSION_TOKEN"] == "jeton"
    assert token["MC_HOST_kit"].endswith(f":{server.secret_key}:jeton@{server.endpoint}")


class _Done:
    stdout = stderr = ""
    returncode = 0


def test_what_terminal_cannot_run_is_explained(client, monkeypatch, tmp_path):
    with pytest.raises(SettingsError, match="n'exécute que aws et mc, et non « rm »"):
        terminal("rm -r site")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"La commande mc n'est pas.*Les commandes aws"):
        terminal("mc ls kit")


@pytest.mark.parametrize("line", ["aws s3 ls l'eau", 'aws s3 cp "a b', "aws s3 ls \\"])
def test_an_unfinished_command_is_explained_and_not_run(line):
    with pytest.raises(SettingsError, match="n'est pas finie") as caught:
        terminal(line)
    assert "guillemets doubles" in caught.value.remedy


def test_words_are_those_of_the_terminal_of_the_machine():
    line = r"""aws s3 cp C:\Temp\été.txt "s3://b/a b" 'C:\Mes documents\c' #1"""
    words = ["aws", "s3", "cp", r"C:\Temp\été.txt", "s3://b/a b", r"C:\Mes documents\c", "#1"]
    assert split(line, windows=True) == words
    assert split(r"mc cp a\ b kit/x", windows=False) == ["mc", "cp", "a b", "kit/x"]


@pytest.mark.slow
@pytest.mark.both_servers
@pytest.mark.needs("go")
def test_mc_works_with_temporary_keys(bucket, mc, monkeypatch):
    server = servers.find()
    rights = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*"}
    lent = AssumeRoleProvider(
        sts_endpoint=server.url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [rights]}),
        role_session_name="essai",
    ).retrieve()
    monkeypatch.delenv("KIT_SERVER")
    for name, value in {
        "AWS_S3_ENDPOINT": server.url,
        "AWS_ACCESS_KEY_ID": lent.access_key,
        "AWS_SECRET_ACCESS_KEY": lent.secret_key,
        "AWS_SESSION_TOKEN": lent.session_token,
    }.items():
        monkeypatch.setenv(name, value)
    done = terminal(f"mc ls kit/{bucket}")
    assert (done.code, done.text[-7:]) == (0, "a b.txt")


# --- La leçon 14 --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.both_servers
@pytest.mark.needs("go")
def test_each_mc_block_of_the_lesson_answers_what_it_shows(client, mc, monkeypatch):
    """Les blocs prennent la place des cellules ``aws`` ; les autres cellules sont exécutées."""
    monkeypatch.chdir(ROOT)
    minio = servers.find().way != "embedded"
    names: dict[str, object] = {}
    shown = 0
    for cell in read(LESSON).cells[:-2]:
        if cell.cell_type == "code" and "terminal(" not in cell.source:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, names)  # noqa: S102 - une cellule de la leçon
        for block in _BLOCK.findall(cell.source if cell.cell_type == "markdown" else ""):
            command, _, expected = block.partition("\n")
            done = terminal(command.removeprefix("$ "))
            if command.startswith("$ mc admin") and not minio:
                assert done.code, "la leçon dit que le serveur embarqué n'y répond pas"
                continue
            found = repr(done).partition("\n")[2]
            assert stable(found, str(names["work"])) == stable(expected), command
            shown += 1
    assert shown == (11 if minio else 10)


@pytest.fixture
def aws(client, monkeypatch, tmp_path):
    """Donne de quoi exécuter une commande ``aws`` ici même : une seconde de gagnée à chacune."""
    from awscli.clidriver import create_clidriver

    for name, value in environment(servers.find()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MC_CONFIG_DIR", str(tmp_path / "mc"))
    driver = create_clidriver()

    def run(line: str) -> int:
        with contextlib.redirect_stdout(io.StringIO()):
            return driver.main(line.split()[1:])

    return run


TABLE = {
    "mc alias set": "essai http://127.0.0.1:9 cle secrete-secrete --api S3v4",
    "mc mb": "kit/{space}-neuf",
    "mc ls": "kit/{space}-a",
    "mc cp fichier kit/…": "{folder}/f kit/{space}-a/f",
    "mc cp kit/… fichier": "kit/{space}-a/f {folder}/g",
    "mc cp kit/… kit/…": "kit/{space}-a/f kit/{space}-a/g",
    "mc cat": "kit/{space}-a/f",
    "mc stat": "kit/{space}-a/f",
    "mc mv": "kit/{space}-a/g kit/{space}-a/h",
    "mc rm": "kit/{space}-a/h",
    "mc du": "kit/{space}-a",
    "mc diff": "{folder} kit/{space}-a",
    "mc mirror --overwrite --remove": "{folder} kit/{space}-a",
    "mc share download": "--expire 1h kit/{space}-a/f",
    "mc share upload": "--expire 1h kit/{space}-a/z",
    "mc version enable": "kit/{space}-a",
    "mc ilm rule add": "--expire-days 30 --prefix logs/ kit/{space}-a",
    "mc admin info": "kit",
    "aws s3 mb": "s3://{space}-neuf2",
    "aws s3 ls": "s3://{space}-a",
    "aws s3 cp fichier s3://…": "{folder}/f s3://{space}-a/f",
    "aws s3 cp s3://… fichier": "s3://{space}-a/f {folder}/g",
    "aws s3 cp s3://… s3://…": "s3://{space}-a/f s3://{space}-a/g",
    "aws s3 cp s3://… -": "s3://{space}-a/f {folder}/i",
    "aws s3api head-object": "--bucket {space}-a --key f",
    "aws s3 mv": "s3://{space}-a/g s3://{space}-a/h",
    "aws s3 rm": "s3://{space}-a/h",
    "aws s3 ls --recursive --summarize": "s3://{space}-a",
    "aws s3 sync --dryrun": "{folder} s3://{space}-a",
    "aws s3 sync --delete": "{folder} s3://{space}-a",
    "aws s3 presign": "s3://{space}-a/f",
    "aws s3api put-bucket-versioning": "--bucket {space}-a "
    "--versioning-configuration Status=Enabled",
    "aws s3api put-bucket-lifecycle-configuration": "--bucket {space}-a "
    "--lifecycle-configuration "
    "Rules=[{{ID=r,Status=Enabled,Filter={{Prefix=x/}},Expiration={{Days=3}}}}]",
}


@pytest.mark.slow
@pytest.mark.both_servers
@pytest.mark.needs("go")
def test_each_command_of_the_table_works(client, mc, aws, tmp_path):
    table = next(cell.source for cell in read(LESSON).cells if "son appel Python" in cell.source)
    commands = re.findall(r"`((?:aws|mc) [^`]+)`", table)
    assert set(commands) - {"aws configure"} == set(TABLE)
    space = fresh_space(client, "essai-table")
    client.make_bucket(bucket_name=f"{space}-a")
    (tmp_path / "f").write_bytes(b"bonjour\n")
    minio = servers.find().way != "embedded"
    for command, rest in TABLE.items():
        start = command.partition(" fichier")[0].partition(" s3://…")[0].partition(" kit/…")[0]
        line = f"{start} {rest.format(space=space, folder=tmp_path)}"
        code = terminal(line).code if command.startswith("mc") else aws(line)
        # La leçon le dit : à mc admin, seul MinIO répond.
        assert (code == 0) == (minio or command != "mc admin info"), line
    remove_space(client, space)


# --- L'aide-mémoire -----------------------------------------------------------------------------

_SHEET = ROOT / "docs" / "aide-memoire.html"
_DAYS = '{"Rules":[{"ID":"a","Status":"Enabled","Filter":{"Prefix":"p/"},"Expiration":{"Days":7}}]}'
# Ce que « … » abrège, à la fin d'une commande.
_REST = {
    "get-object": "--bucket b --key k lu.txt",
    "put-object-tagging": "--bucket b --key k --tagging 'TagSet=[{Key=lieu,Value=port}]'",
    "put-object": "--bucket b --key neuf",
    "put-bucket-versioning": "--bucket b --versioning-configuration Status=Enabled",
    "put-bucket-lifecycle-configuration": f"--bucket b --lifecycle-configuration '{_DAYS}'",
    "put-object-retention": "--bucket b --key k "
    "--retention Mode=GOVERNANCE,RetainUntilDate=2040-01-01T00:00:00Z",
}


def commands(program: str, bucket: str, locked: str) -> list[str]:
    """Renvoie les commandes d'une colonne, entières, sur de vrais buckets.

    Celle de SSE-C n'en est pas : sa clé ne voyage qu'en TLS, et la leçon 17 l'éprouve.
    """
    text = html.unescape(_SHEET.read_text("utf-8"))
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td>(.*?)</td>", text, re.S)]
    found = []
    for cell in cells:
        cell = cell.removesuffix(" sur MinIO seulement")
        if not re.match(rf"(… \| )?{program} ", cell) or re.search("sse-c|enc-c", cell):
            continue
        line = re.sub("^…", "printf texte", cell)
        if line.endswith("…"):
            line = line[:-1] + _REST[line.split()[2]]
        place = locked if "retention" in line else bucket
        line = re.sub(r"(?<=s3://)b\b|(?<=--bucket )b\b", place, line)
        line = re.sub(r"(?<= )a(?=/| |$)", "kit", line)
        found.append(line.replace("kit/b", f"kit/{place}"))
    return found


@pytest.mark.slow
@pytest.mark.both_servers
@pytest.mark.needs("go")
@pytest.mark.parametrize(("program", "fewest"), [("aws", 17), ("mc", 16)])
def test_each_command_of_the_cheat_sheet_works(client, mc, tmp_path, program, fewest):
    bucket, locked = f"essai-aide-{program}", f"essai-verrou-{program}"
    client.make_bucket(bucket_name=locked, object_lock=True)
    client.put_object(bucket_name=locked, object_name="k", data=io.BytesIO(b"x"), length=1)
    (tmp_path / "f.csv").write_text("a;b\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "k").write_text("x")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, **environment(servers.find()), "PATH": path}
    lines = commands(program, bucket, locked)
    assert len(lines) >= fewest
    failed = {}
    try:
        for line in lines:
            command = ["bash", "-c", f"set -o pipefail; {line}"]
            done = subprocess.run(
                command, cwd=tmp_path, env=settings, capture_output=True, text=True
            )
            if done.returncode:
                failed[line] = done.stdout + done.stderr
            # La suite lit ces deux clés, que « rm » a pu effacer.
            for key in ("k", "p/k"):
                client.put_object(
                    bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1
                )
    finally:
        for name in (bucket, locked):
            erase_bucket(client, name)
    pipe = f"printf texte | mc pipe kit/{bucket}/k"
    if program == "mc" and servers.find().way == "embedded":
        assert "The Content-Md5 you specified did not match" in failed.pop(pipe)
    assert failed == {}
