"""Un signal à tout le groupe du noyau : le correcteur n'en est pas."""

CELLS = {
    "names": """
import os, signal
os.killpg(0, signal.SIGKILL)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "le noyau s'est arrêté"
