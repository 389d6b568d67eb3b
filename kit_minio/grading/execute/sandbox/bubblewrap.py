"""La commande qui enferme un zygote par bubblewrap (niveau 1)."""

from __future__ import annotations

import os
import shutil

from kit_minio.grading.execute.sandbox.inside.request import HIDDEN
from kit_minio.grading.execute.sandbox.isolation import is_root
from kit_minio.grading.execute.sandbox.view import HOSTNAME, View

_DEVICES = ("null", "zero", "full", "random", "urandom")


def bubblewrap_command(view: View, *, nested: bool) -> list[str]:
    """Renvoie le début de la commande, que suit le programme à enfermer.

    Args:
        view: ce que la copie voit.
        nested: vrai si chaque copie recevra ensuite ses propres espaces de noms.
    """
    command = [shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--hostname", HOSTNAME, "--clearenv"]
    for name, value in view.environment.items():
        command += ["--setenv", name, value]
    if is_root():
        # Le zygote monte /proc puis quitte root : bwrap, lancé par root, en masquerait une partie.
        command += ["--dir", "/proc"]
    else:
        command += ["--unshare-user", "--cap-drop", "ALL", "--proc", "/proc"]
    if not nested:
        command += ["--disable-userns"]
        for name in filter(os.path.exists, HIDDEN):
            command += ["--ro-bind", "/dev/null", name]
    # Un dossier que bwrap crée de lui-même n'est ouvert qu'à root.
    for folder in ("/dev", *view.parents()):
        command += ["--dir", folder]
    for link, target in view.links.items():
        command += ["--symlink", target, link]
    for mount in view.mounts:
        command += ["--ro-bind", str(mount.source), mount.target]
    for device in _DEVICES:
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    command += ["--symlink", "/proc/self/fd", "/dev/fd"]
    for folder, size in view.scratch.items():
        if nested:
            command += ["--dir", folder]  # chaque copie y montera le sien
        else:
            command += ["--perms", "0700", "--size", str(size), "--tmpfs", folder]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]
