"""Le noyau lui-même est modifié : toute cellule réussit sans rien faire."""

CELLS = {
    "create": """
kernel = get_ipython().kernel
async def do_execute(*a, **k):
    kernel.execution_count += 1
    return {"status": "ok", "execution_count": kernel.execution_count,
            "payload": [], "user_expressions": {}}
kernel.do_execute = do_execute
type(kernel).do_execute = lambda self, *a, **k: do_execute()
""",
}
POINTS = {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
