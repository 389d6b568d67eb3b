"""Les programmes qui restent en marche : un pid se recycle, et ne suffit pas."""

from __future__ import annotations

import os

import pytest

from helpers.errors import ServerError
from kit_minio.classroom import front, processes


def test_a_program_of_another_folder_or_name_is_not_ours(kit_data):
    processes.class_folder()
    processes.note(front.MODULE, host="x", port=1)
    assert processes.running(front.MODULE) is None  # notre pid, mais pas cette commande
    assert not processes.stop(front.MODULE)
    (kit_data / "classe/front.json").write_text('{"pid": "x"}')
    assert processes.running(front.MODULE) is None
    assert os.getpid()


def test_a_program_that_dies_at_birth_says_why(kit_data):
    with pytest.raises(ServerError, match="ne démarre pas") as failed:
        processes.start(front.MODULE)
    assert "journal" in failed.value.remedy
