_AWS = """
print(terminal(f'aws s3 {verb} "{{desk / "site"}}" s3://{{tp.bucket("vitrine")}}/{to}{options}'))
"""


def _aws(verb="sync", to="public", exclude=' --exclude "*.tmp"', cache="max-age={seconds}"):
    given = f" --cache-control {cache}" if cache else ""
    return _AWS.format(verb=verb, to=to, options=f"{exclude}{given}")


_PYTHON = """
site = desk / "site"
for path in site.{walk}("{model}"):
    if path.is_file() and path.suffix != "{left}":
        client.fput_object(
            bucket_name=tp.bucket("vitrine"), file_path=str(path), content_type="text/plain",
            object_name="public/" + path.{name},
            metadata={{"Cache-Control": f"max-age={{seconds}}"}},
        )
"""


def _python(walk="rglob", model="*", left=".tmp", name="relative_to(site).as_posix()"):
    return _PYTHON.format(walk=walk, model=model, left=left, name=name)


RIGHT = {
    "cp, récursif": _aws("cp", exclude=' --recursive --exclude "*.tmp"'),
    "tout exclure, puis inclure": _aws(
        exclude=' --exclude "*" --include "*.html" --include "*.txt" --include "LICENCE"'
    ),
    "avec une barre finale et une autre directive": _aws(
        to="public/", cache='"public, max-age={seconds}"'
    ),
    "en Python": _python(),
    "boto3": """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client("s3", endpoint_url=server.url, region_name="us-east-1",
                  aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
                  aws_session_token=server.session_token or None)
for path in (desk / "site").rglob("*"):
    if path.is_file() and not path.name.endswith(".tmp"):
        key = "public/" + path.relative_to(desk / "site").as_posix()
        s3.upload_file(str(path), tp.bucket("vitrine"), key,
                       ExtraArgs={"CacheControl": f"max-age={seconds}"})
""",
}

WRONG = {
    "les .tmp aussi": (_aws(exclude=""), "laisse ces fichiers", 0),
    "les .tmp du premier niveau seulement": (
        _aws(exclude=' --exclude "brouillon*"'),
        "cache.tmp",
        0,
    ),
    "sans l'en-tête": (_aws(cache=""), "n'a pas l'en-tête Cache-Control", 1),
    "une autre durée": (_aws(cache="max-age=1"), "n'a pas l'en-tête Cache-Control", 1),
    "à la racine du bucket": (_aws(to=""), "suivi du chemin du fichier", 0),
    "le dossier site compris": (_aws(to="public/site"), "suivi du chemin du fichier", 0),
    "le premier niveau seulement": (_python("glob"), "Il manque un fichier", 0),
    "le motif de la leçon": (_python(model="*.*"), "Il manque un fichier", 0),
    "les noms seuls": (_python(name="name"), "suivi du chemin du fichier", 0),
    "annoncé seulement": (
        _aws(exclude=' --exclude "*.tmp" --dryrun'),
        "n'a encore que son objet de départ",
        0,
    ),
}

THEN = {
    "sans l'en-tête": (_aws(cache=""), "tp.shell.reset()\n" + _aws()),
    "les .tmp aussi": (_aws(exclude=""), "tp.shell.reset()\n" + _aws()),
    "sans l'en-tête, redéposé": (_aws(cache=""), RIGHT["cp, récursif"]),
}
