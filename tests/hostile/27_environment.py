"""L'environnement du correcteur est cherché dans le sien et dans ceux des autres processus."""

CELLS = {
    "names": """
import os
from pathlib import Path
kept = ("CANARI", "PASSWORD", "PROXY")
seen = [name for name in os.environ if any(word in name.upper() for word in kept)]
for path in Path("/proc").glob("[0-9]*/environ"):
    try:
        seen += ["canari"] if b"CANARI" in path.read_bytes() else []
    except OSError:
        pass
raise RuntimeError(f"vu : {seen}")
""",
}
LEVELS = (1, 2)
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
