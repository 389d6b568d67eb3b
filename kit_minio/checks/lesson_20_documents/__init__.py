"""Les exercices de la leçon 20 : une identité, une durée, une sauvegarde, puis tout le service.

Entre l'espace d'un étudiant, et l'adresse de son API ; sort une issue. ``people`` dit qui est qui ;
``identify``, ``retention`` et ``backup`` sont les trois premiers exercices ; ``service`` mène les
étapes du dernier, écrites dans ``partitions``, ``documents`` et ``upkeep``.
"""

from __future__ import annotations

from kit_minio.checks.lesson_20_documents import backup, identify, retention, service
from kit_minio.checks.lesson_20_documents.people import home, people
from kit_minio.checks.model import Context, Exercise, Series


def _neighbours(context: Context) -> bool:
    first, second = people(context)
    return second.startswith(first)


def _both_ways(context: Context) -> list[tuple[dict[str, int], dict[str, int]]]:
    old, wishes = retention.durations(context)
    return [(old, wishes), (wishes, old)]


def _mine(context: Context) -> dict[str, backup.Original]:
    """Renvoie les documents de qui demande une sauvegarde."""
    prefix = home(people(context)[0])
    return {key: one for key, one in backup.originals(context).items() if key.startswith(prefix)}


SERIES = Series(
    "20",
    "projet-documents",
    (
        Exercise(
            "identify",
            "Dire qui demande",
            points=2,
            hints=(
                "FastAPI lit un en-tête par un paramètre authorization: Annotated[str, Header()].",
                "L'en-tête a deux parties : le schéma, « Bearer », puis le jeton. "
                'authorization.partition(" ") les sépare ; un autre schéma n\'identifie personne.',
                "L'empreinte : hashlib.sha256(token.encode()).hexdigest().",
                "L'objet s'appelle jetons/<empreinte>.json ; s'il n'existe pas, get_object() lève "
                "S3Error avec le code NoSuchKey : raise HTTPException(status_code=401).",
                "Donnez une valeur par défaut, vide, au paramètre : sans elle, FastAPI répond 422 "
                "à qui n'a pas d'en-tête.",
            ),
            verify=identify.verify_identify,
            prepare=identify.prepare_identify,
            api=True,
            traps={"un nom commence comme un autre": _neighbours},
        ),
        Exercise(
            "retention",
            "Garder le temps voulu",
            points=2,
            hints=(
                "set_bucket_lifecycle() remplace toutes les règles : lisez d'abord celles qui sont "
                "là.",
                "get_bucket_lifecycle(bucket_name=…).rules est une liste ; gardez celles dont le "
                "préfixe n'est pas à remplacer, ajoutez les nouvelles.",
                "Rule(status=ENABLED, rule_filter=Filter(prefix=…), rule_id=…, "
                "expiration=Expiration(days=…)).",
            ),
            verify=retention.verify_retention,
            prepare=retention.prepare_retention,
            traps={
                "un nom commence comme un autre": _neighbours,
                "deux règles à garder, une à changer, une à ajouter": lambda context: (
                    [len(set(a) - set(b)) for a, b in _both_ways(context)] == [2, 1]
                ),
            },
        ),
        Exercise(
            "backup",
            "Sauvegarder un espace",
            points=3,
            hints=(
                "Listez le préfixe de l'utilisateur, barre finale comprise, avec recursive=True.",
                "copy_object(…, source=CopySource(…)) copie sur le serveur, type et métadonnées "
                "compris.",
                "get_object_tags() donne les tags d'origine, ou None s'il n'y en a pas : "
                "ajoutez-leur « sauvegarde ».",
                "copy_object(…, tags=tags, tagging_directive=REPLACE) pose ces tags-là.",
            ),
            verify=backup.verify_backup,
            prepare=backup.prepare_backup,
            traps={
                "un nom commence comme un autre": _neighbours,
                "un document n'a pas de tag": lambda context: any(
                    not one.tags for one in _mine(context).values()
                ),
                "un document est plus bas que les autres": lambda context: (
                    len({key.count("/") for key in _mine(context)}) == 2
                ),
                "un document a une métadonnée de plus": lambda context: any(
                    len(one.metadata) > 1 for one in _mine(context).values()
                ),
            },
        ),
        Exercise(
            "service",
            "Le service entier",
            points=9,
            hints=(
                "Commencez par une fonction qui donne le nom de la personne, d'après son jeton : "
                "les routes le reçoivent par user: Annotated[str, Depends(who)].",
                "Une seule fonction construit les clés : f'utilisateurs/{user}/documents/{id}' ; "
                "elle refuse (404) un identifiant qui n'a pas la forme des vôtres.",
                "Le titre a des accents : quote() au dépôt, unquote() à la lecture. Donnez les "
                "tags et les métadonnées à put_object(), en un seul appel.",
                "Les durées ont des bornes : Annotated[int, Query(ge=1, le=168)] répond 422 à "
                "votre place. Les textes aussi : Annotated[str, Form(max_length=…)] ou "
                "Form(pattern=…), une expression régulière entre ^ et $.",
                "La sauvegarde et la conservation sont celles des exercices précédents.",
                "En asynchrone, créez le client une seule fois, dans le lifespan de l'application, "
                "et non à chaque requête : le service répond dix fois plus vite.",
            ),
            verify=service.verify_service,
            prepare=service.prepare_service,
            api=True,
            traps={"un nom commence comme un autre": _neighbours},
        ),
    ),
)
