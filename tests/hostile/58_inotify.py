"""Épuiser les instances d'inotify de la personne qui corrige, ou des files de messages."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
seen = sum(libc.inotify_init1(0) >= 0 for _ in range(200))
seen += sum(libc.msgget(number + 1, 0o1600) >= 0 for number in range(50))
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : 0"}
