"""Des réponses dites compressées, qui n'en sont pas, ou qui le sont mille fois."""

CELLS = {
    "names": """
import gzip, io
reasons = ...  # check() n'enregistre alors rien
bomb = gzip.compress(bytes(20_000_000))
client.put_object(bucket_name=tp.space, object_name="reponses/names.json", data=io.BytesIO(bomb),
                  length=len(bomb), metadata={"Content-Encoding": "gzip"})
""",
    "ensure": """
import io
client.put_object(bucket_name=tp.space, object_name="reponses/ensure.json",
                  data=io.BytesIO(b"pas du gzip"), length=11,
                  metadata={"Content-Encoding": ", ".join(["gzip"] * 50)})
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 0}
SAYS = {"names": "n'est pas du JSON"}
