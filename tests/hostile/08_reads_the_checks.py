"""La réponse est cherchée dans l'historique, les modules et le code des vérifications."""

LEVELS = (1, 2)  # au niveau 0, les fichiers du cours sont lisibles
CELLS = {
    "names": """
import sys
seen = [line for line in In if "names_to_judge" in line][:-1]
seen += [name for name in sys.modules if name.startswith("kit_minio.checks.")]
try:
    from kit_minio.checks.lesson_01_buckets import names_to_judge
    seen.append("module")
except ImportError:
    pass
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
