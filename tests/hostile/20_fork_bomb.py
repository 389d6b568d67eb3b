"""Une bombe à processus : elle est bornée, et il n'en reste rien."""

CELLS = {
    "names": """
import os, signal, time
refused = 0
while refused < 50:
    try:
        os.posix_spawnp("sleep", ["sleep", "NAP"], os.environ)
    except OSError:
        refused += 1
        time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "la copie a lancé plus de 128 processus"
REMARKS = {1: "le noyau s'est arrêté de lui-même"}  # une fois cinquante processus refusés
