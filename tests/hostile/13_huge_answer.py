"""Une réponse de 200 Mo, donnée à check() puis écrite sans lui."""

CELLS = {
    "names": """
import io
reasons = "x" * 200_000_000
client.put_object(bucket_name=tp.space, object_name="reponses/names.json",
                  data=io.BytesIO(b'"' + b"x" * 20_000_000 + b'"'), length=20_000_002)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "La réponse est trop longue."}
