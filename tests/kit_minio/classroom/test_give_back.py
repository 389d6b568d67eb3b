"""Rendre les retours : à chacun le sien."""

from __future__ import annotations

import pytest

from helpers.errors import ContentError
from helpers.s3 import read_object
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.classroom.feedback import feedback
from kit_minio.classroom.give_back import give_back
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.results import FOLDER, PAGES, Results
from tests.support.room import refused


@pytest.mark.both_servers
def test_each_page_goes_where_only_its_student_reads_it(room, tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / PAGES).mkdir()
    mark = Mark("03", "describe", "Décrire", Outcome(Verdict.PASSED, ""), 1)
    for copy, marks, failure in (
        ("zoe-martin", [mark], ""),
        ("lea-dupont", [mark], "panne"),
        ("inconnu", [mark], ""),
    ):
        result = Result(copy, copy, None, marks=marks, failure=failure)
        Results(tmp_path).write(result, "x")
        (tmp_path / PAGES / f"{copy}.html").write_text(f"<p>Retour de {copy}</p>")
    said: list[str] = []
    with room.teacher():
        assert give_back(tmp_path, said.append) == 1
        assert give_back(tmp_path, said.append) == 1
    assert "Sans retour, leur copie est à revoir : Léa Dupont." in said
    assert any(line.startswith("Pas de cette classe") and "inconnu" in line for line in said)
    (zoe, one), (lea, _) = room.enter("Zoé Martin"), room.enter("Léa Dupont")
    bucket = room.register.bucket(one)
    assert read_object(zoe, bucket, "retours/03.html") == b"<p>Retour de zoe-martin</p>"
    assert refused(lea.get_object, bucket_name=bucket, object_name="retours/03.html")
    versions = room.admin.list_objects(
        bucket_name=bucket, prefix="retours/03", include_version=True
    )
    assert len(list(versions)) == 1  # la seconde fois, rien n'avait changé
    with room.student("Zoé Martin"):
        shown = feedback("03")
        assert "&lt;p&gt;Retour de zoe-martin" in shown._repr_html_()
        assert "<iframe sandbox " in shown._repr_html_() and "Retour rendu le" in repr(shown)
        assert "pas encore rendu" in str(feedback("04"))


def test_another_folder_is_refused_in_a_sentence(room, tmp_path):
    with room.teacher(), pytest.raises(ContentError, match="n'est pas le dossier d'une correction"):
        give_back(tmp_path, room.said.append)
