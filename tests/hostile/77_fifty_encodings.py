"""Une réponse dite compressée cinquante fois : le client HTTP du correcteur refuse de la lire."""

CELLS = {
    "names": """
import io
reasons = ...  # check() n'enregistre alors rien
client.put_object(bucket_name=tp.space, object_name="reponses/names.json",
                  data=io.BytesIO(b"pas du gzip"), length=11,
                  metadata={"Content-Encoding": ", ".join(["gzip"] * 50)})
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "n'est pas du JSON"}
