"""Un vrai terminal : ce qu'une commande y écrit, et ce que l'écran montre à la fin."""

from __future__ import annotations

import os
import subprocess


def in_terminal(command: list[str]) -> str:
    """Exécute une commande dans un terminal de 80 colonnes et renvoie ce qu'elle y écrit."""
    import fcntl
    import pty
    import struct
    import termios

    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        command, stdin=side, stdout=side, stderr=side, env=os.environ | {"PYTHONUTF8": "1"}
    )
    os.close(side)
    written = b""
    try:
        while part := os.read(main, 4096):
            written += part
    except OSError:  # Linux : la commande est finie
        pass
    os.close(main)
    assert process.wait(60) == 0
    return written.decode()


def left_on_screen(written: str) -> list[str]:
    """Renvoie les lignes que l'écran montre à la fin : un retour chariot revient au bord gauche."""
    lines = []
    for line in written.replace("\r\n", "\n").split("\n"):
        screen = ""
        for part in line.split("\r"):
            screen = part + screen[len(part) :]
        lines.append(screen.rstrip())
    return [line for line in lines if line]
