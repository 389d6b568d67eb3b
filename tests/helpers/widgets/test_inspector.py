"""L'inspecteur d'URL : son texte, puis le widget dans un vrai JupyterLab."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from minio import Minio
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers.components.forms import spaced
from helpers.widgets.inspector import inspect_url
from tests.support.axe import faults
from tests.support.browser import run_all, screenshot

VIEW = "application/vnd.jupyter.widget-view+json"


def sign(signed=timedelta(0), expires=timedelta(hours=1)):
    """Signe sans réseau une URL, il y a ``signed`` de cela."""
    client = Minio(
        endpoint="media.exemple.org", access_key="cle", secret_key="secret00", region="us-east-1"
    )
    return client.get_presigned_url(
        method="GET",
        bucket_name="photos",
        object_name="port.jpg",
        expires=expires,
        request_date=datetime.now(UTC) - signed,
    )


@pytest.mark.parametrize(
    ("signed", "sentence"),
    [
        (timedelta(0), "✓ Encore valable : il reste 1 h."),
        (timedelta(seconds=20), "✓ Encore valable : il reste 1 h."),
        (timedelta(minutes=20), "✓ Encore valable : il reste 40 min."),
        (timedelta(minutes=59, seconds=20), "! Expire bientôt : il reste"),
        (timedelta(hours=3), "✗ Expirée le "),
    ],
)
def test_text_says_the_parts_and_the_time_left(signed, sentence):
    inspector = inspect_url(sign(signed))
    last = str(inspector).splitlines()[-1]
    assert last.startswith(sentence)
    assert "/photos/port.jpg" in str(inspector)
    assert spaced(sentence) in inspector._repr_html_()


def test_what_is_not_a_presigned_url_is_said_and_not_raised():
    inspector = inspect_url("<b>bonjour</b>")
    assert "n'est pas une URL présignée" in str(inspector)
    assert "<b>" not in inspector._repr_mimebundle_()["text/html"]


def test_notebook_keeps_a_text_beside_the_widget(tmp_path):
    url = sign()
    code = f"from helpers.widgets.inspector import inspect_url\ninspect_url({url!r})"
    notebook = new_notebook(cells=[new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.data["text/plain"] == str(inspect_url(url))
    assert "<table" in output.data["text/html"]
    assert VIEW in output.data
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (found,) = [state["state"]["found"] for state in states.values() if "found" in state["state"]]
    assert found["left"]["lifetime"] == 3600


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_time_runs_and_the_keyboard_is_enough(bench, request):
    code = f"inspect_url({sign(timedelta(minutes=50))!r})"
    first = f"from helpers.widgets.inspector import inspect_url\n{code}"
    with bench.opened("inspecteur", first, "inspect_url()") as page:
        run_all(page)
        page.get_by_role("timer").first.wait_for()
        screenshot(page, "inspecteur-1")
        before = page.get_by_role("timer").first.inner_text()
        assert re.fullmatch(r"✓ Encore valable.: il reste 9.min.\d+.s\.", before), before
        page.wait_for_function(
            "before => document.querySelector('[role=timer]').innerText !== before", arg=before
        )
        assert page.get_by_role("progressbar", name="Temps restant").count() == 1
        # Au clavier : une URL dans le champ vide, puis Entrée.
        field = page.get_by_role("textbox", name="URL présignée").nth(1)
        assert field.input_value() == ""
        field.focus()
        page.keyboard.insert_text("https://media.exemple.org/photos/port.jpg")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("n'est pas une URL présignée").wait_for()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(sign(expires=timedelta(seconds=4)))
        page.keyboard.press("Enter")
        page.get_by_text("! Expire bientôt").wait_for()
        page.get_by_text("✗ Expirée le").wait_for()
        assert page.get_by_role("cell", name="/photos/port.jpg").count() == 2
        screenshot(page, "inspecteur-2")
        assert faults(page, request.config.cache, ".kit-widget") == []
