"""Un tableau : aligné en texte, avec ses en-têtes en HTML."""

from __future__ import annotations

import re

from helpers.components import Table


def test_table_in_text_is_aligned():
    table = Table(["Clé", "Taille"], [["a", "12 o"], ["dossier/", "1,0 Kio"]])
    assert repr(table).splitlines() == [
        "Clé        Taille",
        "────────  ───────",
        "a            12 o",
        "dossier/  1,0 Kio",
    ]


def test_table_in_html_has_headers_and_escapes_what_comes_from_the_store():
    key = "<script>alert('é & \"')</script>"
    page = Table(["Clé", "Taille"], [[key, "1 o"]])._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;é &amp; &#34;&#39;)&lt;/script&gt;" in page
    assert page.count('<th scope="col"') == 2
    assert page.count("text-align:right") == 2
    assert len(re.findall(r"<t([dh]) [^>]*>[^<]*</t\1>", page)) == 4


def test_empty_table_says_so():
    assert repr(Table(["Clé"], [], "Aucun <objet>.")) == "Aucun <objet>."
    assert ">Aucun &lt;objet&gt;.</p>" in Table(["Clé"], [], "Aucun <objet>.")._repr_html_()
