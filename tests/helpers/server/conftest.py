"""Des installations : sans voie imposée, près d'un serveur existant, avec un faux Docker."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import server as servers


@pytest.fixture
def choice(kit_data, monkeypatch):
    """Aucune voie n'est imposée, et aucun serveur ne tourne."""
    monkeypatch.delenv("KIT_SERVER")
    return monkeypatch


@pytest.fixture
def existing(client):
    """Un serveur que cette installation-ci n'a pas démarré : celui de la session."""
    server = servers.find()
    return {
        "MINIO_ENDPOINT": server.url,
        "MINIO_ACCESS_KEY": server.access_key,
        "MINIO_SECRET_KEY": server.secret_key,
    }


@pytest.fixture
def fake_docker(tmp_path, kit_data, monkeypatch):
    """Un faux « docker » : ces pannes ne se produisent pas avec un vrai."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))

    def write(body: str | None) -> Path:
        calls = tmp_path / "calls"
        if body is not None:
            lines = ["#!/bin/sh", f'echo "$@" >> "{calls}"', body] if body else ["\0"]
            (programs / "docker").write_text("\n".join(lines), encoding="utf-8")
            (programs / "docker").chmod(0o755)
        return calls

    return write
