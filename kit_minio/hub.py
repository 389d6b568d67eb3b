"""Le JupyterLab d'une personne sur un JupyterHub : celui de ``kit.py lab``, derrière le hub.

L'administrateur écrit ``c.Spawner.cmd = ["/chemin/.venv/bin/python", "-m", "kit_minio.hub"]``, où
se trouvent aussi les paquets de requirements.txt et ``jupyterhub``.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Prépare les copies de cette personne, puis laisse JupyterHub ouvrir le laboratoire."""
    from jupyterhub.singleuser import main as serve_one_person

    # L'installation est à tous : chacun a ses données, même l'administrateur.
    os.environ.setdefault("KIT_DATA", "~/.kit-minio")
    from kit_minio.home.copies import prepare, work_folder
    from kit_minio.lab import kit_options

    prepare()
    # Le hub a déjà reconnu la personne : par ce proxy, son navigateur atteint les ports du noyau.
    proxy = "--ServerApp.jpserver_extensions=jupyter_server_proxy=True"
    sys.argv[1:1] = [*kit_options(work_folder()), proxy, "--ServerApp.default_url=/lab"]
    serve_one_person()


if __name__ == "__main__":
    main()
