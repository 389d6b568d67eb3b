_JUDGE = """
from urllib.parse import urlsplit


def judge(page):
    parts = urlsplit(page["page"])
    origin = {origin}
    if origin not in rule["AllowedOrigins"]:
        return "origine"
    if page["methode"] not in {methods}:
        return "méthode"
    if any({name} not in rule["AllowedHeaders"] for name in page["en_tetes"]):
        return "en-tête"
    return "acceptée"


verdicts = {letter: judge(page) for letter, page in pages.items()}
"""


def _judge(
    origin='f"{parts.scheme}://{parts.netloc}"', methods='rule["AllowedMethods"]',
    name="name.lower()",
):  # fmt: skip
    found = _JUDGE.replace("{origin}", origin).replace("{methods}", methods)
    return found.replace("{name}", name)


RIGHT = {
    "urlsplit": _judge(),
    "le chemin coupé, des majuscules": _judge(origin='"/".join(page["page"].split("/")[:3])')
    + "\nverdicts = {letter: verdict.upper() for letter, verdict in verdicts.items()}\n",
    "un comportement de serveur : CORSMiddleware": """
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.testclient import TestClient

api = FastAPI()
api.add_middleware(
    CORSMiddleware,
    allow_origins=rule["AllowedOrigins"],
    allow_methods=rule["AllowedMethods"],
    allow_headers=rule["AllowedHeaders"],
)
web = TestClient(api)
words = {"origin": "origine", "method": "méthode", "headers": "en-tête"}
verdicts = {}
for letter, page in pages.items():
    headers = {
        "Origin": "/".join(page["page"].split("/")[:3]),
        "Access-Control-Request-Method": page["methode"],
        "Access-Control-Request-Headers": ", ".join(page["en_tetes"]),
    }
    text = web.options("/", headers=headers).text
    found = [word for name, word in words.items() if name in text]
    verdicts[letter] = found[0] if found else "acceptée"
""",
    "startswith, avec la barre": """
verdicts = dict.fromkeys(pages, "acceptée")
for letter, page in pages.items():
    if not any(page["page"].startswith(origin + "/") for origin in rule["AllowedOrigins"]):
        verdicts[letter] = "origine"
    elif page["methode"] not in rule["AllowedMethods"]:
        verdicts[letter] = "méthode"
    elif set(map(str.lower, page["en_tetes"])) - set(rule["AllowedHeaders"]):
        verdicts[letter] = "en-tête"
""",
}

WRONG = {
    "sans le port": (_judge(origin='f"{parts.scheme}://{parts.hostname}"'), "sur 6"),
    "avec le chemin": (_judge(origin='page["page"]'), "Un choix est à revoir"),
    "les majuscules des en-têtes": (_judge(name="name"), "Un choix est à revoir"),
    "toutes les méthodes": (_judge(methods='["PUT", "DELETE"]'), "AllowedMethods"),
    "tous les en-têtes": (_judge(name='rule["AllowedHeaders"][0]'), "AllowedHeaders"),
    "tout accepté": ('verdicts = dict.fromkeys(pages, "acceptée")', "réponses justes sur 6", 0.5),
    "des booléens": ("verdicts = dict.fromkeys(pages, True)", "n'est pas un texte", 0),
    "un mot d'ailleurs": ('verdicts = dict.fromkeys(pages, "refusée")', "la liste de l'énoncé", 0),
    "une liste": ('verdicts = ["acceptée"] * 6', "doit être un dictionnaire", 0),
    "cinq lettres": (_judge() + '\ndel verdicts["F"]', "il manque 1", 0),
    "un début d'adresse": (
        _judge().replace(
            'origin not in rule["AllowedOrigins"]',
            'not any(page["page"].startswith(each) for each in rule["AllowedOrigins"])',
        ),
        "« origine » : comparez le schéma, l'hôte et le port",
        1.75 - 0.5,
    ),
}

THEN = {
    "sans le port": (WRONG["sans le port"][0], None),
    "les majuscules des en-têtes": (WRONG["les majuscules des en-têtes"][0], None),
}
