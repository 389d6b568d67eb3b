"""Une réponse en pickle, qui exécuterait du code à l'ouverture : elle n'est jamais ouverte."""

CELLS = {
    "names": """
import io, pickle, os
class Evil:
    def __reduce__(self):
        return (os.system, ("touch MARKER",))
data = pickle.dumps(Evil())
client.put_object(bucket_name=tp.space, object_name="reponses/names.json",
                  data=io.BytesIO(data), length=len(data))
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "n'est pas du JSON"}
