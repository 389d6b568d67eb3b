"""Des réponses et un avancement écrits directement dans le store."""

CELLS = {
    "create": """
import io, json
from helpers import *
def forge(key, value):
    data = json.dumps(value).encode()
    client.put_object(bucket_name=tp.space, object_name=key, data=io.BytesIO(data),
                      length=len(data))
passed = {"verdict": "réussi", "message": "C'est exact.", "found": "", "expected": "", "points": 9}
for name in ("create", "clean_up", "names", "ensure"):
    forge(f"reponses/{name}.json", passed)
    forge(f"progres/{name}.json", passed)
""",
    "clean_up": "...",
    "names": "reasons = ...",
    "ensure": "...",
}
POINTS = {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
