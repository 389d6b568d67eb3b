SECOND = r"""
import re

found = re.findall(r"^\S+ \S+ +(\d+) (.+)$", output, flags=re.M)
large = {key: int(size) for size, key in found if int(size) > 10**6}
"""

READ = """
large = {{}}
for line in output.splitlines():
    parts = line.split({split})
    if {keep}:
        large[{key}] = {size}
"""
ENTIRE = "len(parts) == 4 and parts[2].isdigit()"

WRONG = {
    "les clés coupées à l'espace": (
        READ.format(
            split="",
            keep="len(parts) >= 4 and int(parts[2]) > 10**6",
            key="parts[3]",
            size="int(parts[2])",
        ),
        "une clé peut contenir des espaces",
    ),
    "tous les objets": (
        READ.format(split="maxsplit=3", keep=ENTIRE, key="parts[3]", size="int(parts[2])"),
        "ne dépasse pas un million",
    ),
    "les tailles en texte": (
        READ.format(
            split="maxsplit=3",
            keep=f"{ENTIRE} and int(parts[2]) > 10**6",
            key="parts[3]",
            size="parts[2]",
        ),
        "une taille ne l'est pas",
    ),
    "un seuil trop haut": (
        READ.format(
            split="maxsplit=3",
            keep=f"{ENTIRE} and int(parts[2]) > 10**7",
            key="parts[3]",
            size="int(parts[2])",
        ),
        "Il manque des objets",
    ),
    "une liste": ("large = output.splitlines()", "un dictionnaire"),
}
