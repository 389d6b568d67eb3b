"""Un seul programme à la fois : les autres le disent, et attendent leur tour."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from helpers.errors import ServerError
from helpers.french import in_words
from helpers.server.model import Say, quiet


@contextmanager
def only_one(path: Path, doing: str, *, seconds: float, say: Say = quiet) -> Iterator[None]:
    """Donne son tour à ce programme, quand celui qui tient le verrou a fini.

    Args:
        path: le fichier du verrou, dans un dossier qui existe.
        doing: ce que fait celui qui le tient, au présent : « démarre le serveur ».
        seconds: la plus longue attente.
        say: reçoit la phrase qui annonce l'attente.

    Raises:
        ServerError: le tour n'est pas venu à temps.
    """
    # filelock charge asyncio : autant n'attendre cela que si l'on s'en sert.
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"Un autre programme du kit {doing} : attente…")
        try:
            lock.acquire(timeout=seconds)
        except Timeout as error:
            longest = in_words(timedelta(seconds=seconds))
            raise ServerError.of("server.turn", doing=doing, longest=longest) from error
    try:
        yield
    finally:
        lock.release()
