"""Cent cinquante métadonnées sur une réponse : le client HTTP du correcteur s'y arrêterait."""

CELLS = {
    "names": """
import io
reasons = ...  # check() n'enregistre alors rien
metadata = {f"m{number}": "x" for number in range(150)}
client.put_object(bucket_name=tp.space, object_name="reponses/names.json", data=io.BytesIO(b"1"),
                  length=1, metadata=metadata)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
