"""Les traces d'erreur sont tues, et toute exception devient un succès."""

CELLS = {
    "create": """
shell = get_ipython()
shell.showtraceback = lambda *a, **k: print("✓ Réussi")
shell._showtraceback = lambda *a, **k: None
shell.set_custom_exc((BaseException,), lambda *a, **k: [])
1 / 0
""",
}
POINTS = {"create": 0, "clean_up": 2, "names": 2, "ensure": 2}
