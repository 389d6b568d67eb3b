from helpers import server as servers
from kit_minio.authoring.exercises import REGION, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read

_NOTEBOOK = read(SOLUTIONS / "20-projet-documents.ipynb")
# La forme asynchrone, que le notebook de solution montre à l'enseignant.
_ASYNC = next(
    cell.source
    for cell in _NOTEBOOK.cells
    if cell.cell_type == "code" and "solution" in cell.metadata.get("tags", [])
)
_SYNC = next(
    found["code"]
    for cell in sections(_NOTEBOOK)["service"]
    if (found := REGION.search(cell.source))
)


_AUTHORIZATION = 'authorization: Annotated[str, Header()] = ""'
_USER = '        return statement("comptes", f"jetons/{digest}.json")["user"]'


def _but(*changes, code=_SYNC):
    """Renvoie la solution, un détail changé."""
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


_WHO = "def who("
_MORE = '"size": file.size}'

RIGHT = {
    "asynchrone, un client pour l'application": _ASYNC,
    "des champs de plus partout": _but(
        (_MORE, '"size": file.size, "name": file.filename}'),
        ('"size": item.size}', '"size": item.size, "etag": item.etag}'),
        ('"kind": tags["nature"]}', '"kind": tags["nature"], "type": stat.content_type}'),
        ('{"url": url}', '{"url": url, "expires_in": hours * 3600}'),
        ('{"copied": len(keys)}', '{"copied": len(keys), "date": today}'),
        ('{"days": days}', '{"days": days, "user": user}'),
        ('{"status": "ok"}', '{"status": "ok", "version": 1}'),
    ),
    "un numéro par personne": _but(
        (
            "    id = uuid4().hex\n",
            "    found = client.list_objects(DOCUMENTS, home(user), recursive=True)\n"
            "    id = str(1 + sum(1 for _ in found))\n",
        ),
        ('re.fullmatch("[0-9a-f]{32}", id)', 're.fullmatch("[0-9]{1,9}", id)'),
    ),
    "boto3, signature 2": _but(
        (
            "    url = client.presigned_get_object(\n"
            "        bucket_name=DOCUMENTS, object_name=key, expires=timedelta(hours=hours)\n"
            "    )\n",
            "    place = {'Bucket': DOCUMENTS, 'Key': key}\n"
            "    url = s3.generate_presigned_url('get_object', place, hours * 3600)\n",
        ),
        (
            _WHO,
            """import boto3
from botocore.config import Config

s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token, config=Config(signature_version="s3"),
)


def who(""",
        ),
    ),
    "HTTPBearer, et une application montée": _but(
        (
            _WHO,
            """from fastapi.security import HTTPBearer

app.mount("/", api := FastAPI())
bearer = HTTPBearer(auto_error=False)


def bearer_header(found=Depends(bearer)):
    return f"Bearer {found.credentials}" if found else ""


def who(""",
        ),
        (
            'authorization: Annotated[str, Header()] = ""',
            "authorization: Annotated[str, Depends(bearer_header)]",
        ),
        ("@app.", "@api."),
    ),
    "un champ inconnu est refusé": _but(
        (
            'authorization: Annotated[str, Header()] = ""):',
            'request: Request, authorization: Annotated[str, Header()] = ""):\n'
            "    if set(request.query_params) - {'hours', 'days'}:\n"
            "        raise HTTPException(401 if not authorization else 400)",
        ),
        ("Query, UploadFile", "Query, Request, UploadFile"),
    ),
}

if servers.ensure().way != "embedded":
    # MinIO refuse un jeton de session, que la correction donne, dans cette signature.
    del RIGHT["boto3, signature 2"]

WRONG = {
    "une sauvegarde qui déplace": (
        _but(
            (
                '    return {"copied": len(keys)}',
                "    for key in keys:\n"
                "        client.remove_object(bucket_name=DOCUMENTS, object_name=key)\n"
                '    return {"copied": len(keys)}',
            )
        ),
        "Étape « sauvegarde ». La sauvegarde a changé le bucket des documents",
        8,
    ),
    "deux documents sauvegardés, et pas plus": (
        _but(("for key in keys:", "for key in keys[:2]:")),
        "Étape « sauvegarde ». Il manque 1",
        8,
    ),
    "l'empreinte du fichier pour identifiant": (
        _but(
            (
                "id = uuid4().hex",
                "id = hashlib.md5(file.file.read()).hexdigest()\n    file.file.seek(0)",
            )
        ),
        "Deux dépôts ont reçu le même identifiant",
        7,
    ),
    "une route manque": (
        _but(('@app.post("/backup")\n', "")),
        "Étape « sauvegarde ». L'application n'a pas la route demandée",
        8,
    ),
    "statut 200 au dépôt": (
        _but((", status_code=201", "")),
        "Étape « dépôt ». POST /documents : statut 200 au lieu de 201",
        8,
    ),
    "la taille en texte": (
        _but((_MORE, '"size": str(file.size)}')),
        "Étape « dépôt ». Le champ « size » n'est pas du bon type",
        8,
    ),
    "identifiant sous un autre nom": (
        _but(('{"id": id, "size": file.size}', '{"document": id, "size": file.size}')),
        "Étape « dépôt ». Le champ « id » manque à la réponse",
        8,
    ),
    "le préfixe sans barre": (
        _but(("prefix=home(user)", 'prefix=f"utilisateurs/{user}"')),
        "contient autre chose que ses documents",
    ),
    "clés prévisibles": (
        _but(("id = uuid4().hex", "id = hashlib.md5(file.filename.encode()).hexdigest()")),
        "Deux dépôts ont reçu le même identifiant",
    ),
    "403 pour le document d'un autre": (
        _but(("status_code=404", "status_code=403")),
        "ce qui dit déjà qu'il existe",
    ),
    "identifiant non vérifié": (
        _but(('re.fullmatch("[0-9a-f]{32}", id)', "id")),
        "Étape « cloisons ». Un identifiant qui n'est pas celui",
        8,
    ),
    "tout le monde partage": (
        _but(('f"utilisateurs/{user}/documents/"', '"utilisateurs/tous/documents/"')),
        "n'est à sa place",
    ),
    "le jeton désigne n'importe qui": (
        _but(('statement("comptes", f"jetons/{digest}.json")["user"]', '"alice"')),
        "ce n'est personne",
    ),
    "401 à tous": (
        _but(('if scheme.lower() != "bearer":', "if True:")),
        "Étape « identité ». GET /documents : le jeton de",
        1,
    ),
    "schéma non vérifié": (
        _but(('if scheme.lower() != "bearer":', "if False:")),
        "Étape « identité ». GET /documents avec le schéma Basic",
        8,
    ),
    "l'en-tête entier pris pour le jeton": (
        _but(("token.encode()", "authorization.encode()")),
        "Étape « identité ». GET /documents : le jeton de",
        1,
    ),
    "le nom dans l'adresse": (
        _but(
            (_AUTHORIZATION, f'{_AUTHORIZATION}, user: str = ""'),
            (_USER, _USER.replace("return", "return user or")),
        ),
        "l'API croit ce champ",
        8,
    ),
    "le nom dans l'adresse, sans jeton": (
        _but(
            (
                'authorization: Annotated[str, Header()] = ""):',
                'authorization: Annotated[str, Header()] = "", user: str = ""):\n'
                "    if user:\n        return user",
            ),
        ),
        "sans en-tête : ce n'est personne",
    ),
    "le nom dans le formulaire": (
        _but(
            ("kind: Kind)", 'kind: Kind, owner: Annotated[str, Form()] = "")'),
            ("home(user) + id,\n        data", "home(owner or user) + id,\n        data"),
        ),
        "POST /documents, avec le jeton de",
        8,
    ),
    "le nom dans un en-tête": (
        _but(
            (_AUTHORIZATION, f'{_AUTHORIZATION}, x_user: Annotated[str, Header()] = ""'),
            (_USER, _USER.replace("return", "return x_user or")),
        ),
        "l'API croit ce champ",
        8,
    ),
    "nature sans bornes": (
        _but(('Form(pattern="^[A-Za-z0-9 _-]{1,40}$")', "Form()")),
        "Un dépôt d'une nature hors des bornes doit être refusé",
        8,
    ),
    "nature trop bornée": (
        _but(("[A-Za-z0-9 _-]{1,40}", "[A-Za-z]{1,40}")),
        "Un dépôt dans les bornes de l'énoncé est refusé",
        8,
    ),
    "titre sans borne": (_but(("Form(max_length=150)", "Form()")), "Un titre trop long", 8),
    "titre trop borné": (
        _but(("Form(max_length=150)", "Form(max_length=100)")),
        "Un dépôt dans les bornes de l'énoncé est refusé",
        8,
    ),
    "titre non encodé": (
        _but(("quote(title)", "title")),
        "Étape « dépôt ». POST /documents : la route a levé une exception, ValueError",
    ),
    "titre encodé par quote_plus": (
        _but(("quote(title)", "quote_plus(title)"), ("import quote,", "import quote, quote_plus,")),
        "des espaces sont devenues des « + »",
    ),
    "titre rendu encodé": (
        _but(("title = unquote(stat", "title = str(stat")),
        "Étape « lecture ». Le champ « title » n'a pas la bonne valeur",
        8,
    ),
    "document absent : 500": (
        _but(
            (
                '        if error.code != "NoSuchKey":\n            raise\n'
                "        raise missing from None",
                "        raise",
            )
        ),
        "Étape « cloisons »",
        8,
    ),
    "lien sans bornes": (
        _but(("hours: Annotated[int, Query(ge=1, le=168)]", "hours: int")),
        "Étape « lien »",
        8,
    ),
    "lien d'une heure toujours": (
        _but(("timedelta(hours=hours)", "timedelta(hours=1)")),
        "L'URL n'a pas la durée demandée",
        8,
    ),
    "la sauvegarde des voisins": (
        _but(
            (
                "prefix=home(user), recursive=True)\n    keys",
                "prefix=f'utilisateurs/{user}', recursive=True)\n    keys",
            ),
        ),
        "est d'un autre utilisateur",
        8,
    ),
    "sauvegarde sans date": (
        _but((", sauvegarde=today", "")),
        "n'a pas le tag de sauvegarde",
        8,
    ),
    "règles des autres perdues": (
        _but(("LifecycleConfig([*rules, mine])", "LifecycleConfig([mine])")),
        "Les règles du bucket",
        8,
    ),
    "durée négative": (
        _but(("days: Annotated[int, Query(ge=1)]", "days: int")),
        "nulle ou négative",
        8,
    ),
}

THEN = {
    "le schéma": (WRONG["schéma non vérifié"][0], None),
    "la nature": (WRONG["nature sans bornes"][0], _but((_MORE, '"size": file.size, "ok": True}'))),
}
