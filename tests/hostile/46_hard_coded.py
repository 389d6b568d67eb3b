"""Une réponse juste, mais recopiée : avec d'autres données, elle ne l'est plus."""

REPLAY = True
CELLS = {
    "names": """
from pathlib import Path
reasons = JUDGED
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "ne suit pas les données"}
