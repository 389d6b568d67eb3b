"""Le bilan d'une étape : ce qu'elle a coûté, ce que ses tests ont donné."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kit_minio.suite.stages import Stage


@dataclass
class Report:
    """Le bilan d'une étape.

    Args:
        stage: l'étape.
        seconds: sa durée, en secondes.
        cpu_seconds: le temps de processeur de ses commandes et de leurs enfants, en secondes.
        counts: les nombres de tests ``passed``, ``failed`` et ``skipped``.
        notes: ce qu'il faut en dire, une phrase par ligne.
    """

    stage: Stage
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        mark = "✗" if self.counts["failed"] else "✓"
        passed, failed, skipped = (self.counts[key] for key in ("passed", "failed", "skipped"))
        line = (
            f"{mark} {self.stage.name:16} {self.seconds:5.0f} s, dont {self.cpu_seconds:4.0f} de "
            f"processeur : {passed} réussis, {failed} échoués, {skipped} ignorés"
        )
        return "\n    ".join([line, *self.notes])

    def add(self, code: int, results: Path) -> None:
        """Ajoute ce qu'une commande a donné.

        Args:
            code: son code de sortie ; un échec que ses résultats ne disent pas compte pour un.
            results: le fichier JUnit de pytest ; sans lui, elle compte pour un test.
        """
        before = self.counts["failed"]
        if results.exists():
            self._read(ET.parse(results).getroot())  # noqa: S314 - écrit par pytest
        elif code == 0:
            self.counts["passed"] += 1
        if code and self.counts["failed"] == before:
            self.counts["failed"] += 1

    def _read(self, root: ET.Element) -> None:
        for suite in root.iter("testsuite"):
            tests, failures, errors, skipped = (
                int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")
            )
            self.counts["failed"] += failures + errors
            self.counts["skipped"] += skipped
            self.counts["passed"] += tests - failures - errors - skipped
        self.notes += [
            f"échoué : {case.get('classname')}.{case.get('name')}"
            for case in root.iter("testcase")
            if case.find("failure") is not None or case.find("error") is not None
        ]
        self.notes += sorted(
            {f"ignoré : {skip.get('message', '')}" for skip in root.iter("skipped")}
        )
