"""Une boucle qui avale les interruptions."""

SECONDS = 8
CELLS = {
    "names": """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
REMARK = "sans se laisser interrompre"
