"""Les réglages d'une correction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from kit_minio.grading.execute.credentials import new_label
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.machine import workers_for


@dataclass(frozen=True)
class Settings:
    """Les réglages d'une correction.

    Attributes:
        seed: la graine des données distribuées.
        replay_seed: celle de la seconde exécution, inconnue des élèves ; ``None`` n'en fait pas.
        limits: ce qu'une copie peut prendre.
        minimum_isolation: le niveau en dessous duquel rien n'est exécuté.
        accept_no_isolation: accepte le niveau 0, où une copie malveillante peut tout.
        level: n'emploie que ce niveau.
        workers: le nombre de copies corrigées en même temps.
        label: l'étiquette des espaces S3 de cette correction, au début de leur nom.
    """

    seed: int = 1
    replay_seed: int | None = field(default_factory=lambda: 2 + secrets.randbelow(10**9))
    limits: Limits = field(default_factory=Limits)
    minimum_isolation: int = 1
    accept_no_isolation: bool = False
    level: int | None = None
    workers: int = field(default_factory=lambda: workers_for(Limits()))
    label: str = field(default_factory=new_label)
