_LOOP = """
import hashlib
import json

with client.get_object(tp.bucket("recus"), "manifeste.json") as response:
    manifest = json.load(response)
damaged = []
for key, written in manifest.items():
    with client.get_object(tp.bucket("recus"), key) as response:
        data = response.read()
    if {test}:
        damaged.append(key)
"""
_TEST = 'hashlib.sha256(data).hexdigest() != written["sha256"]'

RIGHT = {
    "une boucle": _LOOP.format(test=_TEST),
    "un ensemble, par morceaux": """
import hashlib
import json

damaged = set()
manifest = json.loads(read("recus", "manifeste.json"))
for key in sorted(manifest, reverse=True):
    digest = hashlib.new("sha256")
    with client.get_object(tp.bucket("recus"), key) as response:
        for block in response.stream(16):
            digest.update(block)
    if bytes.fromhex(manifest[key]["sha256"]) != digest.digest():
        damaged.add(key)
""",
    "boto3, base64": """
import base64
import hashlib
import json

bucket = tp.bucket("recus")
manifest = json.load(s3.get_object(Bucket=bucket, Key="manifeste.json")["Body"])
found = {
    item["Key"]: base64.b64encode(
        hashlib.sha256(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()).digest()
    )
    for item in s3.list_objects_v2(Bucket=bucket)["Contents"]
}
damaged = tuple(
    key for key, written in manifest.items()
    if base64.b64encode(bytes.fromhex(written["sha256"])) != found[key]
)
""",
    "filter": """
import hashlib
import json

manifest = json.loads(read("recus", "manifeste.json"))
damaged = list(filter(
    lambda key: hashlib.sha256(read("recus", key)).hexdigest() != manifest[key]["sha256"], manifest
))
""",
}

WRONG = {
    "la taille seule": (
        _LOOP.format(test='len(data) != written["taille"]'),
        "une taille juste ne dit rien",
        0.5,
    ),
    "les intacts": (_LOOP.format(test=_TEST.replace("!=", "==")), "objets intacts", 0.5),
    "l'ETag": (
        _LOOP.format(test='client.stat_object(tp.bucket("recus"), key).etag != written["sha256"]'),
        "l'ETag n'en est pas un",
        0,
    ),
    "des octets contre un texte": (
        _LOOP.format(test=_TEST.replace("hexdigest", "digest")),
        "hexdigest",
        0,
    ),
    "MD5": (_LOOP.format(test=_TEST.replace("sha256(", "md5(")), "SHA-256 en hexadécimal", 0),
    "un nombre": ("damaged = 3", "liste", 0),
    "le manifeste compris": (
        _LOOP.format(test=_TEST) + 'damaged.append("manifeste.json")\n',
        "de trop",
        0,
    ),
    "aucun": ("damaged = []", "", 0),
}

THEN = {
    "la taille seule": (WRONG["la taille seule"][0], None),
    "les intacts": (WRONG["les intacts"][0], RIGHT["filter"]),
}
