"""Les erreurs du kit, et l'explication en français de celles de S3.

    KitError                 le fait, puis le remède
    ├── SettingsError        une variable d'environnement ou une option mal réglée
    ├── ServerError          aucun serveur S3, ou un serveur qui ne répond pas
    ├── OwnershipError       un bucket que le kit n'a pas créé
    ├── ContentError         un fichier ou une donnée que le kit ne sait pas lire
    ├── ExtrasError          les paquets d'une leçon ne s'installent pas (``extras``)
    └── IsolationError       aucun bac à sable pour corriger (``kit_minio.grading``)

``explain`` traduit aussi les exceptions de minio-py, d'urllib3 et de Python que rencontre un
élève ; ``tracebacks`` les fait apparaître sous l'erreur d'origine dans un notebook.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

# La commande du kit, comme l'écrit la personne.
KIT = "py kit.py" if os.name == "nt" else "python3 kit.py"


class KitError(Exception):
    """Erreur du kit : un fait, puis un remède.

    Args:
        fact: ce qui s'est passé, une phrase.
        remedy: ce que la personne peut faire, une phrase ou deux.
    """

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(f"{fact} {remedy}")
        self.fact = fact
        self.remedy = remedy


class SettingsError(KitError):
    """Une variable d'environnement ou une option est absente ou mal écrite."""


class ServerError(KitError):
    """Aucun serveur S3 ne répond, ou aucun n'a pu démarrer."""


class OwnershipError(KitError):
    """Un bucket visé n'a pas été créé par ce kit."""


class ContentError(KitError):
    """Un fichier ou une donnée est absent, incomplet ou illisible."""


@dataclass(frozen=True)
class Explanation:
    """Une erreur en clair : ``fact`` dit ce qui s'est passé, ``remedy`` ce qu'il faut faire."""

    fact: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.fact}\n→ {self.remedy}"


# Les codes sont ceux de la documentation de S3 (« Error responses ») ; XMinio… sont ceux de MinIO.
_S3_CODES = {
    "AccessDenied": (
        "Le serveur refuse cette opération : vos clés n'en ont pas le droit, ou l'URL a expiré.",
        "Vérifiez le nom du bucket et de l'objet, puis les droits de la clé utilisée.",
    ),
    "AuthorizationHeaderMalformed": (
        "La région annoncée par le client n'est pas celle du serveur.",
        "Définissez MINIO_REGION (ou AWS_REGION), puis relancez connect() ; pour un client à vous, "
        "donnez region=… à sa création.",
    ),
    "BucketAlreadyExists": (
        "Ce nom de bucket est déjà pris par quelqu'un d'autre sur ce serveur.",
        "Choisissez un autre nom : les noms de buckets sont communs à tous les utilisateurs.",
    ),
    "BucketAlreadyOwnedByYou": (
        "Ce bucket existe déjà, et il est à vous.",
        "Vérifiez avec bucket_exists() avant de créer, ou continuez avec ce bucket.",
    ),
    "BucketNotEmpty": (
        "Ce bucket contient encore des objets : S3 ne supprime qu'un bucket vide.",
        "Supprimez d'abord ses objets (et leurs versions, s'il en garde).",
    ),
    "EntityTooLarge": (
        "L'objet dépasse la taille maximale autorisée.",
        "Réduisez l'objet, ou relevez la limite du formulaire ou de la requête.",
    ),
    "EntityTooSmall": (
        "Une partie de l'envoi est plus petite que le minimum autorisé.",
        "Hors la dernière, chaque partie d'un envoi multipart pèse au moins 5 Mio.",
    ),
    "ExpiredToken": (
        "Le jeton de session est faux ou périmé.",
        "Reprenez des identifiants neufs (clé d'accès, clé secrète et jeton vont ensemble), "
        "puis relancez connect().",
    ),
    "IncompleteBody": (
        "Le serveur n'a pas eu tous les octets annoncés ; son disque est peut-être plein.",
        "Vérifiez que length est la taille exacte des données, et la place qui reste "
        f"(« {KIT} doctor » montre le disque), puis recommencez.",
    ),
    "InternalError": (
        "Le serveur a rencontré une erreur interne ; son disque est peut-être plein.",
        f"Recommencez ; si l'erreur revient, libérez de la place (« {KIT} doctor » montre le "
        "disque).",
    ),
    "InvalidAccessKeyId": (
        "Le serveur ne connaît pas cette clé d'accès.",
        "Vérifiez MINIO_ACCESS_KEY (ou AWS_ACCESS_KEY_ID) : une faute de frappe, "
        "la clé d'un autre serveur, ou des identifiants temporaires qui ont expiré.",
    ),
    "InvalidBucketName": (
        "Ce nom de bucket ne respecte pas les règles de S3.",
        "Utilisez de 3 à 63 caractères : minuscules sans accent, chiffres, points et tirets ; "
        "le premier et le dernier sont une lettre ou un chiffre.",
    ),
    "InvalidRange": (
        "L'intervalle d'octets demandé est hors de l'objet.",
        "Comparez offset et length à la taille que donne stat_object().",
    ),
    "KeyTooLongError": (
        "Cette clé d'objet dépasse 1024 octets.",
        "Raccourcissez-la : un caractère accentué compte pour deux octets.",
    ),
    "MalformedPolicy": (
        "Cette politique est mal formée : le serveur la refuse, et garde la précédente.",
        "helpers.topics.policies.read_policy() dit à quel endroit, et en quoi.",
    ),
    "MethodNotAllowed": (
        "Cette opération n'est pas permise sur cette ressource.",
        "Vérifiez la méthode HTTP et la version visée : un marqueur de suppression ne se lit pas.",
    ),
    "NoSuchBucket": (
        "Ce bucket n'existe pas.",
        "Vérifiez son nom avec list_buckets(), ou créez-le avec make_bucket().",
    ),
    "NoSuchBucketPolicy": (
        "Ce bucket n'a pas de politique : seules des clés qui en ont le droit l'ouvrent.",
        "Donnez-lui en une avec set_bucket_policy(), si c'est ce que vous voulez.",
    ),
    "NoSuchVersion": (
        "Cet objet n'a pas, ou n'a plus, de version de cet identifiant.",
        "Relisez ses versions avec list_objects(…, include_version=True), "
        "et donnez le version_id de l'une d'elles.",
    ),
    "NoSuchKey": (
        "Aucun objet ne porte cette clé dans ce bucket.",
        "Vérifiez le nom du bucket, puis la clé entière, préfixe et majuscules compris, "
        "avec list_objects().",
    ),
    "NotImplemented": (
        "Ce serveur ne propose pas cette fonction.",
        "Utilisez un serveur MinIO (avec Docker par exemple) pour cet exemple.",
    ),
    "PolicyTooLarge": (
        "Cette politique dépasse 20 Kio.",
        "Remplacez des clés par un préfixe : une règle peut en couvrir un million.",
    ),
    "PreconditionFailed": (
        "Une condition de la requête n'est pas remplie : l'objet a changé ou existe déjà.",
        "Relisez l'objet avec stat_object(), puis recommencez.",
    ),
    "RequestTimeTooSkewed": (
        "L'horloge de votre machine et celle du serveur diffèrent de plus de 15 minutes.",
        "Mettez votre machine à l'heure (réglage automatique), puis recommencez.",
    ),
    "SignatureDoesNotMatch": (
        "La signature est fausse : clé secrète erronée, ou requête modifiée après la signature.",
        "Vérifiez MINIO_SECRET_KEY ; une URL présignée s'utilise telle quelle, "
        "avec la même méthode et le même hôte.",
    ),
    "SlowDown": (
        "Le serveur reçoit trop de requêtes à la fois.",
        "Attendez un instant, puis recommencez avec moins de requêtes en parallèle.",
    ),
    "XMinioInvalidObjectName": (
        "Cette clé d'objet n'est pas acceptée par le serveur.",
        "Évitez « .. », une barre oblique en tête et les clés de plus de 1024 octets.",
    ),
    "XMinioStorageFull": (
        "Le disque est plein : l'écriture n'a pas abouti.",
        f"Libérez de la place (« {KIT} doctor » montre le disque), puis recommencez.",
    ),
}
_S3_CODES["InvalidObjectName"] = _S3_CODES["XMinioInvalidObjectName"]
_S3_CODES["InvalidPolicyDocument"] = _S3_CODES["MalformedPolicy"]
_S3_CODES["InvalidTokenId"] = _S3_CODES["ExpiredToken"]
_S3_CODES["XMinioObjectExistsAsDirectory"] = (
    "Une clé ne peut pas être à la fois un objet et le préfixe d'autres objets sur ce serveur.",
    "Choisissez une clé qui n'est pas suivie de « / » dans une autre clé.",
)

# MinIO donne un même code (InvalidRequest, InvalidArgument) à des fautes sans rapport.
_S3_MESSAGES = {
    "WORM protected": (
        "Un verrou protège cette version : le serveur refuse de l'effacer.",
        "Attendez le terme de sa rétention, ou levez son gel juridique avec "
        "disable_object_legal_hold().",
    ),
    "Days must be positive": (
        "Une règle de durée de vie compte au moins un jour.",
        "Donnez à Expiration(days=…) un nombre entier, 1 ou plus.",
    ),
}

_DISK_FULL = Explanation(*_S3_CODES["XMinioStorageFull"])
_UNREACHABLE = Explanation(
    "Le serveur S3 ne répond pas : la connexion est refusée ou trop lente.",
    "Relancez connect() : il démarre un serveur là où aucun ne tourne. "
    f"« {KIT} status » dit lequel est attendu.",
)

_WRONG_SCHEME = Explanation(
    "La connexion HTTPS échoue : ce serveur parle HTTP, ou son certificat n'est pas reconnu.",
    "Écrivez http:// ou https:// devant l'adresse du serveur, et vérifiez-la.",
)
_NETWORK_ERRORS = {
    "ConnectionRefusedError",
    "ConnectTimeoutError",
    "MaxRetryError",
    "NewConnectionError",
    "ProtocolError",
    "ReadTimeoutError",
}
_NOT_S3 = Explanation(
    "Ce qui répond à cette adresse n'est pas un serveur S3.",
    "Donnez l'adresse de l'API S3 (souvent le port 9000), et non celle de la console web.",
)

# L'index d'un fichier Parquet est à sa fin : tronqué, le fichier ne se lit plus du tout.
_CUT_PARQUET = Explanation(
    "Ce fichier Parquet est incomplet, ou ce n'en est pas un : son index, à la fin, est absent.",
    "Comparez sa taille à celle de l'original, puis déposez-le de nouveau en entier.",
)
# Ce qu'en disent pyarrow et DuckDB, qui ont chacun leur exception et ne sont pas toujours là.
_CUT_PARQUET_PHRASES = ("magic bytes", "Parquet file size is", "too small to be a Parquet file")

# Les phrases anglaises de minio-py et de Python, pour les fautes sans code S3.
_PHRASES: tuple[tuple[type[Exception], tuple[str, ...], str, str], ...] = (
    (
        TypeError,
        ("put_object", "missing", "'length'"),
        "put_object() ne connaît pas la taille de ce que vous envoyez.",
        "Donnez length=len(data) ; si la taille est inconnue, "
        "length=-1 avec part_size=10 * 1024 * 1024.",
    ),
    (
        NameError,
        ("is not defined",),
        "Ce nom n'existe pas encore dans ce notebook.",
        "Exécutez d'abord les cellules au-dessus (menu Exécuter), ou vérifiez l'orthographe.",
    ),
    (
        AttributeError,
        ("has no attribute 'read'",),
        "put_object() lit un flux, pas directement des octets ou du texte.",
        "Donnez data=io.BytesIO(octets), avec octets = texte.encode() pour du texte.",
    ),
    (
        OSError,
        ("stream having not enough data",),
        "length annonce plus d'octets que le flux n'en contient.",
        "Donnez length=len(octets), et un flux placé à son début (flux.seek(0)).",
    ),
    (
        ValueError,
        ("path segment is not supported",),
        *_S3_CODES["XMinioInvalidObjectName"],
    ),
    (
        ValueError,
        ("valid part size must be provided",),
        "Avec length=-1, put_object() a besoin de part_size.",
        "Ajoutez part_size=10 * 1024 * 1024 : une partie pèse au moins 5 Mio.",
    ),
    (
        ValueError,
        ("minimum allowed 5MiB",),
        "part_size est trop petit.",
        "Donnez au moins 5 Mio : part_size=5 * 1024 * 1024.",
    ),
    (
        ValueError,
        ("bucket name",),
        "Ce nom de bucket ne respecte pas les règles de S3 ; le client le refuse avant l'envoi.",
        _S3_CODES["InvalidBucketName"][1],
    ),
    (
        ValueError,
        ("expires must be between",),
        "Une URL présignée dure de 1 seconde à 7 jours ; le client refuse de signer au-delà.",
        "Donnez expires=timedelta(…) dans ces bornes, et signez de nouveau quand il le faut.",
    ),
    (
        ValueError,
        ("US-ASCII",),
        "Une métadonnée contient un caractère hors ASCII : les en-têtes HTTP ne l'acceptent pas.",
        "Encodez la valeur avec urllib.parse.quote(), et décodez-la à la lecture avec unquote().",
    ),
)


def explain(error: BaseException) -> Explanation | None:
    """Renvoie l'explication en français d'une erreur, ou ``None`` si le kit ne la connaît pas.

    Args:
        error: l'exception attrapée (minio-py, urllib3, Python ou kit).
    """
    if isinstance(error, KitError):
        return Explanation(error.fact, error.remedy)
    code = getattr(error, "code", None)
    if type(error).__name__ == "S3Error" and isinstance(code, str):
        return explain_code(code, str(getattr(error, "message", "")))
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _DISK_FULL
    text = str(error)
    if type(error).__name__ in {"InvalidResponseError", "ParseError"}:
        return _NOT_S3
    # requests enveloppe les exceptions d'urllib3 dans les siennes, mais garde leur texte.
    if type(error).__name__ in _NETWORK_ERRORS or "Max retries exceeded" in text:
        return _WRONG_SCHEME if "SSLError" in text else _UNREACHABLE
    if any(phrase in text for phrase in _CUT_PARQUET_PHRASES):
        return _CUT_PARQUET
    for kind, phrases, fact, remedy in _PHRASES:
        if isinstance(error, kind) and all(phrase in text for phrase in phrases):
            return Explanation(fact, remedy)
    return None


_SYSTEM_CAUSES = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "opération interdite",
    errno.ENOENT: "introuvable",
    errno.EEXIST: "existe déjà",
    errno.ENOTDIR: "un des dossiers est un fichier",
    errno.EISDIR: "c'est un dossier",
    errno.ENOEXEC: "ce n'est pas un programme",
    errno.ENOSPC: "disque plein",
    errno.EROFS: "disque en lecture seule",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ENOMEM: "mémoire insuffisante",
}


def system_cause(error: OSError) -> str:
    """Renvoie en français pourquoi le système refuse, en deux ou trois mots."""
    number = error.errno or 0
    return _SYSTEM_CAUSES.get(number, f"erreur {errno.errorcode.get(number, number)} du système")


def explain_code(code: str, message: str) -> Explanation | None:
    """Renvoie l'explication d'un code d'erreur de S3, ou ``None`` si le kit ne le connaît pas."""
    if "no space left" in message.lower():
        return _DISK_FULL
    for phrase, explanation in _S3_MESSAGES.items():
        if phrase in message:
            return Explanation(*explanation)
    return Explanation(*_S3_CODES[code]) if code in _S3_CODES else None
