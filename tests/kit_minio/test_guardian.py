"""Le gardien d'un serveur jetable ; ``tests/helpers/topics`` éprouve ceux qu'il démarre."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kit_minio.guardian import KINDS


def test_without_the_program_he_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "jetable"
    (folder / "reste").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "kit_minio.guardian", "trusting"],
        input=json.dumps({"role": "r", "policy": {}}) + "\n",
        env=os.environ | {"KIT_DATA": str(folder), "KIT_SERVER": "native", "PATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "aucun programme minio ni silo" in json.loads(done.stdout)["fact"]
    assert not folder.exists()


def test_each_kind_knows_both_servers() -> None:
    assert set(KINDS) == {"trusting", "encrypted", "disks", "own", "federated"}
