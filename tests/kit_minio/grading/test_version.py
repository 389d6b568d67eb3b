"""Ce qui fait corriger de nouveau : une vérification, une donnée, le moteur ; aucune phrase."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.files import ROOT
from kit_minio.grading.version import digest_of

CHECK = "kit_minio/checks/lesson_01_buckets.py"


# Assez de fichiers pour qu'il y en ait de chaque sorte.
SOME = (
    CHECK,
    "kit_minio/checks/exchanges.py",
    "kit_minio/checks/lesson_02_objects/tail.py",
    "kit_minio/grading/execute/sandbox/link.py",
    "kit_minio/grading/judge/examine.py",
    "kit_minio/grading/judge/told.py",
    "kit_minio/grading/report/pages.py",
    "kit_minio/grading/teacher/scale.py",
    "helpers/components/card.py",
    "helpers/data/velib.csv",
    "helpers/spaces.py",
    "helpers/widgets/explorer.py",
)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """Une copie de quelques fichiers du kit, que l'on peut changer."""
    for name in SOME:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def changed(kit: Path, name: str, old: str, new: str) -> bool:
    """Dit si l'empreinte de la leçon 01 change avec ce fichier."""
    before = digest_of(kit, ["01"])
    path = kit / name
    text = path.read_text("utf-8") if path.exists() else ""
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return digest_of(kit, ["01"]) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CHECK, "points=", "points=1+"),
        (CHECK, "", "\n_LIMIT = 3\n"),
        ("kit_minio/checks/exchanges.py", "", "\n_LIMIT = 3\n"),
        ("kit_minio/checks/lesson_01_buckets.csv", "", "une donnée"),
        ("kit_minio/grading/judge/examine.py", "", "\n_LIMIT = 3\n"),
        ("kit_minio/grading/execute/sandbox/neuf.py", "", "x = 1\n"),
        ("helpers/spaces.py", "", "\n_LIMIT = 3\n"),
        ("helpers/data/velib.csv", "", "une ligne"),
    ],
)
def test_what_decides_of_a_mark_is_followed(kit: Path, name: str, old: str, new: str) -> None:
    assert changed(kit, name, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CHECK, "", "\n# un commentaire\n"),
        (CHECK, '"""', '"""Autrement dit : '),
        ("kit_minio/grading/judge/told.py", "Votre code", "Le code"),
        ("kit_minio/grading/report/pages.py", "", "\n_LIMIT = 3\n"),
        ("kit_minio/grading/teacher/scale.py", "", "\n_LIMIT = 3\n"),
        ("kit_minio/checks/lesson_02_objects/tail.py", "", "\n_LIMIT = 3\n"),
        ("helpers/components/card.py", "", "\n_LIMIT = 3\n"),
        ("helpers/widgets/explorer.py", "", "\n_LIMIT = 3\n"),
        ("helpers/neuf.txt", "", "Une explication."),
    ],
)
def test_the_rest_is_not(kit: Path, name: str, old: str, new: str) -> None:
    assert not changed(kit, name, old, new)


def test_a_wording_decides_of_nothing(kit: Path) -> None:
    check = "def verify(context):\n    raise Review({text}, found=1, points={points})\n"
    path = kit / "kit_minio" / "checks" / "neuf.py"
    versions = []
    for text, points in (('"Un texte."', 1), ('f"Un autre, {context}."', 1), ('"Un texte."', 2)):
        path.write_text(check.format(text=text, points=points), encoding="utf-8")
        versions.append(digest_of(kit, ["01"]))

    assert versions[0] == versions[1] != versions[2]
