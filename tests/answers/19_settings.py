RIGHT = {
    "relu par yaml": """
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
""",
    "ligne par ligne": """
kept = []
for line in text.split("\\n"):
    name, _, value = line.partition(": ")
    if name in ("access_key", "secret_key") or name.startswith("#"):
        continue
    name = {"treshold": "threshold"}.get(name, name)
    kept.append(f"{name}: {value.removesuffix(' jours')}" if value else line)
path = folder / "corrige.yaml"
path.write_text("\\n".join(kept), encoding="utf-8")
client.fput_object(tp.bucket("reglages"), "corrige.yaml", str(path))
""",
    "expressions régulières": """
import re

fixed = re.sub(r"^(access|secret)_key:.*$", "", text, flags=re.M)
fixed = re.sub("tres", "thres", re.sub(r"(\\d+) jours", r"\\1", fixed))
data = fixed.encode("utf-8-sig")
client.put_object(
    tp.bucket("reglages"), "corrige.yaml", io.BytesIO(data), len(data), "application/yaml"
)
""",
    "en JSON, qui est du YAML": """
import json

import yaml

found = yaml.safe_load(text)
found = {name: value for name, value in found.items() if not name.endswith("_key")}
found["threshold"] = found.pop("treshold")
found["keep_days"] = int(found["keep_days"].replace("jours", ""))
data = json.dumps(found | {"prefix": "camera/"}).encode()
client.put_object(tp.bucket("reglages"), "corrige.yaml", io.BytesIO(data), len(data))
""",
}

_PUT = """
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
    "la clé d'accès en commentaire": (
        _PUT + 'put(clean + "\\n# " + lines[-2])',
        "La clé d'accès est encore dans le fichier",
    ),
    "la clé secrète en métadonnée": (
        _PUT
        + """
data = clean.encode()
secret = {"cle": lines[-1].split()[1]}
client.put_object(
    tp.bucket("reglages"), "corrige.yaml", io.BytesIO(data), len(data), metadata=secret
)
""",
        "La clé secrète est dans les métadonnées",
    ),
    "clé en commentaire": (
        _PUT + 'put(fixed.replace("secret_key", "# secret_key"))',
        "n'a pas sa place",
    ),
    "clé d'accès laissée": (_PUT + 'put("\\n".join(lines[:-1]))', "n'a pas sa place"),
    "faute laissée": (
        _PUT + 'put(clean.replace("threshold", "treshold"))',
        "n'existe pas",
    ),
    "durée en texte": (
        _PUT + 'put("\\n".join(text.replace("treshold", "threshold").splitlines()[:-2]))',
        "« keep_days » n'a pas une valeur possible",
    ),
    "réglage perdu": (
        _PUT + 'put("\\n".join(l for l in lines[:-2] if not l.startswith("threshold")))',
        "est perdu, et prend sa valeur par défaut",
    ),
    "pas du YAML": (_PUT + 'put("bucket: [")', "n'est pas du YAML"),
    "démesuré": (_PUT + 'put(clean + "#" * 3000)', "bien trop long"),
    "recopié à la main, d'ailleurs": (
        _PUT
        + """put(
    "bucket: images-du-quai\\ncamera: Quai nord\\nthreshold: 5.5\\nevery: 8.5\\nkeep_days: 7"
)""",
        "qui change à la correction",
        0.5,
    ),
    "un autre nom": (
        _PUT.replace("corrige.yaml", "corrigé.yaml") + "put(clean)",
        "n'a pas le nom demandé",
        0,
    ),
    "à la place de l'original": (
        _PUT.replace("corrige.yaml", "quai.yaml") + "put(clean)",
        "tp.settings.reset()",
        0,
    ),
}

THEN = {
    "clé d'accès laissée": (WRONG["clé d'accès laissée"][0], None),
    "un autre nom": (WRONG["un autre nom"][0], RIGHT["ligne par ligne"]),
    "à la place de l'original": (
        WRONG["à la place de l'original"][0],
        'tp.settings.reset()\ntext = read(tp.bucket("reglages"), "quai.yaml")\n'
        + RIGHT["relu par yaml"],
    ),
}
