"""Un démon par double fork, détaché de tout."""

CELLS = {
    "create": """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "NAP"])
    os._exit(0)
""",
}
POINTS = {"create": 0, "clean_up": 2, "names": 2, "ensure": 2}
