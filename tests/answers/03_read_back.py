SECOND = """
from urllib.parse import unquote

caption = dict(
    (name[11:].lower(), unquote(value))
    for name, value in stat.metadata.items()
    if name[:11].lower() == "x-amz-meta-"
)
"""

WRONG = {
    "valeurs encore encodées": (
        """
caption = {n.lower()[11:]: v for n, v in stat.metadata.items() if "-meta-" in n.lower()}
""",
        "encore encodée",
    ),
    "préfixe gardé": (
        """
from urllib.parse import unquote

caption = {n.lower(): unquote(v) for n, v in stat.metadata.items() if "-meta-" in n.lower()}
""",
        "portent encore leur préfixe",
    ),
    "tous les en-têtes": (
        """
from urllib.parse import unquote

names = [name.lower() for name in stat.metadata]
caption = {name.removeprefix("x-amz-meta-"): unquote(stat.metadata[name]) for name in names}
""",
        "et elles seules",
    ),
    "majuscules": (
        """
from urllib.parse import unquote

caption = {
    n.title()[11:]: unquote(v) for n, v in stat.metadata.items() if "-meta-" in n.lower()
}
""",
        "en minuscules",
    ),
    "une valeur inventée": (
        'caption = {"auteur": "Alice", "lieu": "Brest", "titre": "Logo"}',
        "n'est pas la bonne",
    ),
    "une phrase": ('caption = "une image"', "doit être un dictionnaire"),
}
