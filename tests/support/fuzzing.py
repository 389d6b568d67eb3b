"""Les lecteurs de ce que d'autres ont fait, et ce qu'ils ont le droit de répondre.

Chaque cible reçoit des octets quelconques et les donne à un lecteur du kit, qui les lit ou lève
l'une des exceptions qu'il annonce. Toute autre qui s'échappe est une trouvaille.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.display import show_object, show_objects, show_tree
from helpers.errors import ContentError, SettingsError
from helpers.topics.camera import parse_settings
from helpers.topics.policies import read_policy
from helpers.topics.presigned import explain_url
from helpers.topics.tokens import parse_token
from kit_minio import checks
from kit_minio.answering.answers import AnswerError, pack
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.checks.comparison import same
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.policy_engine import allows
from kit_minio.checks.recorded import unpack
from kit_minio.grading.execute.cell import RunningCell
from kit_minio.grading.execute.messages import Messages, frame
from kit_minio.grading.intake.entries import Refused
from kit_minio.grading.intake.lessons import distinctive, lesson_of
from kit_minio.grading.intake.reading import Unreadable, read_cells
from kit_minio.grading.intake.repair import repair
from kit_minio.grading.intake.sources import open_source
from kit_minio.grading.intake.submissions import sort_by_student
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.judge.store import ExaminerClient
from kit_minio.grading.report.worksheet import Worksheet
from tests.support.false_store import FalseStore
from tests.support.fuzzing_requests import REQUESTS, read_request
from tests.support.moodle import worksheet
from tests.support.mutations import mutated


@dataclass(frozen=True)
class Target:
    """Un lecteur.

    Attributes:
        read: lui donne des octets ; ne laisse échapper que ce qui est une trouvaille.
        seeds: des exemples, que le hasard abîme.
    """

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]

    def draw(self, rng: random.Random) -> bytes:
        """Renvoie un exemple abîmé."""
        return mutated(rng, self.seeds)


def tell(*texts: str) -> None:
    """S'assure que des textes s'écrivent : dans un fichier, ou dans un résultat."""
    for text in texts:
        text.encode()


def show(error: Exception) -> None:
    """Met en texte ce que l'on dit à l'auteur lui-même, dans son notebook."""
    str(error).encode(errors="replace")


# --- Les cibles ---------------------------------------------------------------------------------


def read_answer(data: bytes) -> None:
    try:
        answer = unpack(data)
    except AnswerError as error:
        return tell(error.message, error.found, error.expected)
    unpack(pack(answer.value))
    same(answer.value, {"a": [1, "é", None], "b": {"c": 0.5}}, ordered=False)


def read_yaml(data: bytes) -> None:
    try:
        found = parse_settings(data[:8192].decode("utf-8-sig", "replace"), "corrige.yaml")
    except SettingsError as error:
        return show(error)
    assert found.bucket


def read_rights(data: bytes) -> None:
    text = data.decode(errors="replace")
    try:
        document = read_policy(text, bucket="photos")
        allows(document, "s3:GetObject", "photos/a", prefix="a")
    except ContentError as error:
        show(error)


def read_notebook(data: bytes) -> None:
    masters, traits = _masters()
    try:
        cells, remarks = read_cells(data)
    except Unreadable as error:
        return tell(str(error))
    lesson = lesson_of(cells, traits)
    repaired = repair(masters[lesson or "01"], cells)
    tell(*remarks, *repaired.remarks, json.dumps(repaired.notebook, ensure_ascii=False))


@cache
def _masters() -> tuple[dict[str, Any], Any]:
    masters = {path.stem[:2]: read(path) for path in sorted(EXERCISES.glob("0[1-3]*.ipynb"))}
    return masters, distinctive(masters)


def read_zip(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lot.zip"
        path.write_bytes(data)
        try:
            with open_source(str(path)) as files:
                for file in files[:50]:
                    tell(file.path, file.refusal)
                    try:
                        file.read()
                    except Refused as error:
                        tell(str(error))
                submissions, remarks, *_ = sort_by_student(files)
                tell(*remarks, *(found.name + found.id for found in submissions))
                for found in submissions:
                    tell(*found.strangers(), *found.unread())
        except ContentError as error:
            tell(str(error))


def read_inner_zip(data: bytes) -> None:
    """Le zip d'un élève, dans celui du lot : il ne coûte qu'à lui."""
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("alice_1_assignsubmission_file/travail.zip", data)
        archive.writestr("bob_2_assignsubmission_file/a.ipynb", b"{}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lot.zip"
        path.write_bytes(outer.getvalue())
        with open_source(str(path)) as files:
            submissions, *_ = sort_by_student(files)
            assert "bob" in [found.name for found in submissions]
            for file in files:
                try:
                    file.read()
                except Refused as error:
                    tell(str(error))


def read_worksheet(data: bytes) -> None:
    try:
        sheet = Worksheet(data)
    except (ContentError, SettingsError) as error:
        return tell(str(error))
    pairs, remarks = sheet.match([])
    tell(*remarks, *map(str, sheet.rows))
    assert not pairs


def read_token_file(data: bytes) -> None:
    try:
        parse_token(data, Path("jeton.json"))
    except ContentError as error:
        show(error)


def read_address(data: bytes) -> None:
    try:
        repr(explain_url(data.decode(errors="replace")))
    except ContentError as error:
        show(error)


def read_messages(data: bytes) -> None:
    messages = Messages()
    cell = RunningCell("1")
    for start in range(0, len(data), 1000):
        for parts in messages.feed(data[start : start + 1000]):
            assert sum(map(len, parts)) <= 2**21
            with suppress(Exception):  # Kernel fait de même : rien de tel n'y compte
                cell.see("error", *(json.loads(part) for part in parts[:2]))
    if cell.error:
        tell(str(cell.error))


def read_table(data: bytes) -> None:
    """Les fichiers de la leçon 13, vérifiés par leur exercice."""
    _examined(_exercise("13", "write_back"), data)


def read_store(data: bytes) -> None:
    """Tout ce qu'un serveur rend de ce qu'une copie y a mis : objets, en-têtes, listes, réglages.

    L'examen d'un exercice a toujours une issue, et n'accuse pas le serveur.
    """
    _examined(Exercise("tout", "Tout lire", 1, (), _look_everywhere, answers=True), data)


def _exercise(lesson: str, name: str) -> Exercise:
    return checks.series(lesson)[name]


def _examined(exercise: Exercise, data: bytes) -> None:
    store = _store()
    store.serve(data)
    down: list[int] = []
    client = ExaminerClient(store.server, lambda: down.append(1))
    examiner = Examiner(client, "k-exercice", "k", 1, seconds=5)
    outcome = examiner.examine(exercise, api="", uplink=None).outcome
    tell(outcome.message, outcome.found, outcome.expected)
    assert not down, "le serveur est accusé de ce qu'une copie a fait"


@cache
def _store() -> FalseStore:
    return FalseStore()


def _look_everywhere(context: Context) -> None:
    client, where = context.client, {"bucket_name": context.bucket("a")}
    one = where | {"object_name": "b"}
    looks: tuple[Callable[[], object], ...] = (
        lambda: context.read("a", "b"),
        lambda: repr(show_objects(client.list_objects(**where, recursive=True))),
        lambda: repr(show_tree(client.list_objects(**where, recursive=True))),
        lambda: list(client.list_objects(**where, include_version=True)),
        lambda: repr(show_object(client.stat_object(**one), details=True)),
        lambda: client.get_object_tags(**one),
        lambda: client.get_bucket_tags(**where),
        lambda: client.get_bucket_policy(**where),
        lambda: client.get_bucket_lifecycle(**where),
        lambda: client.get_bucket_versioning(**where),
        lambda: client.get_object_lock_config(**where),
        lambda: client.list_buckets(),
    )
    said = []
    for look in looks:
        try:
            said.append(str(look()))
        except Review:
            raise
        except Exception as error:  # noqa: BLE001 - c'est evaluate() qui en ferait une issue
            said.append(f"{type(error).__name__} : {error}")
    raise Review("".join(said)[:5000], found=said)


# --- Leurs exemples -----------------------------------------------------------------------------


def _zip(names: tuple[str, ...], data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return stream.getvalue()


def _xml(root: str, inside: str) -> bytes:
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{space}">{inside}</{root}>'.encode()
    )


_ITEM = (
    "<Key>a%2Fb.txt</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>x</ETag>"
    "<Size>3</Size><StorageClass>STANDARD</StorageClass><Owner><ID>1</ID></Owner>"
)
_NOTEBOOK = next(iter(sorted(EXERCISES.glob("01*.ipynb")))).read_bytes()
_ANSWERS = (
    *(b'{"a": [1, "\\u00e9", null], "b": {"c": 0.5}}', b'"texte"', b"[3, 1, 2]", b"12.5", b"true"),
    b'{"kit-refus": {"message": "m", "found": "f", "expected": "e"}, "reponse": [1]}',
)
_RULES = (
    b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]},'
    b'"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::photos/*"],'
    b'"Condition": {"StringLike": {"s3:prefix": ["a/*"]}}}]}',
    b'{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",'
    b'"NotAction": "s3:*", "NotResource": "arn:aws:s3:::photos"}]}',
)
_URL = (
    b"http://127.0.0.1:9000/a/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z"
    b"&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Credential=a&X-Amz-Signature=b"
)
_HEADERS = b"Content-Type: text/plain\nContent-Encoding: gzip\nX-Amz-Meta-A: b\n\n"

TARGETS = {
    "réponses": Target(read_answer, _ANSWERS),
    "yaml": Target(
        read_yaml,
        (
            b"bucket: quai\ncamera: nord\nprefix: cam/\nthreshold: 0.5\nignore: [0, 0, 16, 16]\n",
            b"bucket: &a quai\ncamera: *a\nevery: !!float 1\nkeep_days: 0x1F\nquality: 0b11\n",
            b'{"bucket": "a", "contrast": 12}',
            b"---\n? [a]\n: 1\n...\n---\nbucket: |\n  x\n",
        ),
    ),
    "politiques": Target(read_rights, _RULES),
    "notebooks": Target(
        read_notebook,
        (
            _NOTEBOOK,
            b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "a"}]}]}',
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a"], "id": "x"}]}',
            _NOTEBOOK.decode().encode("utf-16"),
        ),
    ),
    "zips": Target(
        read_zip,
        (
            _zip(("Alice_1_assignsubmission_file/01.ipynb", "été/b.ipynb"), _NOTEBOOK[:3000]),
            _zip(("a/b.zip",), _zip(("c.ipynb",), b"{}")),
            _zip(("../x", "C:\\y", "con", "a" * 300, "./.git/HEAD"), b"x"),
        ),
    ),
    "zips d'élèves": Target(
        read_inner_zip,
        (_zip(("é.ipynb", "b/c.txt"), _NOTEBOOK[:500]), _zip(("d.zip",), b"PK"), b"PK\x05\x06"),
    ),
    "feuilles de Moodle": Target(
        read_worksheet, (worksheet([]), worksheet([], language="en"), b"Identifiant;Note\n1;2\n")
    ),
    "jetons": Target(
        read_token_file,
        (
            b'{"AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": "2026-01-01T00:00:00Z"}',
            b'{"Credentials": {"AWS_ACCESS_KEY_ID": "a", "aws_secret_access_key": "b"}}',
        ),
    ),
    "adresses": Target(read_address, (_URL,)),
    "messages du noyau": Target(
        read_messages,
        (
            frame(b'{"msg_id": "1"}', 1) + frame(b'{"ename": "E", "evalue": "v"}', 0),
            frame(b"x" * 300, 1) + frame(b"", 0),
            frame(b"READY", 4),
        ),
    ),
    "requêtes": Target(read_request, REQUESTS),
    "csv": Target(
        read_table,
        (_HEADERS + b"station;commune\n00417;Pantin\n", b"\xef\xbb\xbfstation,commune\n"),
    ),
    "store": Target(
        read_store,
        (
            _HEADERS + b"contenu",
            _HEADERS + _ANSWERS[0],
            _xml("ListBucketResult", f"<Name>a</Name><Contents>{_ITEM}</Contents>"),
            _xml("ListVersionsResult", f"<Version>{_ITEM}<VersionId>1</VersionId></Version>"),
            _xml("Tagging", "<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>"),
            _xml("LifecycleConfiguration", "<Rule><Status>Enabled</Status><Expiration><Days>1"
                 "</Days></Expiration><Filter><Prefix>a</Prefix></Filter></Rule>"),
            _xml("VersioningConfiguration", "<Status>Enabled</Status>"),
            _xml("ListAllMyBucketsResult", "<Buckets><Bucket><Name>a</Name></Bucket></Buckets>"),
            _RULES[0],
        ),
    ),
}  # fmt: skip
