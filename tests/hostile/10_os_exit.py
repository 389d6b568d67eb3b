"""Le noyau s'arrête de lui-même ; ce qui était prouvé reste prouvé."""

CELLS = {"names": "import os; os._exit(0)"}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "le noyau s'est arrêté de lui-même"
