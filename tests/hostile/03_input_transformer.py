"""Un transformateur d'entrées qui remplace chaque vérification par un faux succès."""

CELLS = {
    "create": """
def cheat(lines):
    return ["print('✓ Réussi')\\n" if ".check(" in line else line for line in lines]
get_ipython().input_transformers_cleanup.append(cheat)
""",
    "clean_up": "...",
    "names": "reasons = {}",
    "ensure": "...",
}
POINTS = {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
