"""Un encart : l'état s'y lit, le code s'y copie, rien ne s'y échappe."""

from __future__ import annotations

from helpers.components import Card


def test_card_in_text():
    card = Card("à revoir", "Trier", ("Un fait.",), "0 / 1 point.", found="a\nb", expected="c")
    assert str(card).splitlines() == [
        "✗ À revoir — Trier",
        "  Un fait.",
        "  Trouvé : a",
        "  b",
        "  Attendu : c",
        "  0 / 1 point.",
    ]


def test_an_unknown_state_is_neutral():
    assert Card("indice", "Trier").heading == "• Indice — Trier"
    assert "kit-todo" in Card("indice", "Trier").html()


def test_what_comes_from_a_copy_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    card = Card(
        evil, evil, (evil,), evil, evil, evil, evil, (evil,), evil, (evil, evil), (evil, evil)
    )
    assert "<script" not in card.html()


def test_code_is_coloured_and_its_button_needs_no_kernel():
    page = Card("solution", "Trier", code='client.make_bucket("a")\n').html()
    assert '<span class="s2">' in page
    assert page.count("<button") == 1
    assert "clipboard" in page
    assert "<button" not in Card("solution", "Trier").html()
