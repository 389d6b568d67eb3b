"""Lancer un programme sous un compte ordinaire, quand les tests tournent en tant que root."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UID = 64_998


def as_user() -> list[str]:
    """Renvoie le début d'une commande que suivra un programme à lancer sans être root.

    L'interpréteur et MinIO peuvent se trouver dans le dossier de root : bwrap les rend lisibles, et
    eux seuls.
    """
    if os.geteuid() != 0:
        return []
    command = ["bwrap", "--dev-bind", "/", "/"]
    base = Path(sys.base_prefix).resolve()
    minio = Path(shutil.which("minio") or base).resolve().parent
    hidden = {kept: closed for kept in (base, minio) if (closed := _closed(kept))}
    for closed in dict.fromkeys(hidden.values()):
        command += ["--perms", "0755", "--tmpfs", str(closed)]
    for kept, closed in hidden.items():
        for folder in kept.relative_to(closed).parents[-2::-1]:
            command += ["--dir", str(closed / folder)]
        command += ["--ro-bind", str(kept), str(kept)]
    drop = [f"--reuid={_UID}", f"--regid={_UID}", "--clear-groups", "--inh-caps=-all"]
    return [*command, "--", "setpriv", *drop, "--bounding-set=-all"]


def _closed(path: Path) -> Path | None:
    """Renvoie le premier dossier, sur ce chemin, où ce compte n'entre pas."""
    return next((folder for folder in path.parents[::-1] if not folder.stat().st_mode & 1), None)


@contextmanager
def user_folder() -> Iterator[Path]:
    """Donne un dossier où ce compte peut écrire ; celui de pytest n'est ouvert qu'à root."""
    with tempfile.TemporaryDirectory(prefix="kit-compte-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            os.chown(name, _UID, _UID)
        yield Path(name)
