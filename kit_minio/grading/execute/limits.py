"""Tous les plafonds de la correction : ce qu'une copie peut prendre, combien de temps l'attendre.

``Limits`` se règle d'une correction à l'autre ; le reste est le même pour toutes. Qui applique
quoi : le noyau Linux et le surveillant de la copie (``Limits.bounds()``), bubblewrap et podman
(``SCRATCH``, ``CONTAINER``), le relais (``upload``), et le correcteur pour les durées.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit_minio.grading.execute.sandbox.inside.request import Bounds

MEBI = 1024 * 1024

MOST_WORKERS = 16  # copies corrigées en même temps, sauf demande contraire
OPEN_FILES = 512  # descripteurs ouverts d'un processus
ALL_FILES = 1024  # de tous ceux d'une copie
MAX_CONNECTIONS = 64  # d'une copie à S3
MAX_SETTING = MEBI  # octets d'un réglage de bucket ou d'objet
MAX_SETTINGS = 32 * MEBI  # octets de tous ceux d'une copie, que le serveur garde en mémoire
MAX_DEMANDS = 2000  # d'administration, d'une copie à un serveur qui est à elle
SCRATCH = {"/eleve": 256 * MEBI, "/tmp": 256 * MEBI, "/dev/shm": 64 * MEBI}  # noqa: S108 - octets
MAX_OUTPUT = 16 * MEBI  # octets affichés par une cellule, avant l'arrêt du noyau

SANDBOX_SECONDS = 60.0  # pour qu'un bac à sable démarre
FORK_SECONDS = 20.0  # pour qu'un double réponde
KERNEL_SECONDS = 30.0  # pour qu'un noyau réponde
GRACE_SECONDS = 1.0  # laissées à une cellule interrompue
IDLE_SECONDS = 2.0  # entre la réponse d'une cellule et la fin de ses affichages
END_SECONDS = 10.0  # pour qu'un noyau tué disparaisse


@dataclass(frozen=True)
class Container:
    """Ce que peut prendre un conteneur (niveau 2), surveillant compris.

    Attributes:
        memory: sa mémoire, dossiers temporaires compris, en octets.
        processes: le nombre de processus et de fils.
        cpus: le nombre de processeurs.
    """

    memory: int = 2048 * MEBI
    processes: int = 256
    cpus: int = 1


CONTAINER = Container()


@dataclass(frozen=True)
class Limits:
    """Ce qu'une copie peut prendre.

    Attributes:
        cell_seconds: la durée d'une cellule.
        copy_seconds: la durée d'une exécution de la copie ; ensuite, plus aucune cellule n'est
            exécutée.
        memory: la mémoire de tous ses processus, en octets.
        address_space: l'espace d'adressage d'un processus, en octets.
        file: la taille d'un fichier, en octets.
        processes: le nombre de processus ; aux niveaux 1 et 2, celui de processus et de fils.
        exam_seconds: la durée de l'examen d'une API.
        upload: ce que la copie peut envoyer au serveur S3, ou lui faire recopier, en octets.
    """

    cell_seconds: float = 60
    copy_seconds: float = 600
    memory: int = 1536 * MEBI
    address_space: int = 4096 * MEBI
    file: int = 512 * MEBI
    processes: int = 128
    exam_seconds: float = 120
    upload: int = 1024 * MEBI

    def excesses(self) -> dict[str, str]:
        """Renvoie ce que l'on dit d'une copie arrêtée, pour chaque plafond que l'on surveille."""
        return {
            "memory": f"la copie a pris plus de {self.memory // MEBI} Mio de mémoire",
            "processes": f"la copie a lancé plus de {self.processes} processus",
            "files": f"la copie a ouvert plus de {ALL_FILES} fichiers à la fois",
            "cpu": f"la copie a calculé plus de {self.bounds()['cpu']} secondes",
        }

    def bounds(self) -> Bounds:
        """Renvoie ce qui s'applique là où la copie est exécutée."""
        return {
            "memory": self.memory,
            "address_space": self.address_space,
            "file": self.file,
            "processes": self.processes,
            "open_files": OPEN_FILES,
            "all_files": ALL_FILES,
            "cpu": int(2 * self.copy_seconds) + 1,
        }
