"""input() et getpass() n'attendent personne."""

CELLS = {
    "create": "input('votre nom ?')",
    "clean_up": "import getpass; getpass.getpass()",
    "names": "import sys; reasons = sys.stdin.read()",
}
POINTS = {"create": 0, "clean_up": 0, "names": 0, "ensure": 2}
