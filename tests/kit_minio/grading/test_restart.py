"""Recommencer une correction, après avoir demandé."""

from __future__ import annotations

import click
import pytest

from kit_minio.grading.restart import confirm_restart
from kit_minio.grading.results import FOLDER


def test_without_results_nothing_is_asked_and_otherwise_only_yes_goes_on(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(click, "prompt", lambda *_, **__: asked.append(1) or answers.pop())
    answers = ["oui", "non"]
    confirm_restart(tmp_path)
    assert not asked
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "zoe.json").write_text("{}")
    with pytest.raises(click.ClickException, match="rien n'a changé"):
        confirm_restart(tmp_path)
    confirm_restart(tmp_path)
    assert len(asked) == 2
