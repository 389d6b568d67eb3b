"""La commande qui enferme un zygote dans un conteneur podman (niveau 2), et celle qui l'arrête."""

from __future__ import annotations

import shutil
from pathlib import Path

from kit_minio.grading.execute.limits import CONTAINER, MOST_WORKERS, OPEN_FILES, SCRATCH
from kit_minio.grading.execute.sandbox.inside.request import HIDDEN
from kit_minio.grading.execute.sandbox.isolation import is_root
from kit_minio.grading.execute.sandbox.view import HOSTNAME, Mount, View

_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - podman le monte lui-même


def podman_command(view: View, name: str, root: Path, *more: Mount) -> list[str]:
    """Renvoie le début de la commande, que suit le programme à enfermer.

    Args:
        view: ce que la copie voit.
        name: le nom du conteneur.
        root: un dossier vide, qui devient sa racine : son système est celui de la machine.
        more: ce qui est montré en plus.
    """
    for folder in ("usr", "proc", "dev", "sys", "etc", "tmp", "run", "opt"):
        (root / folder).mkdir(parents=True)
    for link, target in view.links.items():
        (root / link.lstrip("/")).symlink_to(target)
    command = [*_podman(), "run", "--rm", f"--name={name}", "--network=none"]
    command += ["--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL"]
    command += ["--security-opt=no-new-privileges", f"--security-opt=mask={':'.join(HIDDEN)}"]
    command += [f"--memory={CONTAINER.memory}", f"--memory-swap={CONTAINER.memory}"]
    command += [f"--pids-limit={CONTAINER.processes}", f"--cpus={CONTAINER.cpus}"]
    # Linux y compte les processus de tous les conteneurs : les copies ont le même uid.
    most = MOST_WORKERS * CONTAINER.processes
    command += [f"--ulimit=nproc={most}:{most}"]
    command += [f"--ulimit=nofile={OPEN_FILES}:{OPEN_FILES}"]
    command += [f"--shm-size={SCRATCH[_SHARED_MEMORY]}"]
    command += [f"--hostname={HOSTNAME}", "--workdir=/", "--no-hosts", "--http-proxy=false"]
    command += [f"--user={view.uid}:{view.uid}"]
    if not is_root():
        command += ["--userns=keep-id"]
    for variable, value in view.environment.items():
        command += [f"--env={variable}={value}"]
    for mount in (*view.mounts, *more):
        command += [f"--volume={mount.source}:{mount.target}:ro"]
    for folder, size in view.scratch.items():
        if folder != _SHARED_MEMORY:
            command += [f"--tmpfs={folder}:size={size},mode=1777,nosuid,nodev"]
    return [*command, "--rootfs", str(root)]


def removal_command(name: str) -> list[str]:
    """Renvoie la commande qui arrête et efface un conteneur, s'il existe."""
    return [*_podman(), "rm", "--force", "--time=0", "--ignore", name]


def _podman() -> list[str]:
    """Renvoie podman et ses réglages ; sans systemd, il lui en faut d'autres."""
    program = shutil.which("podman") or "podman"
    if Path("/run/systemd/system").exists():
        return [program]
    runtime = ["--runtime=runc"] if shutil.which("runc") else []
    return [program, *runtime, "--cgroup-manager=cgroupfs"]
