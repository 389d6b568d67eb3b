"""Ce que le correcteur dit à ce qui tourne dans le bac à sable : la forme de ses messages, en JSON.

Le zygote reçoit ``Options`` à son démarrage ; le double d'une copie reçoit ``Request``, avec les
sockets où son noyau sera joint.
"""

from __future__ import annotations

from typing import TypedDict

# Le correcteur seul atteint les sockets d'un double : la signature n'y a rien à protéger.
SESSION_KEY = b"copie"
BLOCKS = "attend sans fin : servez l'application avec serve(app)"  # ce que dit uvicorn.run()
HIDDEN = ("/proc/keys", "/proc/key-users")  # les clés de qui corrige


class Options(TypedDict):
    """Ce que le zygote doit savoir.

    nested : chaque double se donne ses propres espaces de noms ; uid : l'identité à prendre en
    quittant root ; scratch : les dossiers de chaque copie, et leur taille en octets ; warm :
    importer d'avance ce dont les noyaux ont besoin.
    """

    nested: bool
    uid: int | None
    scratch: dict[str, int]
    warm: bool


class Bounds(TypedDict):
    """Ce qu'une copie peut prendre : octets, nombres, et secondes de calcul pour ``cpu``.

    ``open_files`` est pour un processus, ``all_files`` pour tous ensemble.
    """

    memory: int
    address_space: int
    file: int
    processes: int
    open_files: int
    all_files: int
    cpu: int


class Request(TypedDict):
    """Une copie : l'environnement de son noyau, ses plafonds, le port de S3 s'il est relayé.

    script : à la place d'un noyau, un programme du kit, qui lira des fichiers de la copie.
    """

    environment: dict[str, str]
    limits: Bounds
    port: int | None
    script: str
