"""Ce qui se lit à côté des leçons."""

from kit_minio.home.documents import NAMES, cited, documents


def test_every_document_of_the_kit_says_its_title():
    found = documents()
    assert list(found) == list(NAMES)
    assert found["glossaire.md"].title == "Glossaire"
    assert all(document.html() for document in found.values())


def test_a_document_that_is_not_there_is_not_offered(tmp_path):
    (tmp_path / "glossaire.md").write_text("# Mots & choses\n\n| a |\n|---|\n| 1 |\n", "utf-8")
    (tmp_path / "differences.md").write_text("sans titre", "utf-8")
    (tmp_path / "autre.md").write_text("# Autre", "utf-8")
    (found,) = documents(tmp_path).values()
    assert found.title == "Mots & choses"
    assert "<td>1</td>" in found.html()


def test_a_notebook_may_cite_the_pages_and_the_pictures(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "refus.png").write_bytes(b"image")
    (tmp_path / "glossaire.md").write_text("# Glossaire\n", encoding="utf-8")
    (tmp_path / "classe.md").write_text("# La classe\n", encoding="utf-8")
    assert sorted(cited(tmp_path)) == ["glossaire.md", "images/refus.png"]
