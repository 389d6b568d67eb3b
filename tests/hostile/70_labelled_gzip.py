"""Une réponse dite compressée, et qui l'est mille fois."""

CELLS = {
    "names": """
import gzip, io
reasons = ...  # check() n'enregistre alors rien
bomb = gzip.compress(bytes(20_000_000))
client.put_object(bucket_name=tp.space, object_name="reponses/names.json", data=io.BytesIO(bomb),
                  length=len(bomb), metadata={"Content-Encoding": "gzip"})
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "n'est pas du JSON"}
