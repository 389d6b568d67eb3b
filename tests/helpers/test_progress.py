"""Les barres : ce qu'elles disent à la fin, dans un fichier, un terminal et un notebook."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys

import nbformat
import pytest
from minio.error import S3Error
from nbformat.v4 import new_code_cell, new_notebook

from helpers import batch_bar, download_bar, fresh_bucket, upload_bar
from kit_minio.authoring.notebooks import execute
from tests.support.browser import errors, reopen
from tests.support.terminal import in_terminal, left_on_screen

MIB = 1024 * 1024
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def bucket(client):
    return fresh_bucket(client, "barres")


def upload(client, bucket, key, data, bar, **options):
    options = {"length": len(data)} | options
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(data), progress=bar, **options
    )


# --- Transferts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"", {}, "0 o envoyé"),
        (b"a", {}, "1 o envoyé"),
        (bytes(90_113), {}, "88,0 Kio envoyés"),
        (bytes(90_113), {"length": -1, "part_size": 5 * MIB}, "88,0 Kio envoyés"),
        (bytes(5 * MIB + 1), {"part_size": 5 * MIB}, "5,0 Mio envoyés"),
    ],
    ids=["empty", "one octet", "known size", "unknown size", "two parts"],
)
def test_upload_says_what_was_sent(client, bucket, capfd, data, options, sentence):
    with upload_bar() as bar:
        upload(client, bucket, "dossier/maree.mp4", data, bar, **options)
    assert capfd.readouterr() == (f"dossier/maree.mp4 : {sentence}\n", "")
    stat = client.stat_object(bucket_name=bucket, object_name="dossier/maree.mp4")
    assert stat.size == len(data)


def test_one_bar_follows_several_objects(client, bucket, capfd):
    with upload_bar() as bar:
        upload(client, bucket, "a", b"un", bar)
        upload(client, bucket, "b", b"deux", bar)
    assert capfd.readouterr().out == "a : 2 o envoyés\nb : 4 o envoyés\n"


def test_download_says_what_was_received(client, bucket, capfd, tmp_path):
    data = os.urandom(3 * MIB)
    client.put_object(
        bucket_name=bucket, object_name="grand", data=io.BytesIO(data), length=len(data)
    )
    with download_bar() as bar:
        client.fget_object(
            bucket_name=bucket, object_name="grand", file_path=str(tmp_path / "x"), progress=bar
        )
    assert (tmp_path / "x").read_bytes() == data
    assert capfd.readouterr() == ("grand : 3,0 Mio reçus\n", "")


def test_failed_upload_is_not_said_to_be_sent(client, capfd):
    with pytest.raises(S3Error), upload_bar() as bar:
        upload(client, "bucket-qui-n-existe-pas", "a", b"octets", bar)
    assert capfd.readouterr() == ("a : interrompu\n", "")


def test_bar_that_saw_nothing_says_nothing(capfd):
    with upload_bar():
        pass
    assert capfd.readouterr() == ("", "")


# --- Lots ---------------------------------------------------------------------------------------


def test_batch_gives_every_item_and_counts_them(capfd):
    assert list(batch_bar(["a", "b", "c"], "Objets supprimés")) == ["a", "b", "c"]
    assert list(batch_bar(iter("ab"), "Lettres")) == ["a", "b"]
    assert list(batch_bar(iter("ab"), "Lettres", total=2)) == ["a", "b"]
    assert list(batch_bar([], "Objets supprimés")) == []
    assert capfd.readouterr() == (
        "Objets supprimés : 3 sur 3\nLettres : 2\nLettres : 2 sur 2\nObjets supprimés : 0 sur 0\n",
        "",
    )


def test_interrupted_batch_counts_what_was_done(capfd):
    with pytest.raises(ZeroDivisionError):
        for number in batch_bar(range(10), "Calculs"):
            1 / (3 - number)
    assert capfd.readouterr() == ("Calculs : 3 sur 10\n", "")


# --- Terminal -----------------------------------------------------------------------------------

_SLOW = """
import time
from helpers import batch_bar, upload_bar
with upload_bar() as bar:
    bar.set_meta(object_name="maree.mp4", total_length=4096)
    for _ in range(4):
        time.sleep(0.15)
        bar.update(1024)
    bar.set_meta(object_name="flux", total_length=-1)
    for _ in range(4):
        time.sleep(0.15)
        bar.update(1024)
for _ in batch_bar(range(4), "Photos déposées"):
    time.sleep(0.15)
"""
_SENTENCES = ["maree.mp4 : 4,0 Kio envoyés", "flux : 4,0 Kio envoyés", "Photos déposées : 4 sur 4"]


def test_in_a_file_there_are_only_the_sentences():
    done = subprocess.run(
        [sys.executable, "-c", _SLOW], capture_output=True, encoding="utf-8", check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.stdout.splitlines() == _SENTENCES
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminal d'Unix")
def test_in_a_terminal_the_bar_is_french_and_leaves_the_sentences():
    shown = in_terminal([sys.executable, "-c", _SLOW])
    assert re.search(r"maree\.mp4 :  50 % \|[^|]+\| 2,0 Kio sur 4,0 Kio, reste 00:00", shown)
    assert re.search(r"flux : 2,0 Kio", shown)
    assert re.search(r"Photos déposées :  50 % \|[^|]+\| 2 sur 4, reste 00:00", shown)
    assert [word for word in re.findall(r"[a-z]+/s\b", shown)] == []
    assert left_on_screen(shown) == _SENTENCES


# --- Notebook -----------------------------------------------------------------------------------


KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def notebook(*sources: str) -> nbformat.NotebookNode:
    cells = [new_code_cell(source) for source in sources]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def test_saved_notebook_keeps_the_sentence_and_no_dead_widget(tmp_path):
    source = "from helpers import batch_bar\nfor _ in batch_bar('abc', 'Lettres'): pass"
    done = execute(notebook(source), tmp_path)
    bar, sentence = done.cells[0].outputs
    assert (bar.output_type, bar.data) == ("display_data", {"text/plain": ""})
    assert (sentence.name, sentence.text) == ("stdout", "Lettres : 3 sur 3\n")


@pytest.mark.slow
def test_a_widget_is_shown_while_the_work_lasts(tmp_path):
    begun = "from helpers import batch_bar\nletters = batch_bar('abc', 'Lettres')\nnext(letters)"
    done = execute(notebook(begun), tmp_path)
    data = done.cells[0].outputs[0].data
    assert (set(data), data["text/plain"]) == ({"text/plain", WIDGET}, "")
    done = execute(notebook(begun, "letters.close()"), tmp_path)
    assert done.cells[0].outputs[0].data == {"text/plain": ""}
    assert done.cells[1].outputs[0].text == "Lettres : 0 sur 3\n"


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_bar_in_the_lab_is_french_then_gives_way_to_the_sentence(bench):
    begun = (
        "from helpers import upload_bar\nbar = upload_bar()\n"
        "bar.set_meta(object_name='maree.mp4', total_length=4096)\n"
        "import time; time.sleep(0.2)\nbar.update(1024)"
    )
    with bench.opened("barre", begun, "with bar: bar.update(3072)") as page:
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
        bar = page.locator(".jp-OutputArea-output .widget-hbox")
        bar.get_by_text("1,0 Kio sur 4,0 Kio").wait_for()
        said = " ".join(bar.inner_text().split())
        assert re.fullmatch(r"maree\.mp4 : 25 % 1,0 Kio sur 4,0 Kio, reste 00:\d\d", said)
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
        page.get_by_text("maree.mp4 : 4,0 Kio envoyés").wait_for()
        bar.wait_for(state="detached")
        page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
        reopen(page)
        page.get_by_text("maree.mp4 : 4,0 Kio envoyés").wait_for()
        shown = page.locator(".jp-OutputArea-output").all_inner_texts()
        assert [text.strip() for text in shown if text.strip()] == [
            "maree.mp4\u00a0: 4,0 Kio envoyés"
        ]
        assert errors(page) == []
    assert WIDGET not in (bench.root / "barre.ipynb").read_text(encoding="utf-8")
