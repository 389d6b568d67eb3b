"""La commande de podman : la même chose à voir que par bubblewrap, et les plafonds du conteneur."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

import pytest

from kit_minio.grading.execute.limits import CONTAINER, SCRATCH
from kit_minio.grading.execute.sandbox.podman import podman_command, removal_command
from kit_minio.grading.execute.sandbox.view import KIT, Mount, new_view


def test_each_mount_of_the_view_is_in_the_command(tmp_path: Path) -> None:
    view = new_view(tmp_path, "localhost")
    more = Mount(tmp_path / "socket", f"{KIT}/socket")
    command = podman_command(view, "kit-essai", tmp_path / "racine", more)
    volumes = [argument for argument in command if argument.startswith("--volume=")]
    shown = [*view.mounts, more]
    assert volumes == [f"--volume={mount.source}:{mount.target}:ro" for mount in shown]
    for link, target in view.links.items():
        assert str((tmp_path / "racine" / link.lstrip("/")).readlink()) == target


@pytest.mark.slow
@pytest.mark.needs("podman")
def test_a_container_sees_the_kit_and_has_its_limits(tmp_path: Path) -> None:
    name = f"kit-{uuid.uuid4().hex}"
    command = podman_command(new_view(tmp_path, "localhost"), name, tmp_path / "racine")
    script = f"ls {KIT}; cat /sys/fs/cgroup/pids.max; df -B1 --output=size /eleve; ulimit -n"
    try:
        done = subprocess.run(
            [*command, "/bin/sh", "-c", script], capture_output=True, text=True, check=False
        )
    finally:
        subprocess.run(removal_command(name), capture_output=True, check=True)
    said = done.stdout.split()
    assert said[:2] == ["helpers", "kit_minio"], done.stderr
    assert said[-2:] == [str(SCRATCH["/eleve"]), "512"]
    assert str(CONTAINER.processes) in said or "pids.max" in done.stderr  # selon les cgroups d'ici


@pytest.mark.needs("podman")
def test_removing_a_container_that_is_not_there_is_no_error() -> None:
    subprocess.run(removal_command(f"kit-{uuid.uuid4().hex}"), capture_output=True, check=True)
