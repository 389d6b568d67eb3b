"""L'exception d'une copie, dite en français à l'élève : ce qui s'est passé, puis le remède."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator

from minio import Minio

from helpers.errors import explain_code, explain_text
from helpers.suggestions import suggestion
from kit_minio.grading.execute.sandbox.inside.request import BLOCKS
from kit_minio.syntax import parse

_LONGEST = 200  # caractères d'une exception que son explication suit
_S3_ERROR = re.compile(
    r"S3Error : S3 operation failed; code: (\w+), message: (.*?), resource: ([^,]*).*", flags=re.S
)
_BOTO_ERROR = re.compile(r"ClientError : An error occurred \((\w+)\)")
_TYPED = re.compile(r"/(?:[a-z0-9-]+-)?exercice-\d\d-(?:[0-9a-f]{4}-)?([a-z0-9.-]{1,63})")
_KEYS = ("InvalidAccessKeyId", "SignatureDoesNotMatch")  # celles d'un autre serveur
_UNREACHABLE = (
    r"Max retries exceeded|Connection refused|Failed to resolve|Name or service not known"
)
_ADDRESS = re.compile(
    r"host='([\w.:-]{1,100})', port=(\d{1,5})|\bURL: \"?https?://([\w.:-]{1,100})"
)
_WRITTEN = re.compile(r"""["'](?:https?://)?([\w.-]{1,100}:\d{2,5})["'/]""")  # dans du code
_MINE = re.compile(r"[A-Za-z]:[\\/]|\\\\|~|/(?:Users|home|root|content|mnt|Volumes|media)/")
_FILE = (
    r"(FileNotFoundError|NotADirectoryError|PermissionError) : \[Errno \d+\] .*?: '([^']{1,300})'"
)


def told(error: str, secret: str, code: str = "") -> str:
    """Renvoie le texte d'une exception, expliqué quand on sait le faire.

    Args:
        error: son nom et son texte, « NameError : name 'x' is not defined ».
        secret: le début de l'espace de la copie, tiré au hasard.
        code: le code de l'exercice, où chercher l'adresse d'un client refusé.
    """
    if found := _S3_ERROR.fullmatch(error):
        return _of_s3(found, secret, code) or error
    if (refused := _BOTO_ERROR.match(error)) and refused[1] in _KEYS:
        return f"ClientError {refused[1]}. {_refused(code)}"
    for pattern, say in _SAYINGS:
        if (match := re.match(pattern, error, re.S)) and (text := say(match)):
            return text
    name, _, text = error.partition(" : ")
    if explained := explain_text(name, text):
        near = _near(name, text, code)
        start = error[:_LONGEST].rstrip(".")
        return " ".join(filter(None, [f"{start}.", explained.fact, near, explained.remedy]))
    return error


def _near(kind: str, text: str, code: str) -> str:
    """Renvoie « Vouliez-vous dire … ? », comme le notebook, d'après le texte de l'exception."""
    if kind == "NameError" and (found := re.match(r"name '(\w+)' is not defined", text)):
        known = {"client", "tp", *_named(code)} - {found[1]}
        return suggestion(NameError(text, name=found[1]), dict.fromkeys(sorted(known)), "")
    if kind == "AttributeError" and (
        found := re.match(r"'(\w+)' object has no attribute '(\w+)'", text)
    ):
        owner = Minio if found[1] == "Minio" else getattr(builtins, found[1], None)
        return suggestion(AttributeError(text, name=found[2], obj=owner), {}, "")
    return ""


def _named(code: str) -> Iterator[str]:
    """Donne les noms que ce code définit."""
    try:
        tree = parse(code)
    except (SyntaxError, ValueError):  # une commande de Jupyter
        return
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.alias(name=name, asname=short):
                yield short or name


def _of_s3(found: re.Match[str], secret: str, source: str) -> str:
    code, message, resource = found[1], found[2], found[3]
    if code == "AccessDenied" and not resource.startswith(f"/{secret}-"):
        short = _TYPED.match(resource)
        asked = f'tp.bucket("{short[1]}")' if short else "tp.bucket(…)"
        return (
            f"S3Error AccessDenied, sur « {resource} ». Ce bucket est hors de votre espace : "
            f"son nom complet se demande à {asked}."
        )
    if code in _KEYS:
        return f"S3Error {code}. {_refused(source)}"
    explained = explain_code(code, message)
    return (
        f"S3Error {code}, sur « {resource} ». {explained.fact} {explained.remedy}"
        if explained
        else ""
    )


def _refused(source: str) -> str:
    """Dit d'où viennent des clés refusées.

    Le serveur de la correction est parfois, par hasard, à l'adresse d'un tutoriel : l'élève lit la
    même phrase, que quelque chose y réponde ou non.
    """
    if written := _WRITTEN.search(source):
        return _keep(written[1])
    return (
        "Les clés que votre code donne à son client ne sont pas celles de la correction ; gardez "
        "le client de connect()."
    )


def _address(match: re.Match[str]) -> str:
    found = _ADDRESS.search(match.string)
    if found is None:
        return (
            "Rien ne répond à l'adresse où votre code se connecte ; prenez celle que donne "
            "connect() ou serve(app)."
        )
    address = f"{found[1]}:{found[2]}" if found[1] else found[3]
    if match[1] in ("ConnectionError", "ConnectTimeout", "SSLError"):  # de requests
        return (
            f"Votre code se connecte à {address}, où rien ne répond pendant la correction ; "
            "prenez l'adresse que donne une URL présignée, ou serve(app)."
        )
    return _keep(address)


def _keep(address: str) -> str:
    return f"Votre code se connecte à {address} ; gardez le client de connect()."


def _file(match: re.Match[str]) -> str:
    path = match[2].replace("\\\\", "\\")
    if _MINE.match(path):
        return (
            f"« {path} » n'existe que sur votre machine ; prenez les fichiers du cours avec "
            "sample(…), et créez les autres dans votre code."
        )
    if match[1] != "FileNotFoundError":
        return ""
    return (
        f"Le fichier « {path} » n'existe pas pendant la correction ; prenez ceux du cours avec "
        "sample(…), et créez les autres dans votre code."
    )


def _module(match: re.Match[str]) -> str:
    name = match[1]
    return (
        f"Le module « {name} » n'est ni dans votre copie ni parmi les paquets du cours ; s'il est "
        f"de vous, rendez {name}.py avec le notebook."
    )


# Le début d'une exception, et ce qui s'en dit.
_SAYINGS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (rf"(\w+) : .*(?:{_UNREACHABLE}|Could not connect to the endpoint)", _address),
    (_FILE, _file),
    (r"ModuleNotFoundError : No module named '(\w+)", _module),
    (
        r"StdinNotImplementedError",
        lambda _: (
            "input() n'a personne à qui parler pendant la correction ; écrivez la valeur "
            "dans le code."
        ),
    ),
    (
        r"RuntimeError : asyncio\.run\(\) cannot be called",
        lambda _: (
            "asyncio.run() ne marche pas dans un notebook, où une boucle tourne déjà ; "
            "écrivez await devant l'appel."
        ),
    ),
    (
        r"Temps dépassé : (.*)",
        lambda match: (
            f"{match[0]}. Cherchez une boucle qui ne finit pas, ou une attente sans terme."
        ),
    ),
    (rf"RuntimeError : (uvicorn\.\S+ {re.escape(BLOCKS)})", lambda match: f"{match[1]}."),
)
