_READ = """
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

dictated = json.loads(read("confiance", "empreintes.json"))
pems = [read("confiance", key) for key in keys_of("confiance", "recus/")]


def fingerprint(pem):
    return x509.load_pem_x509_certificate(pem).fingerprint(SHA256()).hex()


def deposit(data, key="confiance.pem"):
    client.put_object(tp.bucket("confiance"), key, io.BytesIO(data), len(data))


chosen = [pem for pem in pems if fingerprint(pem) in dictated.values()]
"""
_NAMES = """
def issuer(pem):
    return x509.load_pem_x509_certificate(pem).issuer.rfc4514_string()


names = {issuer(pem) for pem in chosen}
"""

RIGHT = {
    "bout à bout": _READ + "deposit(b''.join(chosen))",
    "ssl et hashlib, avec des commentaires": """
import hashlib
import ssl

wanted = set(json.loads(read("confiance", "empreintes.json")).values())
text = ""
for key in keys_of("confiance", "recus/"):
    pem = read("confiance", key).decode()
    if hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() in wanted:
        text += f"# {key}\\r\\n" + pem.replace("\\n", "\\r\\n")
client.put_object(
    bucket_name=tp.bucket("confiance"), object_name="confiance.pem",
    data=io.BytesIO(text.encode()), length=len(text.encode()),
)
""",
    "par un fichier, dans l'ordre des empreintes": _READ
    + """
from pathlib import Path
from tempfile import TemporaryDirectory

by = {fingerprint(pem): pem for pem in pems}
with TemporaryDirectory() as folder:
    path = Path(folder) / "confiance.pem"
    path.write_bytes(b"\\n".join(by[found] for found in dictated.values()))
    client.fput_object(tp.bucket("confiance"), "confiance.pem", str(path))
""",
    "réécrits par cryptography": _READ
    + """
from cryptography.hazmat.primitives.serialization import Encoding

found = [x509.load_pem_x509_certificate(pem) for pem in chosen]
deposit(b"".join(one.public_bytes(Encoding.PEM) for one in reversed(found)))
""",
    "une copie de chacun d'abord, puis l'ensemble": _READ
    + """
for rank, pem in enumerate(chosen):
    deposit(pem, f"brouillon-{rank}.pem")
deposit(chosen[1] + chosen[0])
""",
}

WRONG = {
    "tout ce qui a été reçu": (
        _READ + "deposit(b''.join(pems))",
        "a le nom de la vraie, mais pas son empreinte",
        0,
    ),
    "d'après le nom": (
        _READ + _NAMES + "deposit(b''.join(pem for pem in pems if issuer(pem) in names))",
        "a le nom de la vraie, mais pas son empreinte",
        0,
    ),
    "une seule": (_READ + "deposit(chosen[0])", "son autorité n'y est pas", 0.5),
    "en octets (DER)": (
        _READ
        + "import ssl\n"
        + "deposit(b''.join(ssl.PEM_cert_to_DER_cert(pem.decode()) for pem in chosen))",
        "aucun certificat PEM entier",
        0,
    ),
    "avec le certificat d'un serveur": (
        _READ
        + """
leaf = next(
    pem for pem in pems
    if x509.load_pem_x509_certificate(pem).subject != x509.load_pem_x509_certificate(pem).issuer
)
deposit(b"".join(chosen) + leaf)
""",
        "le certificat d'un serveur, qui change à chaque renouvellement",
        0,
    ),
    "les autres": (
        _READ + "deposit(b''.join(pem for pem in pems if pem not in chosen))",
        "a le nom de la vraie, mais pas son empreinte",
        0,
    ),
    "une inconnue de plus": (
        _READ
        + _NAMES
        + """
stranger = next(pem for pem in pems if issuer(pem) not in names)
deposit(b"".join(chosen) + stranger)
""",
        "dont l'empreinte n'a pas été dictée",
        0,
    ),
    "les empreintes": (_READ + "deposit(json.dumps(dictated).encode())", "aucun certificat PEM", 0),
    "coupé": (
        _READ + "deposit(b''.join(chosen)[:-40])",
        "ou pas entière",
        0.5,
    ),
    "sous un autre nom": (
        _READ + "deposit(b''.join(chosen), 'autorites.pem')",
        "« confiance.pem » n'est pas dans « confiance »",
        0,
    ),
    "collés sur une ligne": (
        _READ + "deposit(b''.join(pem.strip() for pem in chosen))",
        "commence au bout d'une ligne",
        0,
    ),
}

THEN = {
    "tout, puis le bon choix": (WRONG["tout ce qui a été reçu"][0], RIGHT["bout à bout"]),
    "en octets, puis en PEM": (WRONG["en octets (DER)"][0], None),
}
