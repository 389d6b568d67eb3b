"""SystemExit, exit() et quit() : la suite est corrigée."""

CELLS = {
    "create": "exit()",
    "clean_up": "raise SystemExit(3)",
    "names": "import sys; sys.exit()",
}
POINTS = {"create": 0, "clean_up": 0, "names": 0, "ensure": 2}
