"""Rouvrir un bucket que le serveur embarqué ferme même à son administrateur."""

import subprocess
import sys

from helpers.server import embedded
from helpers.server.choose import find


def lift_policy(bucket: str) -> bool:
    """Retire la politique d'un bucket qui est fermé à tous ; vrai si c'est fait.

    C'est rare, et S3 ne le permet pas : un programme à part le demande au serveur embarqué.

    Args:
        bucket: le nom complet du bucket ; rien d'autre de lui ne change.
    """
    server = find()
    if server is None or server.way != embedded.NAME:
        return False
    command = [sys.executable, "-P", "-m", "kit_minio.upkeep", bucket]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
