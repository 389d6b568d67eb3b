"""Ce qu'un bouton a fait, ou pourquoi il n'a pas pu."""

from __future__ import annotations

import ipywidgets as w

from helpers.errors import ContentError
from kit_minio.checks.buttons import button, explained


def test_a_button_calls_its_action():
    pressed = []
    made = button("Solution", "check", lambda: pressed.append(True), disabled=True)
    made.click()
    assert (pressed, made.description, made.disabled) == ([True], "Solution", True)


def test_what_fails_is_said_escaped_then_forgotten():
    area = w.HTML()
    with explained(area):
        raise ContentError("Rien sous <b>.", "Recommencez.")
    assert area.value == '<p role="alert">✗ Rien sous &lt;b&gt;. Recommencez.</p>'
    with explained(area):
        pass
    assert area.value == ""
