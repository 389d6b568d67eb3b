"""Le module json est abîmé dans le noyau."""

SECONDS = 8
CELLS = {
    "names": """
import json
json.dumps = lambda *a, **k: '{"points": 20}'
json.loads = lambda *a, **k: {"points": 20}
json.JSONEncoder.encode = lambda *a, **k: "null"
reasons = {}
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0}
