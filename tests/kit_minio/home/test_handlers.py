"""Les adresses de l'accueil : pour qui s'est présenté, et rien d'autre que des copies du cours."""

from __future__ import annotations

import httpx
import pytest

from kit_minio.home.handlers import ADDRESS

pytestmark = pytest.mark.needs("chromium")  # le laboratoire des tests a son navigateur

NAMES = ["", "/port.jpg", "/feuille.css", "/examen", "/docs/glossaire.md"]
LESSON = "lecons/01-buckets.ipynb"


@pytest.fixture(scope="module")
def address(bench):
    return f"{bench.lab.base}/{ADDRESS}"


@pytest.fixture
def visitor(bench):
    """Un navigateur qui s'est présenté : un cookie, et non le jeton."""
    with httpx.Client() as client:
        client.get(f"{bench.lab.base}/lab", params={"token": bench.lab.token})
        yield client


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_given_to_a_stranger(address, name):
    refused = httpx.get(f"{address}{name}", follow_redirects=True)
    assert refused.status_code in (200, 403)
    assert "Les leçons" not in refused.text
    assert "Python 3" not in refused.text
    assert "<h1>Glossaire" not in refused.text
    assert refused.headers["content-type"].startswith("text/html")
    assert httpx.post(f"{address}/recommencer", data={"copy": LESSON}).status_code == 403


def test_the_page_is_whole_or_in_part_and_allows_no_script(address, visitor):
    whole, part = visitor.get(address), visitor.get(address, params={"fragment": 1})
    assert whole.text.startswith("<!doctype html>")
    assert part.text.startswith('<div class="kit kit-home">')
    for page in (whole, part):
        assert "Les buckets" in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
    assert visitor.get(f"{address}/port.jpg").content.startswith(b"\xff\xd8")
    assert "--kit-ink" in visitor.get(f"{address}/feuille.css").text


def test_the_diagnosis_is_that_of_doctor(address, visitor):
    assert "dépendances directes" in visitor.get(f"{address}/examen").text


def test_only_the_documents_of_students_are_given(address, visitor):
    assert "<h1>Glossaire" in visitor.get(f"{address}/docs/glossaire.md").text
    assert "Aide-mémoire" in visitor.get(f"{address}/docs/aide-memoire.html").text
    for name in ("guide-enseignant.md", "..%2fREADME.md", "%2e%2e/.env", "absent.md"):
        assert visitor.get(f"{address}/docs/{name}").status_code == 404, name


def test_a_restart_needs_the_proof_that_the_page_asked_for_it(address, visitor, bench):
    lessons = bench.root / "lecons"
    before = sorted(path.name for path in lessons.iterdir())
    asked = {"copy": LESSON}
    assert visitor.post(f"{address}/recommencer", data=asked).status_code == 403
    assert sorted(path.name for path in lessons.iterdir()) == before
    asked["_xsrf"] = visitor.cookies["_xsrf"]
    done = visitor.post(f"{address}/recommencer", data=asked)
    assert done.status_code == 200
    kept = lessons / done.json()["kept"]
    assert kept.is_file()
    kept.unlink()
    as_a_form = visitor.post(f"{address}/recommencer", data=asked, headers={"Accept": "text/html"})
    assert as_a_form.headers["location"] == f"/lab/tree/{LESSON}"


@pytest.mark.parametrize("path", ["../.env", "/etc/passwd", "Accueil.ipynb", "", "lecons/<b>"])
def test_only_a_copy_of_the_course_can_be_restarted(address, visitor, path):
    asked = {"copy": path, "_xsrf": visitor.cookies["_xsrf"]}
    refused = visitor.post(f"{address}/recommencer", data=asked)
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("application/json")
    assert "n'est pas du cours" in refused.json()["message"]


def test_what_is_beside_the_copies_is_not_shown(bench):
    """Ni la mémoire des copies, ni les réglages, qui sont à côté du dossier de travail."""
    found = httpx.get(f"{bench.lab.base}/api/contents?token={bench.lab.token}").json()
    assert {item["name"] for item in found["content"]} >= {"lecons", "exercices", "Accueil.ipynb"}
    names = {item["name"] for item in found["content"] if item["type"] == "directory"}
    assert names == {"lecons", "exercices", "docs"}
    assert not {item["name"] for item in found["content"]} & {".copies.json", ".env"}
