"""Des signaux à tout ce qui peut en recevoir, son surveillant compris."""

LEVELS = (1, 2)  # au niveau 0, tout ce qui est à cette personne s'arrêterait
CELLS = {
    "names": """
import os, signal
for target in (-1, os.getppid(), 1):
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        pass
os._exit(0)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "le noyau s'est arrêté"
