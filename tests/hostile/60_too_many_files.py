"""Des fichiers ouverts par plusieurs processus, chacun dans sa limite."""

LEVELS = (0, 1, 2)
CELLS = {
    "names": """
import os, time
for _ in range(8):
    if os.fork() == 0:
        held = [open(os.devnull) for _ in range(400)]
        time.sleep(60)
time.sleep(60)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "la copie a ouvert plus de 1024 fichiers à la fois"
