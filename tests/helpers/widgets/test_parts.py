"""Ce que les widgets ont en commun : un texte court et sûr, et rien qui interrompe un notebook."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module

import pytest

from helpers import explore, gallery, open_exercises, panel, upload
from tests.support.widgets import SCRIPT, asked, parts, put, unreachable


def test_import_of_the_kit_loads_no_widget():
    names = "{'anywidget', 'ipywidgets', 'helpers.widgets'}"
    code = f"import helpers, sys; print({names} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_text_is_short_stable_and_escaped(client, bucket):
    put(client, bucket, f"{SCRIPT[:8]}.txt")
    tp = open_exercises("01", client)
    for widget in (explore(client, bucket), upload(client, bucket, SCRIPT), panel(tp)):
        first, second = widget._repr_mimebundle_(), widget._repr_mimebundle_()
        for kind in ("text/plain", "text/html"):
            assert first[kind] == second[kind]
        assert first["text/plain"] == repr(widget)
        assert len(repr(widget).splitlines()) <= 25
        assert "<script>" not in first["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in first


def test_nothing_is_raised_when_the_server_is_away(client):
    tp = open_exercises("01", client)
    tp.client = away = unreachable()
    for widget in (explore(away, "absent"), explore(away), gallery(away, "absent"), panel(tp)):
        assert repr(widget).startswith("✗ Le serveur S3 ne répond pas")
    for widget in (explore(away), gallery(away, "absent")):
        assert widget.build().error.startswith("✗ Le serveur S3 ne répond pas")
    areas = [area.value for area in parts(panel(tp).build(), "HTML")]
    assert any('role="alert">✗ Le serveur S3 ne répond pas' in area for area in areas)


def test_a_request_of_the_page_is_answered_and_its_error_said(client):
    view, sent = explore(client).build(), []
    view.send = sent.append
    asked(view, "visit", "essai-absent", "")
    assert view.error.startswith("✗ Ce bucket n'existe pas")
    asked(view, "visit", None, "")
    assert view.error == ""
    asked(view, "inconnu")
    assert "AttributeError" in view.error
    assert [message["done"] for message in sent] == [7, 7, 7]


@pytest.mark.parametrize("name", ["explorer", "gallery", "inspector", "uploader"])
def test_whatever_a_page_asks_has_its_method(name):
    module = import_module(f"helpers.widgets.{name}")
    asked = set(re.findall(r'(?:ask\(|name: )"(\w+)"', module._View._esm))
    assert asked
    assert [one for one in asked if not hasattr(module._View, f"do_{one}")] == []
