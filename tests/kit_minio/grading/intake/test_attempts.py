"""De plusieurs notebooks d'une leçon dans une copie, la dernière remise compte, et c'est dit."""

import json
import zipfile

import pytest

from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, alone

FULL = json.dumps(answered("01", dict.fromkeys(TASKS, "solution"))[0]).encode()
HALF = json.dumps(answered("01", dict.fromkeys(TASKS, "stub") | {"create": "solution"})[0])


@pytest.mark.parametrize(
    ("files", "kept", "why"),
    [
        ({"essai 1/a.ipynb": FULL, "essai 2/a.ipynb": HALF}, "essai 2/a.ipynb", "le dernier remis"),
        ({"a v9.ipynb": FULL, "a v10.ipynb": HALF}, "a v10.ipynb", "le dernier remis"),
        ({"2026-11-20.ipynb": FULL, "2026-11-27.ipynb": HALF}, "2026-11-27.ipynb", "le dernier"),
        ({"20-11-2026.ipynb": FULL, "3-12-2026.ipynb": HALF}, "3-12-2026.ipynb", "le dernier"),
        ({"brouillon.ipynb": FULL, "rendu.ipynb": HALF}, "rendu.ipynb", "le seul qui"),
        ({"tp.ipynb": FULL, "tp final.ipynb": HALF}, "tp final.ipynb", "dit final"),
        ({"tp.ipynb": HALF, "tp v1.ipynb": FULL}, "tp v1.ipynb", "le plus complet"),
        ({"tp (1).ipynb": FULL, "tp (2).ipynb": FULL}, "tp (2).ipynb", "le plus récent"),
        ({"tp v2.ipynb": NOTEBOOK, "tp v1.ipynb": HALF}, "tp v1.ipynb", "le seul complété"),
    ],
)
def test_the_last_attempt_counts(files, kept, why, pack):
    copy = alone(pack({f"alice/{name}": data for name, data in files.items()}))
    assert copy.kept["01"].path == kept
    assert copy.kept["01"].attempts == 2
    assert f"« {kept} », {why}" in copy.remarks[0]
    assert not copy.trouble


def test_without_a_rank_the_latest_of_the_most_complete_counts(pack):
    names = {"a.ipynb": (2026, 11, 20, 12, 0, 0), "b.ipynb": (2026, 11, 19, 0, 0, 0)}
    copy = alone(pack([(zipfile.ZipInfo(f"x/{name}", when), FULL) for name, when in names.items()]))
    assert copy.kept["01"].path == "a.ipynb"


def test_names_of_several_people_in_one_copy_are_for_a_human(pack):
    assert "alice.ipynb", (
        "bruno.ipynb" in alone(pack({"a/alice.ipynb": FULL, "a/bruno.ipynb": FULL})).trouble
    )
    one = alone(pack({"a/alice.ipynb": FULL, "a/01-buckets.ipynb": FULL}))
    assert one.trouble is None


def test_the_version_of_python_and_the_cells_done_are_kept(pack):
    notebook = json.loads(HALF)
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13.1"}
    kept = alone(pack({"a/x.ipynb": json.dumps(notebook)})).kept["01"]
    assert (kept.python, kept.filled, kept.attempts) == ("3.13.1", 1, 1)
    notebook["metadata"]["language_info"] = {"version": "<b>3.13</b>"}
    assert alone(pack({"a/x.ipynb": json.dumps(notebook)})).kept["01"].python == ""
