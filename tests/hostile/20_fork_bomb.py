"""Une bombe à processus : elle est bornée, et il n'en reste rien."""

CELLS = {
    "names": """
import os, time
os.environ["MARQUE"] = "reste-de-copie"
def spread():
    while True:
        try:
            os.posix_spawnp("sleep", ["sleep", "NAP"], os.environ)
        except OSError:
            time.sleep(0.01)
spread()
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARKS = {0: "la copie a lancé plus de 128 processus"}  # ailleurs, le système en refuse plus tôt
