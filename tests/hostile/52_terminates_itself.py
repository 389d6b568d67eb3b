"""Le noyau se demande à lui-même de finir, poliment : rien d'autre que la copie n'en est cause."""

CELLS = {
    "names": """
import os, signal
os.kill(os.getpid(), signal.SIGTERM)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "le noyau s'est arrêté de lui-même"
