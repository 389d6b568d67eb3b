"""Une liste profonde de 100 000 niveaux, puis une qui tient dans 64 Kio."""

CELLS = {
    "names": """
import io
reasons = []
for _ in range(100_000):
    reasons = [reasons]
data = b"[" * 30_000 + b"]" * 30_000
client.put_object(bucket_name=tp.space, object_name="reponses/names.json",
                  data=io.BytesIO(data), length=len(data))
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
