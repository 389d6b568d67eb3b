"""Les exercices de la leçon 06 : une API devant le serveur S3, route après route.

Entre l'API d'un étudiant, par son adresse ; sort une issue. Les vérifications lui parlent HTTP,
puis regardent dans le serveur S3 si ce qu'elle affirme est vrai : ``deposits`` (1 et 2),
``readings`` (3 à 5), ``failures`` (6), ``large`` (7).
"""

from __future__ import annotations

from collections.abc import Callable

from kit_minio.checks.lesson_06_api import deposits, failures, large, readings
from kit_minio.checks.model import Context, Exercise, Series

_Trap = Callable[[Context], bool]
_REPORTS: dict[str, _Trap] = {
    "une clé a une barre oblique": lambda context: any("/" in key for key in _keys(context)),
    "une clé a une espace, une majuscule accentuée et un « + »": lambda context: any(
        all(letter in key for letter in " Ét+") for key in _keys(context)
    ),
    "un document est vide": lambda context: b"" in readings.reports(context).values(),
    "une clé absente est le début d'une autre": lambda context: any(
        key.startswith("rapports/20") for key in _keys(context)
    ),
}
_ALBUM: dict[str, _Trap] = {
    "un préfixe a des objets à deux profondeurs": lambda context: any(
        {key.count("/") for key in readings.album(context) if key.startswith(top)} >= {1, 2}
        for top in readings.first_level(readings.album(context))
        if top.endswith("/")
    ),
    "un objet est vide": lambda context: 0 in readings.album(context).values(),
    "un objet de la racine n'a pas d'extension": lambda context: any(
        not {".", "/"} & set(key) for key in readings.album(context)
    ),
    "une clé est plus bas sous le même nom": lambda context: any(
        key != other and key.endswith(f"/{other}")
        for key in readings.album(context)
        for other in readings.album(context)
    ),
}


def _keys(context: Context) -> list[str]:
    return list(readings.reports(context))


SERIES = Series(
    "06",
    "api-fastapi",
    (
        Exercise(
            "upload",
            "Déposer un fichier",
            points=3,
            hints=(
                "La route est une fonction « def » qui prend un paramètre file: UploadFile.",
                "file.file est le flux, file.size sa taille, file.content_type son type.",
                "Pour la clé, uuid4().hex donne une valeur nouvelle à chaque appel ; le client "
                "choisit le nom du fichier.",
                "client.put_object(bucket_name=…, object_name=key, data=file.file, "
                "length=file.size, content_type=file.content_type).",
            ),
            verify=deposits.verify_upload,
            prepare=deposits.prepare_upload,
            api=True,
        ),
        Exercise(
            "presigned_put",
            "Donner une URL de dépôt",
            points=3,
            hints=(
                "La route ne reçoit aucun octet : elle choisit une clé et signe une URL.",
                "La méthode est client.presigned_put_object(…), et la durée est un timedelta.",
                "expires=timedelta(minutes=10) ; renvoyez la clé et l'URL dans un dictionnaire.",
            ),
            verify=deposits.verify_presigned_put,
            prepare=deposits.prepare_presigned_put,
            api=True,
        ),
        Exercise(
            "presigned_get",
            "Donner une URL de lecture",
            points=3,
            hints=(
                "Une clé contient des barres obliques : {key} s'arrête à la première, "
                "{key:path} prend tout.",
                "Signer une URL n'interroge pas le serveur : c'est stat_object() qui dit si "
                "l'objet existe.",
                "Quand stat_object() lève S3Error avec le code NoSuchKey, "
                "raise HTTPException(status_code=404).",
            ),
            verify=readings.verify_presigned_get,
            prepare=readings.prepare_presigned_get,
            api=True,
            traps=_REPORTS,
        ),
        Exercise(
            "listing",
            "Lister les documents",
            points=2,
            hints=(
                "client.list_objects(bucket_name=…) donne des objets, et des préfixes dont "
                "l'attribut is_dir est vrai.",
                "Construisez la liste dans la fonction, un dictionnaire par élément : object_name "
                "pour « key », size pour « size ».",
                "Python écrit None ce que JSON écrit null ; item.size vaut déjà None pour un "
                "préfixe, et 0 pour un objet vide.",
            ),
            verify=readings.verify_listing,
            prepare=readings.prepare_listing,
            api=True,
            traps=_ALBUM,
        ),
        Exercise(
            "recursive",
            "Lister en profondeur",
            points=2,
            hints=(
                "Un paramètre de la fonction qui n'est pas dans le chemin est lu dans la requête.",
                "Son type compte : FastAPI ne lit « false » comme faux que si le paramètre est "
                "annoncé bool.",
                "def documents(recursive: bool = False) ; passez-le à list_objects(…).",
            ),
            verify=readings.verify_recursive,
            prepare=readings.prepare_recursive,
            api=True,
            traps=_ALBUM,
        ),
        Exercise(
            "errors",
            "Traduire les erreurs du serveur S3",
            points=4,
            hints=(
                "@app6.exception_handler(S3Error) décore une fonction (request, error) qui renvoie "
                "une JSONResponse.",
                "Un dictionnaire associe error.code à un statut.",
                "Un serveur S3 éteint ne provoque pas S3Error, mais une erreur d'urllib3. "
                "L'ancêtre commun de ces erreurs est urllib3.exceptions.HTTPError.",
                "Deux gestionnaires suffisent ; n'en écrivez pas pour Exception.",
            ),
            verify=failures.verify_errors,
            prepare=failures.prepare_errors,
            api=True,
        ),
        Exercise(
            "large",
            f"Recevoir {large.SIZE} Mo sans les tenir en mémoire",
            points=3,
            hints=(
                "FastAPI a déjà rangé le fichier sur le disque : file.file le lit par morceaux.",
                'hashlib.file_digest(file.file, "sha256") calcule l\'empreinte sans tout lire '
                "d'un coup.",
                "Après cette lecture, le flux est à sa fin : file.file.seek(0) le ramène au début.",
            ),
            verify=large.verify_large,
            prepare=large.prepare_large,
            api=True,
        ),
    ),
)
