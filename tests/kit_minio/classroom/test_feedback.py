"""Le retour d'une correction, dans le notebook."""

from __future__ import annotations

import pytest

from helpers.errors import SettingsError
from kit_minio.classroom.feedback import Page, feedback


def test_the_frame_runs_nothing_and_nothing_gets_out_of_it():
    page = Page('<script>alert(1)</script>"></iframe><b>', "le 1er")._repr_html_()
    assert "<script>" not in page and "<b>" not in page and page.count("</iframe>") == 1
    assert "<iframe sandbox " in page and "allow-" not in page


def test_its_page_is_dark_in_a_dark_lab():
    assert '<iframe sandbox class="kit"' in Page("<p>Retour</p>", "le 1er")._repr_html_()


def test_outside_a_class_it_is_a_sentence(kit_data):
    with pytest.raises(SettingsError, match="dans aucune classe"):
        feedback("01")
