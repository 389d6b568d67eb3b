"""Les fichiers d'un rapport : les mêmes octets pour les mêmes résultats."""

import random

from kit_minio.grading.report.files import in_order, remove_stale
from kit_minio.grading.report.pages import About
from tests.support.results import TITLE, Tags, classmates, hostile, result, write_reports


def test_the_same_results_give_the_same_files_in_any_order(tmp_path):
    found = [*classmates(3), hostile()]
    files = []
    for rank in range(3):
        random.Random(rank).shuffle(found)
        out = tmp_path / str(rank)
        out.mkdir()
        write_reports(out, found, About(TITLE))
        names = sorted(path for path in out.rglob("*") if path.is_file())
        assert len(names) == 9 + 9 + 4  # retours, copies, trois ordres, notes.csv
        files.append({path.relative_to(out): path.read_bytes() for path in names})
    assert files[0] == files[1] == files[2]


def test_links_of_the_class_page_lead_somewhere(tmp_path):
    write_reports(tmp_path, [*classmates(3), hostile()], About(TITLE))
    for name in ("index.html", "index-notes.html", "index-remarques.html"):
        links = links_of(tmp_path / name)
        assert len(links) == 9 + 2
        assert all((tmp_path / link.partition("#")[0]).is_file() for link in links)


def test_the_teacher_goes_from_copy_to_copy_and_the_student_sees_no_other(tmp_path):
    write_reports(tmp_path, classmates(3), About(TITLE))
    names = sorted(path.name for path in (tmp_path / "copies").iterdir())
    for before, name, after in zip(["", *names], names, [*names[1:], ""], strict=False):
        found = [link for link in links_of(tmp_path / "copies" / name) if not link.startswith("#")]
        assert found == [*filter(None, [before]), "../index.html#copies", *filter(None, [after])]
        assert all(link.startswith("#") for link in links_of(tmp_path / "retours" / name))


def test_the_executed_notebook_is_linked_for_the_teacher_alone(tmp_path):
    copies = tmp_path / "copies"
    copies.mkdir()
    found = classmates(2)
    for name in (found[0].copy_id, "partie"):
        (copies / f"{name}.ipynb").write_text("{}")
    write_reports(tmp_path, found, About(TITLE))
    link = f"{found[0].copy_id}.ipynb"
    for folder in ("copies", "retours"):
        linked = [
            one.copy_id
            for one in found
            if link in links_of(tmp_path / folder / f"{one.copy_id}.html")
        ]
        assert linked == ([found[0].copy_id] if folder == "copies" else [])
    remove_stale(tmp_path, found, [])
    assert [path.name for path in copies.glob("*.ipynb")] == [link]


def links_of(page):
    return [a["href"] for tag, a in Tags(page.read_bytes()) if tag == "a"]


def test_order_ignores_accents():
    names = [("Zoé", "zoe-1"), ("Éloïse", "eloise-2"), ("Alice", "alice-3")]
    ordered = in_order(result(name, copy_id=copy_id) for name, copy_id in names)
    assert [one.name for one in ordered] == ["Alice", "Éloïse", "Zoé"]
