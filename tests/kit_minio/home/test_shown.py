"""L'accueil dans un notebook, pour qui n'a pas l'onglet de JupyterLab."""

import re
from urllib.parse import unquote

import pytest

from helpers import home
from helpers.components.forms import IN_THE_LAB
from helpers.files import ROOT
from kit_minio.home.copies import work_folder


@pytest.fixture
def shown(client, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.delenv(IN_THE_LAB, raising=False)
    monkeypatch.chdir(tmp_path)
    return home()


def test_its_links_lead_from_the_notebook_to_the_copies(shown, tmp_path):
    links = re.findall(r'<a[^>]* href="([^"]+)"', shown._repr_html_())
    places = {(tmp_path / unquote(link)).resolve() for link in links}
    assert work_folder() / "lecons" / "00-demarrage.ipynb" in places
    assert ROOT / "docs" / "glossaire.md" in places
    assert all(place.is_file() for place in places)
    assert not [link for link in links if link.startswith("/")]


def test_it_brings_its_style_and_its_picture_but_no_form(shown, monkeypatch):
    text = shown._repr_html_()
    assert "<style>" in text
    assert 'src="data:image/jpeg;base64,' in text
    assert "<form" not in text
    monkeypatch.setenv(IN_THE_LAB, "1")  # JupyterLab a déjà la feuille
    assert "<style>" not in shown._repr_html_()


def test_its_text_says_the_same(shown):
    text = repr(shown)
    assert text.startswith(shown.view.following.label)
    assert "01  Les buckets" in text
    assert "sur 4 exercices réussis" in text
