"""Ce qui tourne dans le bac à sable : un processus tiède, dont chaque copie reçoit un double.

Le processus de départ a déjà importé le noyau et les paquets du cours ; ni fil ni connexion à S3
n'y existe. Pour une copie, il se dédouble (*fork*), sans jamais lire ce qui la concerne :

    zygote ── double ── surveillant (pid 1 de la copie) ── noyau de l'élève

Au niveau 1, le double se donne d'abord ses propres espaces de noms : la copie ne voit ni le zygote
ni les autres copies, et tout ce qu'elle a lancé meurt avec son surveillant. Les sockets du noyau
sont ouvertes par le correcteur et passées telles quelles : aucun chemin n'en est visible ici.

Linux seulement.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

from kit_minio.grading.execute.sandbox.inside.kernel import API, KERNEL, warm_up
from kit_minio.grading.execute.sandbox.inside.namespaces import (
    be_unreadable,
    enter_namespaces,
    leave_root,
)
from kit_minio.grading.execute.sandbox.inside.request import Options
from kit_minio.grading.execute.sandbox.inside.supervisor import supervise

_P = ParamSpec("_P")


def main() -> None:
    """Attend les demandes du correcteur sur leur socket, et se dédouble à chacune."""
    options: Options = json.loads(sys.argv[2])
    control = _control(sys.argv[1])
    if options["uid"] is not None:
        leave_root(options["uid"])
    if options["warm"]:
        warm_up(KERNEL)
    if not options["nested"]:
        be_unreadable()  # une copie le voit
    control.send(b"ready")
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            return
        if not fds:
            warm_up(API)
            continue
        pid = os.fork()
        if pid == 0:
            _no_return(_double, control, fds[0], options)
        os.close(fds[0])
        os.waitpid(pid, 0)


def _control(place: str) -> socket.socket:
    """Renvoie la socket du correcteur : héritée (un numéro), ou à joindre (un chemin)."""
    if place.isdigit():
        return socket.socket(fileno=int(place))
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect(place)
    return control


def _no_return(function: Callable[_P, object], *arguments: _P.args, **options: _P.kwargs) -> None:
    """Appelle une fonction dans un processus dédoublé, qui s'arrête là quoi qu'il arrive."""
    code = 1
    try:
        function(*arguments, **options)
        code = 0
    except Exception:  # noqa: BLE001 - rien ne doit remonter dans la boucle du zygote
        traceback.print_exc()
    finally:
        os._exit(code)


def _double(control: socket.socket, fd: int, options: Options) -> None:
    """Isole la copie, lance son surveillant, et donne au correcteur de quoi l'arrêter."""
    control.close()
    link = socket.socket(fileno=fd)
    try:
        if options["nested"]:
            enter_namespaces()
        pid = os.fork()
        if pid == 0:
            _no_return(supervise, link, options)
        handle = os.pidfd_open(pid)
        socket.send_fds(link, [b"pid"], [handle])
    except OSError as error:
        link.send(f"error {error}".encode())


if __name__ == "__main__":
    main()
