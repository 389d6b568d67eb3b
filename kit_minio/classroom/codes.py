"""Le code d'une carte : douze signes, qui disent où est l'entrée d'un étudiant et l'ouvrent.

Le code ne voyage jamais. Il donne, par scrypt, le nom de l'objet à lire, que personne ne devine, et
la clé qui le déchiffre. Cet objet porte l'empreinte du certificat du serveur : qui ne connaît pas
le code ne peut pas l'écrire, et un serveur qui se ferait passer pour celui de la classe se voit.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cache

from helpers.errors import ContentError

# Celui de Crockford : ni I, ni L, ni O, ni U, que l'on confond en recopiant.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans("ILOU", "110V")
_SECRET = 11  # signes tirés au hasard, de 5 bits ; le douzième est leur contrôle
_SALT = b"kit-minio, une classe"
_MAGIC = b"KIT1"
_NONCE = 12


@dataclass(frozen=True)
class Keys:
    """Ce qu'un code ouvre.

    Attributes:
        locator: le nom de l'objet d'entrée.
        secret: la clé qui le déchiffre.
    """

    locator: str
    secret: bytes = field(repr=False)


def new_code() -> str:
    """Tire un code au hasard : ``7K3M-9QWE-R2TX``."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET))
    whole = drawn + _control(drawn)
    return "-".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def read_code(text: str) -> str:
    """Renvoie un code tel qu'il est imprimé, recopié avec ou sans tirets, capitales ou confusions.

    Raises:
        ContentError: il manque un signe, ou l'un d'eux est faux.
    """
    letters = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_LOOK_ALIKE)
    known = all(letter in _ALPHABET for letter in letters)
    if not known or len(letters) != _SECRET + 1 or _control(letters[:-1]) != letters[-1]:
        raise ContentError(
            "Ce code n'est pas celui d'une carte : un signe manque, ou l'un d'eux est faux.",
            "Recopiez les douze signes de votre carte, par exemple 7K3M-9QWE-R2TX.",
        )
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _control(drawn: str) -> str:
    digest = hashlib.sha256(drawn.encode()).digest()
    return _ALPHABET[digest[0] % 32]


@cache
def keys_of(code: str) -> Keys:
    """Renvoie ce qu'ouvre un code, en quelques dizaines de millisecondes de calcul voulues."""
    made = hashlib.scrypt(code.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=48)
    return Keys(made[:16].hex(), made[16:])


def seal(keys: Keys, data: bytes) -> bytes:
    """Chiffre ce qu'un code ouvrira."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return _MAGIC + nonce + AESGCM(keys.secret).encrypt(nonce, data, keys.locator.encode())


def unseal(keys: Keys, sealed: bytes) -> bytes | None:
    """Déchiffre ; ``None`` si ce n'est pas ce que ce code a chiffré."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    body = sealed.removeprefix(_MAGIC)
    if body == sealed:
        return None
    try:
        cipher = AESGCM(keys.secret)
        return cipher.decrypt(body[:_NONCE], body[_NONCE:], keys.locator.encode())
    except (InvalidTag, ValueError):
        return None
