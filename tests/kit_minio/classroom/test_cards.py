"""Les cartes à imprimer."""

from __future__ import annotations

import re

import pytest

from helpers.components.forms import sheet
from kit_minio.classroom.cards import cards_page
from kit_minio.classroom.register import new_register
from kit_minio.classroom.roster import Entry
from tests.support import axe
from tests.support.browser import browser_page


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
    own = page.partition("<style>")[2].partition("</style>")[0].replace(sheet(), "")
    assert "--kit-ink" in own and not re.search(r"#[0-9a-f]{3,6}\b", own)


@pytest.mark.needs("chromium")
def test_eight_cards_fill_a_sheet_and_all_can_read_them(kit_data, request):
    register = new_register("TP")
    register.update(Entry(f"Étudiant {rank}", str(rank)) for rank in range(17))
    with browser_page("cartes") as page:
        page.set_content(cards_page(register).decode())
        assert axe.faults(page, request.config.cache) == []
        printed = page.pdf(prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") == 3
