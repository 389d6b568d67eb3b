"""Un état, une mesure, un message."""

from __future__ import annotations

import pytest

from helpers.components.badge import Badge, Message, Meter


@pytest.mark.parametrize(
    ("state", "tone", "text"),
    [
        ("réussi", "passed", "✓ Réussi"),
        ("à revoir", "review", "✗ À revoir"),
        ("erreur", "error", "! Erreur"),
        ("à faire", "todo", "○ À faire"),
        ("prêt", "todo", "• Prêt"),
    ],
)
def test_a_state_has_a_tone_and_a_sign(state, tone, text):
    assert (Badge(state).tone, str(Badge(state))) == (tone, text)
    assert f"kit-{tone}" in Badge(state).html()


@pytest.mark.parametrize(
    ("value", "total", "percent", "text"),
    [
        (0, 7, 0, "░░░░░░░░░░ 0 sur 7"),
        (5.5, 11, 50, "█████░░░░░ 5,5 sur 11"),
        (3, 0, 0, "░░░░░░░░░░ 3 sur 0"),
    ],
)
def test_a_meter_is_a_bar_and_words(value, total, percent, text):
    meter = Meter(value, total)
    assert (meter.percent, str(meter)) == (percent, text)
    assert f'width="{percent}"' in meter.html()


def test_a_message_has_its_role_and_a_neutral_one_no_sign():
    assert 'role="alert"' in Message("Le fait.", tone="error", role="alert").html()
    assert str(Message("Le fait.", "Le remède.", "review")) == "✗ Le fait. Le remède."
    assert str(Message("Le fait.")) == "Le fait."
    assert "role" not in Message("Le fait.").html()
