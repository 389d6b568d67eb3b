"""Ce que les tests de l'entrée des copies partagent."""

import zipfile

import pytest


@pytest.fixture
def pack(tmp_path):
    """Écrit un zip, à partir d'un dictionnaire ou de couples nom et octets."""

    def write(files, name="lot.zip", method=zipfile.ZIP_STORED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for entry, data in files.items() if isinstance(files, dict) else files:
                archive.writestr(entry, data)
        return path

    return write
