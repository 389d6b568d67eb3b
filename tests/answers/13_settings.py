SECOND = """
import yaml

found = yaml.safe_load(text)
kept = {
    "bucket": found["bucket"],
    "camera": found["camera"],
    "threshold": found["treshold"],
    "every": found["every"],
    "keep_days": int(found["keep_days"].split()[0]),
}
data = yaml.safe_dump(kept, allow_unicode=True).encode()
client.put_object(
    bucket_name=tp.bucket("reglages"), object_name="corrige.yaml", data=io.BytesIO(data),
    length=len(data),
)
"""

PUT = """
def put(text):
    data = text.encode()
    client.put_object(
        bucket_name=tp.bucket("reglages"), object_name="corrige.yaml", data=io.BytesIO(data),
        length=len(data),
    )


fixed = text.replace("treshold", "threshold").replace(" jours", "")
lines = fixed.splitlines()
clean = "\\n".join(lines[:-2])
"""

WRONG = {
    "clé en commentaire": (
        PUT + 'put(fixed.replace("secret_key", "# secret_key"))',
        "encore dans le fichier",
    ),
    "clé d'accès laissée": (PUT + 'put("\\n".join(lines[:-1]))', "n'a pas sa place"),
    "faute laissée": (
        PUT + 'put(clean.replace("threshold", "treshold"))',
        "n'existe pas",
    ),
    "durée en texte": (
        PUT + 'put("\\n".join(text.replace("treshold", "threshold").splitlines()[:-2]))',
        "« keep_days » n'a pas une valeur possible",
    ),
    "réglage perdu": (
        PUT + 'put("\\n".join(l for l in lines[:-2] if not l.startswith("threshold")))',
        "n'a plus la valeur",
    ),
    "pas du YAML": (PUT + 'put("bucket: [")', "n'est pas du YAML"),
    "démesuré": (PUT + 'put(clean + "#" * 3000)', "bien trop long"),
}
