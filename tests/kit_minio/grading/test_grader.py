"""Des copies corrigées plusieurs à la fois, interrompues, reprises."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from minio import Minio

from kit_minio import checks as lessons
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading import grader as module
from kit_minio.grading.execute.credentials import new_name
from kit_minio.grading.grader import Grader
from kit_minio.grading.model import FAILED, UNEXPECTED, Copy, Result
from kit_minio.grading.report.pages import student_page
from kit_minio.grading.results import open_results
from tests.support.copies import notebook_of
from tests.support.grading import copy_of, graded, hand_in, level_one, peak_in

pytestmark = level_one


def bytes_of(result: Result) -> tuple[bytes, str]:
    """Renvoie le retour d'un élève, et son résultat sans les durées.

    Le notebook exécuté, pour l'enseignant, montre aussi le nom de l'espace : il change à chaque
    fois.
    """
    found = asdict(result)
    found["seconds"], found["executed"] = 0, ""
    for mark in found["marks"]:
        mark["seconds"] = 0
    return student_page(result, "Exercices"), json.dumps(found, ensure_ascii=False)


@pytest.mark.slow
def test_same_copies_same_bytes_in_any_order_with_any_number_of_workers(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {
        "create": 'client.get_object(bucket_name=tp.bucket("absent"), object_name="x")',
        "names": "raise RuntimeError(object())",
        "ensure": "1 / 0",
    }
    route = """
from datetime import timedelta
@app3.get("/documents/{key:path}")
def read(key: str):  # un document absent reçoit une URL, lui aussi
    return {"url": client.presigned_get_object(
        bucket_name=tp.bucket("archives"), object_name=key, expires=timedelta(minutes=10))}
"""
    others = {exercise.name: "..." for exercise in lessons.series("06").exercises}
    copies = [
        copy_of("a", create='client.make_bucket(bucket_name=tp.bucket("archives"))'),
        copy_of("b", **wrong),
        copy_of("c", "06", **others | {"presigned_get": route}),
    ]
    assert grader.settings.workers == 3
    first = {result.copy_id: bytes_of(result) for result in grader.grade_all(copies)}
    monkeypatch.setattr(grader, "settings", replace(grader.settings, workers=1))
    second = {result.copy_id: bytes_of(result) for result in grader.grade_all(copies[::-1])}
    assert first == second
    assert (
        "S3Error NoSuchBucket, sur « /exercice-01-absent/x ». Ce bucket n'existe pas. Vérifiez son "
        "nom avec list_buckets(), ou créez-le avec make_bucket()."
    ) in first["b"][1]
    assert "<object object at 0x>" in first["b"][1]
    assert "?X-Amz" not in first["c"][1]
    assert '"verdict": "à revoir"' in first["c"][1]


@pytest.mark.parametrize(("busy", "late"), [(True, 1), (False, 1), (True, 2)])
def test_out_of_time_on_a_busy_machine_a_copy_is_graded_again_alone(
    grader: Grader, monkeypatch: pytest.MonkeyPatch, busy: bool, late: int
) -> None:
    """La charge d'une machine ne se commande pas : elle est feinte, et la copie lente aussi."""
    monkeypatch.setattr(module, "overloaded", lambda: busy)
    monkeypatch.setattr(module, "slowed_down", lambda: busy)
    graded = grader._grade
    attempts: list[int] = []

    def late_at_first(copy: Copy) -> Result:
        attempts.append(grader._turns.wanted)
        result = graded(copy)
        if len(attempts) <= late:
            told = "Temps dépassé : la cellule a été interrompue au bout de 60 s."
            slow = Outcome(Verdict.ERROR, "Votre code s'est arrêté avant la fin.", told)
            result.marks[0] = replace(result.marks[0], outcome=slow)
        return result

    monkeypatch.setattr(grader, "_grade", late_at_first)
    result = grader.grade(copy_of("lente"))
    assert attempts == ([0, 1] if busy else [0])
    assert result.points == (7 if busy and late == 1 else 6)
    assert ("même corrigée seule" in (result.trouble or "")) == (late == 2)


@pytest.mark.both_servers
def test_the_grading_itself_may_fail_without_stopping_the_batch(grader: Grader) -> None:
    broken: Any = Copy("cassée", "Cassée", notebooks={"01": None})
    fine = copy_of("juste")
    found = {result.copy_id: result for result in grader.grade_all([broken, fine])}
    assert found["cassée"].trouble == f"{FAILED} {UNEXPECTED}"
    assert "AttributeError" in found["cassée"].failure
    page = student_page(found["cassée"], "Exercices").decode()
    assert "votre copie n'y est pour rien" in page.replace("&#39;", "'")
    assert "journal.txt" not in page
    assert found["juste"].points == 7


@pytest.mark.slow
def test_resuming_erases_what_a_kill_left_and_ctrl_c_is_prompt(
    client: Minio, tmp_path: Path
) -> None:
    """La vraie commande : une copie finit, l'autre dort ; puis Ctrl-C."""
    source, out = tmp_path / "copies", tmp_path / "sortie"
    source.mkdir()
    for name, written in (("alice", {}), ("bob", {"create": "import time; time.sleep(300)"})):
        (source / f"{name}.ipynb").write_text(json.dumps(notebook_of("01", written)))
    with open_results(out) as results:
        label = results.label
    left = f"{new_name(label)}-exercice-01"  # d'une correction de ce dossier, tuée
    client.make_bucket(bucket_name=left)

    def spaces() -> list[str]:
        names = (bucket.name for bucket in client.list_buckets())
        return [name for name in names if name.startswith(f"k{label}")]

    done = out / "resultats" / "alice.json"
    grading = subprocess.Popen(
        [sys.executable, "-m", "kit_minio", "grade", str(source), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (done.exists() and spaces()):
        assert grading.poll() is None, grading.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert left not in spaces()
    while grading.poll() is None:  # la cellule de Bob dure encore presque une minute
        assert time.monotonic() < deadline
        grading.send_signal(signal.SIGINT)
        time.sleep(0.1)
    _, said = grading.communicate(timeout=30)
    assert grading.returncode in (1, -signal.SIGINT)
    assert "Traceback" not in said
    assert said.replace("\u00a0", " ").splitlines()[-2:] == [
        "✗ La correction est interrompue.",
        "→ Les copies déjà corrigées le restent : la même commande reprend la suite.",
    ]
    assert json.loads(done.read_bytes())["fingerprint"]
    assert not done.with_name("bob.json").exists()
    assert spaces() == []


# --- La mémoire ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_lesson_makes_the_grader_big(tmp_path: Path) -> None:
    """Au plus 79 Mio mesurés pour le Parquet, 95 pour la vidéo ; ils en prenaient 195 et 116."""
    for lesson in ("13", "19"):
        place = tmp_path / lesson
        hand_in(place / "copies" / "Zoé Lin", lesson)
        said, (result,) = graded(place, "--workers", "1")
        assert [mark["outcome"]["verdict"] for mark in result["marks"]] == ["réussi"] * 5, said
        assert peak_in(said) < 110


@pytest.mark.slow
def test_eight_large_objects_are_not_held_at_once(tmp_path: Path) -> None:
    """Quinze Mio, que demande la leçon 11, puis dix-neuf : 111 mesurés au plus."""
    huge = {
        "video": """
import io
client.put_object(bucket_name=tp.bucket("films"), object_name="maree",
                  data=io.BytesIO(bytes(19 << 20)), length=19 << 20)
"""
    }
    for lesson, written, right in (("11", {}, 5), ("02", huge, 4)):
        place = tmp_path / lesson
        for number in range(8):
            hand_in(place / "copies" / f"Zoé {'ABCDEFGH'[number]}in", lesson, written)
        said, results = graded(place, "--workers", "8")
        for result in results:
            verdicts = [mark["outcome"]["verdict"] for mark in result["marks"]]
            assert verdicts.count("réussi") == right, said
        assert peak_in(said) < 150


def test_remarks_are_bounded_in_number_and_in_length() -> None:
    kept = module.bounded(["x" * 1000, "x" * 1001, *["court"] * 30])
    assert kept[:3] == ["x" * 1000, "x" * 1000 + "…", "court"]
    assert kept[29:] == ["court", "Et 2\u00a0autres remarques, du même genre sans doute."]
    assert module.bounded(["court"] * 30) == ["court"] * 30
