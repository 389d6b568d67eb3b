"""L'environnement d'une copie : le sien, et rien de celui du correcteur."""

from __future__ import annotations

import pytest

from kit_minio.grading.execute.environment import kernel_environment, zygote_environment
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from tests.support.cells import run_cell


@pytest.mark.needs("bubblewrap")
def test_a_copy_has_its_own_environment(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARI", "secret")
    with kernels.start({"KIT_SPACE": "k1"}, Limits()) as kernel:
        said = run_cell(kernel, "import os; raise RuntimeError(sorted(os.environ))")
    ours = {*kernel_environment("/eleve"), "KIT_SPACE", "MINIO_ENDPOINT", "KIT_API_FD"}
    for name in ours:
        assert repr(name) in said
    added = {"CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "GIT_PAGER", "PAGER", "TERM"}  # ipykernel
    assert set(said.partition("[")[2].rstrip("]").replace("'", "").split(", ")) - added <= ours


def test_two_runs_hash_the_same_and_leave_no_bytecode() -> None:
    zygote, kernel = zygote_environment("/eleve", "/opt/kit"), kernel_environment("/eleve")
    assert zygote["PYTHONHASHSEED"] == kernel["PYTHONHASHSEED"] == "0"
    assert zygote["PYTHONDONTWRITEBYTECODE"] == "1"
    assert zygote["PYTHONPATH"] == "/opt/kit"
