"""Une bombe à processus : elle est bornée, et il n'en reste rien."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import os, time
os.environ["MARQUE"] = "reste-de-copie"
def spread():
    while True:
        try:
            if os.fork() == 0:
                os.execvp("sleep", ["sleep", "98765"])
        except OSError:
            time.sleep(0.01)
spread()
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0}
