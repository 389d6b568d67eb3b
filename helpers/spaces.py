"""Des espaces et des buckets jetables, que le kit reconnaît pour siens.

Un *espace* est un nom qui sert de préfixe à des noms de buckets : l'espace ``lecon-01`` possède
tout bucket ``lecon-01-…``. Le kit marque d'une étiquette (*tag*) ce qu'il crée, et refuse de vider
ou de supprimer ce qui ne porte pas la sienne.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any

from minio import Minio
from minio.commonconfig import Tags
from minio.deleteobjects import DeleteError, DeleteObject
from minio.error import S3Error

from helpers import server as servers
from helpers.errors import OwnershipError, ServerError, SettingsError
from helpers.server.settings import write_private

_SPACE_TAG = "kit-espace"
_BUCKET_TAG = "kit-bucket"
_TagsOf = Callable[[str], dict[str, str]]  # d'un bucket


def full_name(name: str) -> str:
    """Renvoie ``name``, précédé de l'espace de l'élève sur un serveur partagé.

    L'espace est ``KIT_SPACE`` ; sans elle, rien sur un serveur du kit, et un identifiant tiré au
    hasard par installation sur un serveur existant.
    """
    space = servers.read_settings().get("KIT_SPACE")
    if space is None:
        found = servers.find()
        space = _kit_id() if found is not None and found.way == "external" else ""
    # Un nom complet le reste : fresh_bucket(client, tp.bucket("photos")) sur tout serveur.
    return f"{space}-{name}" if space and not _inside(name, space) else name


def _kit_id() -> str:
    return servers.remember("KIT_ID", _drawn_once)


def _drawn_once() -> str:
    """Tire la marque de ce kit, et la garde aussi avec ses données : un ``.env`` se vide."""
    kept = servers.data_folder() / "kit-id"
    if not kept.exists():
        write_private(kept, secrets.token_hex(3))
    return kept.read_text("ascii")


def fresh_space(client: Minio, name: str) -> str:
    """Crée un espace neuf, et renvoie son nom complet : ``f"{espace}-photos"`` y est libre.

    Un bucket du même nom que l'espace est créé : il porte la marque du kit.

    Args:
        client: le client de ``connect()``.
        name: le nom court de l'espace, par exemple ``"lecon-01"``.

    Raises:
        OwnershipError: des buckets de ce préfixe existent et ne viennent pas du kit.
        SettingsError: ces clés n'ont pas le droit de le créer.
    """
    space = full_name(name)
    for bucket in _marked_last(space, _own_buckets(client, space)):
        erase_bucket(client, bucket)
    make_space(client, space)
    return space


def cleared_space(client: Minio, name: str) -> str:
    """Crée un espace s'il n'existe pas, sinon supprime ses buckets ; renvoie son nom complet.

    Le bucket qui porte le nom de l'espace, et ce qu'il contient, restent.

    Raises:
        OwnershipError: des buckets de ce préfixe existent et ne viennent pas du kit.
    """
    space = full_name(name)
    taken = _own_buckets(client, space)
    if space not in taken:
        make_space(client, space)
    elif _SPACE_TAG not in _tags(client, space):
        _mark(client, space, _SPACE_TAG)  # sa création avait été interrompue
    for bucket in _marked_last(space, [bucket for bucket in taken if bucket != space]):
        erase_bucket(client, bucket)
    return space


def make_space(client: Minio, space: str, *, owner: str = "") -> None:
    """Crée le bucket d'un espace, et le marque.

    Args:
        client: un client.
        space: le nom complet de l'espace, qui n'existe pas.
        owner: le ``KIT_ID`` de qui pourra le supprimer ; par défaut, le nôtre.
    """
    with _permitted(space):
        client.make_bucket(bucket_name=space)
    _mark(client, space, _SPACE_TAG, owner)


def _own_buckets(client: Minio, space: str) -> list[str]:
    """Renvoie les buckets d'un espace, qui sont tous à nous.

    Raises:
        OwnershipError: l'un d'eux ne vient pas du kit.
    """
    taken, tags_of = _buckets_of(client, space)
    foreign = [
        bucket
        for bucket in taken
        if not _is_ours(bucket, tags_of) and not (bucket == space and _half_made(client, bucket))
    ]
    if foreign:
        raise OwnershipError.of("spaces.foreign", space=space, names=", ".join(foreign[:5]))
    return taken


def _half_made(client: Minio, bucket: str) -> bool:
    """Dit si un bucket vide et sans étiquette est le reste d'une création interrompue.

    Seulement sur un serveur du kit : ailleurs, rien ne dit qu'il est à nous.
    """
    found = servers.find()
    if found is None or found.way == "external" or _tags(client, bucket):
        return False
    items = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
    return next(iter(items), None) is None


def remove_space(client: Minio, space: str) -> None:
    """Supprime un espace du kit et tous ses buckets, objets et versions compris.

    Args:
        client: le client de ``connect()``.
        space: le nom que ``fresh_space`` a renvoyé.

    Raises:
        OwnershipError: le kit n'a pas créé cet espace.
    """
    for bucket in space_buckets(client, space):
        erase_bucket(client, bucket)


def space_buckets(client: Minio, space: str) -> list[str]:
    """Renvoie les buckets d'un espace du kit, dans l'ordre où les supprimer.

    Raises:
        OwnershipError: le kit n'a pas créé l'un d'eux.
    """
    taken, tags_of = _buckets_of(client, space)
    for bucket in taken:
        if not _is_ours(bucket, tags_of):
            raise OwnershipError.of("spaces.unmarked", bucket=bucket)
    return _marked_last(space, taken)


def fresh_bucket(client: Minio, name: str) -> str:
    """Crée un bucket neuf, à la place du précédent s'il vient du kit, et renvoie son nom complet.

    Raises:
        OwnershipError: ce bucket existe et ne vient pas du kit.
    """
    bucket = full_name(name)
    with _permitted(bucket):
        taken = _exists(client, bucket)
    # Vider ne suffirait pas : il garderait ses réglages (versions, politique, durées de vie).
    if taken and _half_made(client, bucket):
        client.remove_bucket(bucket_name=bucket)
    else:
        remove_bucket(client, bucket)
    with _permitted(bucket):
        client.make_bucket(bucket_name=bucket)
    _mark(client, bucket, _BUCKET_TAG)
    return bucket


def remove_bucket(client: Minio, bucket: str) -> None:
    """Supprime un bucket du kit et tout ce qu'il contient ; ne fait rien s'il n'existe pas.

    Raises:
        OwnershipError: ce bucket ne vient pas du kit.
    """
    if not _exists(client, bucket):
        return
    if not _is_ours(bucket, partial(_tags, client)):
        raise OwnershipError.of("spaces.unmarked", bucket=bucket)
    erase_bucket(client, bucket)


def spaces_of_kit(client: Minio) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Renvoie les espaces, puis les buckets seuls, que ce kit a marqués sur ce serveur."""
    tags = {name: _tags(client, name) for name in _names(client)}
    spaces, buckets = (
        tuple(sorted(name for name in tags if tags[name].get(tag) == _kit_id()))
        for tag in (_SPACE_TAG, _BUCKET_TAG)
    )
    return spaces, buckets


@contextmanager
def _permitted(bucket: str) -> Iterator[None]:
    """Dit, si ces clés n'ont pas de droits sur ce bucket, comment en nommer un qu'elles ouvrent."""
    try:
        yield
    except S3Error as error:
        if error.code != "AccessDenied":
            raise
        file = servers.env_file()
        raise SettingsError.of("spaces.refused", bucket=bucket, file=file) from error


def _names(client: Minio) -> set[str]:
    """Renvoie les buckets de ces clés ; MinIO en refuse la liste à qui n'en a pas encore."""
    try:
        return {bucket.name for bucket in client.list_buckets()}
    except S3Error as error:
        if error.code != "AccessDenied":
            raise
        return set()


def _inside(name: str, space: str) -> bool:
    return name == space or name.startswith(f"{space}-")


def _buckets_of(client: Minio, space: str) -> tuple[list[str], _TagsOf]:
    """Renvoie les buckets d'un espace, sans ceux d'une autre marque, et de quoi lire leurs marques.

    ``lecon-01`` est dans l'espace ``lecon`` par son nom, mais c'est un espace à part.
    """
    names = _names(client)
    tags_of = cache(lambda name: _tags(client, name) if name in names else {})
    taken = sorted(name for name in names if _inside(name, space))
    apart = []
    for name in taken:
        tags = tags_of(name)
        foreign = tags.get(_BUCKET_TAG, _kit_id()) != _kit_id()
        if name != space and (_SPACE_TAG in tags or foreign):
            apart.append(name)
    return [name for name in taken if not any(_inside(name, other) for other in apart)], tags_of


def _is_ours(bucket: str, tags_of: _TagsOf) -> bool:
    """Dit si la marque la plus proche, celle du bucket ou de son espace, est la nôtre."""
    mark = tags_of(bucket).get(_BUCKET_TAG)
    space = bucket
    while space and not mark:
        mark = tags_of(space).get(_SPACE_TAG)
        space = space.rpartition("-")[0]
    return mark == _kit_id()


def _mark(client: Minio, bucket: str, tag: str, owner: str = "") -> None:
    tags = Tags.new_bucket_tags()
    tags[tag] = owner or _kit_id()
    client.set_bucket_tags(bucket_name=bucket, tags=tags)


def _exists(client: Minio, bucket: str) -> bool:
    try:
        return client.bucket_exists(bucket_name=bucket)
    except S3Error as error:
        if error.code == "AccessDenied" and servers.lift_policy(bucket):
            return True
        raise


def _tags(client: Minio, bucket: str) -> dict[str, str]:
    try:
        return client.get_bucket_tags(bucket_name=bucket) or {}
    except (S3Error, ValueError) as error:
        code = error.code if isinstance(error, S3Error) else ""
        # Fermé à tous, le bucket l'est aussi à qui peut le rouvrir.
        if code == "AccessDenied" and servers.lift_policy(bucket):
            return _tags(client, bucket)
        if code not in ("", "NoSuchBucket", "AccessDenied"):
            raise
        return {}


def _marked_last(space: str, buckets: list[str]) -> list[str]:
    # Le bucket marqué part en dernier : une suppression interrompue peut reprendre.
    return sorted(buckets, key=lambda bucket: bucket == space)


def erase_bucket(client: Minio, bucket: str) -> None:
    """Supprime un bucket et tout ce qu'il contient, sans regarder à qui il est.

    Ce qui l'en empêche est levé, si c'est possible : politique, gel juridique, et rétention
    « gouvernance ».

    Raises:
        ServerError: un verrou retient un objet.
    """
    try:
        _empty(client, bucket)
    except (S3Error, ServerError):
        if not _without_policy(client, bucket):
            raise
        _empty(client, bucket)


def _without_policy(client: Minio, bucket: str) -> bool:
    """Retire la politique d'un bucket ; faux s'il n'en avait pas, ou s'il la garde."""
    try:
        client.get_bucket_policy(bucket_name=bucket)
        client.delete_bucket_policy(bucket_name=bucket)
    except S3Error as error:
        return error.code == "AccessDenied" and servers.lift_policy(bucket)
    return True


def _empty(client: Minio, bucket: str) -> None:
    unlocked = False
    before: list[DeleteObject] = []
    # MinIO cache l'objet « a/b » tant que l'objet « a » existe : on relit tant que le bucket n'est
    # pas vide, et que l'on y voit du neuf.
    while not _removed(client, bucket):
        doomed = _versions(client, bucket)
        failed = _remove(client, bucket, doomed, bypass=unlocked)
        if doomed == before or (failed and unlocked):
            held = f", dont « {failed[0].name} » ({failed[0].code})" if failed else ""
            count = len(failed or doomed)
            raise ServerError.of("spaces.held", bucket=bucket, count=count, held=held)
        if failed:
            _lift_legal_holds(client, bucket, _versions(client, bucket))
            unlocked = True
        else:
            before = doomed


def _remove(client: Minio, bucket: str, doomed: list[DeleteObject], *, bypass: bool) -> list[Any]:
    """Supprime des versions ; renvoie ce que le serveur garde."""
    # XML n'a pas de caractères de contrôle : une demande groupée ne saurait pas les nommer.
    odd = [item for item in doomed if not item.name.isprintable()]
    plain = [item for item in doomed if item.name.isprintable()]
    failed: list[Any] = list(
        client.remove_objects(
            bucket_name=bucket, delete_object_list=iter(plain), bypass_governance_mode=bypass
        )
    )
    for item in odd:
        try:
            client.remove_object(
                bucket_name=bucket, object_name=item.name, version_id=item.version_id
            )
        except S3Error as error:
            failed.append(DeleteError(error.code or "", None, item.name, item.version_id))
    return failed


def _removed(client: Minio, bucket: str) -> bool:
    """Supprime un bucket s'il est vide, et dit si c'est fait."""
    try:
        client.remove_bucket(bucket_name=bucket)
    except S3Error as error:
        if error.code != "BucketNotEmpty":
            raise
        return False
    return True


def _lift_legal_holds(client: Minio, bucket: str, held: list[DeleteObject]) -> None:
    for item in held:
        with suppress(S3Error):  # un marqueur n'a pas de verrou
            client.disable_object_legal_hold(
                bucket_name=bucket, object_name=item.name, version_id=item.version_id
            )


def _versions(client: Minio, bucket: str) -> list[DeleteObject]:
    found = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
    return [DeleteObject(name=item.object_name or "", version_id=item.version_id) for item in found]
