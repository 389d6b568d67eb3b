"""Les cartes à imprimer."""

from __future__ import annotations

from kit_minio.classroom.cards import cards_page
from kit_minio.classroom.register import new_register
from kit_minio.classroom.roster import Entry


def test_each_student_has_a_card_with_her_code_and_nothing_of_it_is_markup(kit_data):
    register = new_register("<b>TP</b>")
    register.address = "192.168.1.10:9443"
    register.update([Entry("Zoé <script>alert(1)</script>", "1"), Entry("Ana Le")])
    page = cards_page(register).decode()
    assert page.count("<li>") == 2
    for student in register.students:
        assert page.count(student.code) == 3
        assert student.space not in page and student.locator not in page
    assert "<script>" not in page and "<b>" not in page
    assert "default-src 'none'" in page
