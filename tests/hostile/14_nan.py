"""NaN et l'infini ne sont pas du JSON."""

CELLS = {
    "names": """
import io
reasons = ...  # check() n'enregistre alors rien
client.put_object(bucket_name=tp.space, object_name="reponses/names.json",
                  data=io.BytesIO(b'{"a": NaN, "b": Infinity}'), length=25)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "n'est pas du JSON"}
