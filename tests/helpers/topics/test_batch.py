"""Un lot : plusieurs transferts à la fois, un bilan lisible, une interruption entendue."""

from __future__ import annotations

import _thread
import errno
import threading
import time

import pytest

from helpers.topics.batch import run_batch


def test_at_most_so_many_at_once_and_really_at_once():
    together = threading.Barrier(3, timeout=10)
    running, peak, lock = 0, 0, threading.Lock()

    def transfer(key, stop):
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
        together.wait()
        with lock:
            running -= 1
        return 1

    report = run_batch("déposés", list("abcdefghi"), transfer, 3)
    assert (len(report.done), peak) == (9, 3)


def test_interrupted_batch_stops_soon(capfd):
    """Interrompu comme le fait un noyau sous Windows, où l'attente d'un verrou n'en sait rien."""
    begun, stopped = [], []

    def transfer(key, stop):
        begun.append(key)
        if key == "b":
            time.sleep(0.3)  # l'autre fil attend déjà
            _thread.interrupt_main()
            stopped.append(stop.wait(10))
        return 1

    with pytest.raises(KeyboardInterrupt):
        run_batch("déposés", list("abcdefgh"), transfer, 1)
    assert stopped == [True]
    assert begun == ["a", "b"]
    assert capfd.readouterr().out.startswith("Objets déposés : ")


def test_report_is_readable_and_escapes_keys(capfd):
    def transfer(key, stop):
        raise FileNotFoundError(errno.ENOENT, "", key)

    report = run_batch("déposés", ["<b>"], transfer, 1)
    assert str(report).splitlines() == [
        "Objets déposés : 0 (0 o). Échecs : 1.",
        "<b> : Ce fichier n'existe pas, ou plus.",
        f"→ {report.failed['<b>'].remedy}",
    ]
    assert "<b>" not in report._repr_html_()
    assert "&lt;b&gt;" in report._repr_html_()


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (Exception("<Code>NoSuchKey</Code>"), "Aucun objet ne porte cette clé dans ce bucket."),
        (Exception("<Code>Nouveau</Code>"), "Le serveur refuse : Nouveau."),
        (Exception("HTTP error: closed"), "Le serveur S3 ne répond pas"),
        (OSError(27, ""), "Le disque est plein"),
        (PermissionError(errno.EACCES, ""), "Ce fichier est interdit à votre compte"),
        (RuntimeError("autre\nchose"), "Cause inattendue : RuntimeError : autre"),
    ],
)
def test_each_failure_has_its_cause_and_can_be_taken_up(error, fact, capfd):
    failures = [error]

    def transfer(key, stop):
        if failures:
            raise failures.pop()
        return 3

    report = run_batch("déposés", ["a"], transfer, 1)
    assert report.failed["a"].fact.startswith(fact)
    again = report.retry()
    assert (again.done, again.failed, again.octets) == (["a"], {}, 3)
