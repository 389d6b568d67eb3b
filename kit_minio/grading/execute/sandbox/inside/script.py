"""À la place d'un noyau : un programme du kit, qui lit des fichiers que la copie a faits."""

from __future__ import annotations

import os

from kit_minio.grading.execute.sandbox.inside.kernel import settle


def run_script(script: str, environment: dict[str, str], fds: list[int]) -> None:
    """Exécute un programme, qui lit sur son entrée ordinaire et écrit sur sa sortie ordinaire.

    Args:
        script: son texte, qui vient du correcteur.
        environment: son environnement.
        fds: la socket qui lui sert d'entrée et de sortie.
    """
    settle(environment, fds)
    for target in (0, 1):
        os.dup2(fds[0], target)
    exec(compile(script, "<lecture>", "exec"), {"__name__": "__main__"})  # noqa: S102
