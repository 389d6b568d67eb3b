_START = """
import base64
import hashlib
import hmac

master = read("derivation", "maitre.key")
keys = json.loads(read("derivation", "cles.json"))
prefix = "X-Amz-Server-Side-Encryption-Customer-"


def text(data):
    return base64.b64encode(data).decode()


def own(key):
    return hmac.digest(master, key.encode(), "sha256")


def three(secret, given=None, digest=None):
    md5 = hashlib.md5(secret).digest()
    return {
        prefix + "Algorithm": "AES256",
        prefix + "Key": given or text(secret),
        prefix + "Key-MD5": digest or text(md5),
    }


"""


def _of(call):
    return _START + f"headers = {{key: {call} for key in keys}}"


RIGHT = {
    "à la main": _of("three(own(key))"),
    "par minio": """
import hmac

from minio.sse import SseCustomerKey

headers = {}
for key in json.loads(read("derivation", "cles.json")):
    mac = hmac.new(read("derivation", "maitre.key"), msg=key.encode("utf-8"), digestmod="sha256")
    headers[key] = SseCustomerKey(mac.digest()).headers()
""",
    "par cryptography, en minuscules": _START
    + """
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC


def derived(key):
    mac = HMAC(master, SHA256())
    mac.update(bytes(key, "utf-8"))
    return mac.finalize()


headers = {
    key: {name.lower(): value for name, value in three(derived(key)).items()}
    for key in reversed(keys)
}
""",
    "les en-têtes que signe boto3": _START
    + """
lower = "x-amz-server-side-encryption-customer-"
headers = {
    key: dict(
        [
            (lower + "key-MD5", text(hashlib.md5(own(key)).digest())),
            (lower + "algorithm", "AES256"),
            (lower + "key", text(own(key))),
        ]
    )
    for key in keys
}
""",
}

WRONG = {
    "la clé maîtresse pour tous": (_of("three(master)"), "la clé maîtresse elle-même part", 0),
    "SHA-256 au lieu de HMAC": (
        _of("three(hashlib.sha256(master + key.encode()).digest())"),
        "HMAC est un autre calcul",
        0,
    ),
    "les arguments inversés": (
        _of("three(hmac.digest(key.encode(), master, 'sha256'))"),
        "les arguments de HMAC sont inversés",
        0,
    ),
    "sans le préfixe": (
        _of("three(own(key.rpartition('/')[2]))"),
        "doit porter sur la clé entière",
        0,
    ),
    "en hexadécimal": (_of("three(own(key), own(key).hex())"), "elle s'envoie en base64", 0),
    "le MD5 en hexadécimal": (
        _of("three(own(key), digest=hashlib.md5(own(key)).hexdigest())"),
        "MD5 est en hexadécimal",
        1,
    ),
    "le MD5 du texte": (
        _of("three(own(key), digest=text(hashlib.md5(text(own(key)).encode()).digest()))"),
        "MD5 est celui de la clé écrite en base64",
        1,
    ),
    "sans le MD5": (
        _of("dict(list(three(own(key)).items())[:2])"),
        "il manque",
        0,
    ),
    "en latin-1": (
        _of("three(hmac.digest(master, key.encode('latin-1'), 'sha256'))"),
        "n'est pas la bonne",
        0,
    ),
    "les clés seulement": (_of("text(own(key))"), "doivent être un dictionnaire", 0),
}

THEN = {
    "la clé maîtresse pour tous": (WRONG["la clé maîtresse pour tous"][0], RIGHT["à la main"]),
    "sans le MD5": (WRONG["sans le MD5"][0], None),
}
