"""Deux API que d'autres serveurs concurrencent : réserver une place, compter des voix.

La vérification joue l'autre serveur : elle écrit les mêmes objets, au même instant. Ce qu'elle
écrit, elle le retire.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx
from minio.error import S3Error

from helpers.french import count_of
from kit_minio.checks.answers import about, expect_same
from kit_minio.checks.exchanges import Reply, certificates, send
from kit_minio.checks.expectations import bucket_lost, expect_intact, expect_object
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.routes import ask, call, done, expect_status, expect_values, judging
from kit_minio.checks.steps import in_steps

_GOLDEN = 0.618034
_TEXT, _JSON = "text/plain", "application/json"


def _at_once(calls: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """Fait toutes les demandes au même instant ; renvoie les réponses, dans le même ordre."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(one) for one in calls]]


class _Aim:
    """Choisit quand l'autre serveur écrit : il s'agit de passer entre un regard et une écriture.

    Aucun serveur ne laisse retenir une requête : rien ne rend cet instant certain. Les attentes
    couvrent la durée d'une demande, et surtout son début, où une route regarde. Sur deux cœurs que
    sept tâches se disputaient, le plus malchanceux de quatre-vingts votes faux a été vu au onzième
    essai, sur vingt-quatre.

    Attributes:
        moment: l'attente, en secondes, avant que l'autre serveur écrive.
    """

    def __init__(self) -> None:
        self._tries = 0
        self._seconds = 0.0  # que dure une demande
        self.moment = 0.0

    def learn(self, seconds: float) -> None:
        """Passe à l'attente suivante ; ``seconds`` : ce qu'un essai a duré, sans la sienne."""
        self._seconds = max(seconds, self._seconds / 2)
        self._tries += 1
        # Les multiples du nombre d'or ne se répètent pas, et se répartissent entre 0 et 1.
        self.moment = self._seconds * (self._tries * _GOLDEN % 1) ** 3


@contextmanager
def _other_server(context: Context, name: str) -> Iterator[Callable[..., Reply]]:
    """Donne de quoi écrire, sous condition, un objet du bucket, comme un autre serveur."""
    with httpx.Client(trust_env=False, verify=certificates()) as http:

        def put(key: str, data: bytes, headers: dict[str, str]) -> Reply:
            url = context.client.get_presigned_url(
                method="PUT", bucket_name=context.bucket(name), object_name=key
            )
            return send(http, "PUT", url, content=data, headers=headers)

        yield put


# --- 3. Réserver --------------------------------------------------------------------------------

_RIVAL = "un autre serveur"


def _seats(context: Context) -> tuple[dict[str, bytes], list[int]]:
    """Renvoie les places déjà prises, par clé, puis des numéros de places libres.

    Le premier n'a qu'un chiffre : sa clé n'a pas de zéro devant.
    """
    rng = context.random()
    taken, *free = rng.sample(range(100, 1000), 36)
    return {f"places/{taken}.txt": b"Nina"}, [rng.randrange(1, 10), *free]


def _prepare_book(context: Context) -> None:
    fill(context, "salle", _seats(context)[0], _TEXT)


def _book(context: Context, seat: int, name: str) -> Reply:
    return ask(context, "PUT", f"/places/{seat}", params={"nom": name})


def _verify_book(context: Context) -> None:
    taken, free = _seats(context)
    if not context.client.bucket_exists(bucket_name=context.bucket("salle")):
        raise bucket_lost(context, "salle")
    expect_intact(context, "salle", taken)
    with judging(context, "PUT /places/{numero}"), _seats_given_back(context, free):
        in_steps(
            (1, partial(_expect_booking, context, next(iter(taken)), free[0])),
            (1, partial(_expect_one_winner, context, free[1:])),
        )


@contextmanager
def _seats_given_back(context: Context, seats: list[int]) -> Iterator[None]:
    before = set(context.keys("salle"))
    try:
        yield
    finally:
        for seat in seats:
            if (key := f"places/{seat}.txt") not in before:
                context.client.remove_object(bucket_name=context.bucket("salle"), object_name=key)


def _expect_booking(context: Context, taken: str, seat: int) -> None:
    path = f"/places/{seat}"
    booked = _book(context, seat, "Noël")
    expect_status(booked, "PUT", path, 201)
    expect_values(booked.json(), place=seat, nom="Noël")
    expect_object(context, "salle", f"places/{seat}.txt", data="Noël".encode())
    number = int(taken.removeprefix("places/").removesuffix(".txt"))
    for busy, name in ((seat, "Noël"), (number, "Nina")):
        expect_status(_book(context, busy, "Omar"), "PUT", f"/places/{busy}", 409)
        expect_object(context, "salle", f"places/{busy}.txt", data=name.encode())


def _expect_one_winner(context: Context, seats: list[int]) -> None:
    """S'assure qu'une place demandée plusieurs fois au même instant n'est donnée qu'une fois.

    L'autre serveur écrit plus ou moins tard, d'une place à l'autre : il passe ainsi entre le regard
    et l'écriture de qui fait les deux.
    """
    aim = _Aim()
    with _other_server(context, "salle") as put:
        for rank, seat in enumerate(seats):
            names = [f"client {number}" for number in range(1 if rank % 6 else 4)]
            rival = partial(_later, aim.moment, put, f"places/{seat}.txt")
            calls = [partial(_book, context, seat, name) for name in names]
            began = time.monotonic()
            *replies, other = _at_once([*calls, rival])
            seconds = time.monotonic() - began - aim.moment
            for reply in replies:
                expect_status(reply, "PUT", f"/places/{seat}", 201, 409)
            winners = [name for name, reply in zip(names, replies, strict=True)
                       if reply.status == 201]  # fmt: skip
            winners += [_RIVAL] if other.status == 200 else []
            _expect_winner(context, seat, winners, len(names))
            if len(names) == 1:  # une demande seule : plusieurs à la fois durent plus
                aim.learn(seconds)


def _later(seconds: float, put: Callable[..., Reply], key: str) -> Reply:
    time.sleep(seconds)
    return put(key, _RIVAL.encode(), {"If-None-Match": "*", "Content-Type": _TEXT})


def _expect_winner(context: Context, seat: int, winners: list[str], asked: int) -> None:
    told = (
        f"{count_of(asked, 'demande', 'demandes')} de la place {seat}, et celle d'un autre "
        "serveur, au même instant"
    )
    if len(winners) != 1:
        raise Review(
            f"{told} : elle est donnée {count_of(len(winners), 'fois', 'fois')}. Entre le moment "
            "où l'on regarde et celui où l'on écrit, un autre peut écrire.",
            found=", ".join(winners) or "à personne",
            expected="une seule fois",
        )
    kept = context.read("salle", f"places/{seat}.txt").decode(errors="replace")
    if kept != winners[0]:
        raise Review(
            f"{told} : celui qui a reçu 201 n'est pas celui qui est écrit. Une demande refusée a "
            "écrit par-dessus.",
            found=kept,
            expected=winners[0],
        )


# --- 5. Voter -----------------------------------------------------------------------------------

_URN = "urne.json"
_NEW = "nul"  # un choix que les données de départ n'ont pas
_VOTES = 4  # au même instant : cinq essais suffisent à chacun
_DUELS = 24  # puis deux à la fois, pendant qu'un autre serveur vote
_IN_A_ROW = 3  # votes de cet autre serveur : qui recommence est rattrapé plus souvent
_CONTESTED_SECONDS = 20.0  # d'une demande qui a le droit de recommencer plusieurs fois


def _urn(context: Context) -> dict[str, int]:
    low, middle, high = sorted(context.random().sample(range(10, 99), 3))
    return {"oui": middle, "non": high, "blanc": low}


def _prepare_vote(context: Context) -> None:
    context.make_bucket("scrutin")
    put_json(context, "scrutin", _URN, _urn(context))


def _counted(context: Context) -> dict[str, int]:
    """Renvoie ce que contient l'urne.

    Raises:
        Review: ce n'est plus un décompte.
    """
    try:
        found = json.loads(context.read("scrutin", _URN))
    except (S3Error, ValueError):
        found = None
    wanted = dict.fromkeys(_urn(context), int)
    if not isinstance(found, dict) or {name: type(found.get(name)) for name in wanted} != wanted:
        raise Review(
            f"L'objet « {_URN} » n'est plus un décompte : il a perdu des choix, ou ne se lit pas. "
            f"tp.{context.name}.reset() le remet.",
            found=found,
        )
    return found


def _verify_vote(context: Context) -> None:
    if not context.client.bucket_exists(bucket_name=context.bucket("scrutin")):
        raise bucket_lost(context, "scrutin")
    before = _counted(context)
    try:
        with judging(context, "POST /votes/{choix}"):
            in_steps(
                (1, partial(_expect_a_vote, context)),
                (2, partial(_expect_every_vote, context)),
            )
    finally:
        put_json(context, "scrutin", _URN, before)


def _expect_a_vote(context: Context) -> None:
    before = _counted(context)
    answer = done(context, "POST", "/votes/non").json()
    expect_values(answer, choix="non", voix=before["non"] + 1)
    with about("Après une voix pour « non »"):
        expect_same(_counted(context), before | {"non": before["non"] + 1})
    call(context, "POST", "/votes/peut-etre", 404)
    with about("Après un vote pour un choix inconnu"):
        expect_same(_counted(context), before | {"non": before["non"] + 1})
    _expect_a_new_choice(context)


def _expect_a_new_choice(context: Context) -> None:
    """S'assure que les choix sont lus dans l'urne à chaque demande : elle en connaît un de plus."""
    before = _counted(context)
    put_json(context, "scrutin", _URN, before | {_NEW: 7})
    with about(f"L'urne connaît un choix de plus, « {_NEW} »"):
        answer = call(context, "POST", f"/votes/{_NEW}", 200)
        expect_values(answer, choix=_NEW, voix=8)
    put_json(context, "scrutin", _URN, before)


def _expect_every_vote(context: Context) -> None:
    """S'assure que des voix simultanées, et celles d'un autre serveur, sont toutes comptées."""
    before = _counted(context)
    vote = partial(ask, context, "POST", seconds=_CONTESTED_SECONDS)
    votes = [partial(vote, f"/votes/{choice}") for choice in ["oui", "non"] * (_VOTES // 2)]
    replies = _at_once(votes)
    aim, duels = _Aim(), 0
    with _other_server(context, "scrutin") as put:
        # Une voix perdue suffit ; chaque duel commence par lire ce que l'urne contient.
        while (read := _read(context))[1] == _expected(before, duels) and duels < _DUELS:
            rival = partial(_vote_elsewhere, context, put, read, aim.moment)
            began = time.monotonic()
            replies += _at_once([*votes[:2], rival])
            aim.learn(time.monotonic() - began - aim.moment)
            duels += 1
    refused = [reply for reply in replies if not 200 <= reply.status < 300]
    if refused:
        with about("Pendant que d'autres votent"):
            expect_status(refused[0], "POST", "/votes/oui", 200)
    expected, found = _expected(before, duels), read[1]
    lost = sum(expected.values()) - sum(found[name] for name in expected)
    if lost > 0:
        rivals = f", puis {duels} pendant qu'un autre serveur vote" if duels else ""
        raise Review(
            f"{_VOTES} votes au même instant{rivals} : "
            f"{count_of(lost, 'voix est perdue', 'voix sont perdues')}. Chaque écriture doit "
            "demander que l'objet soit encore celui qui a été lu (If-Match), et recommencer sinon.",
            found=found,
            expected=expected,
        )
    with about("Après des votes simultanés"):
        expect_same(found, expected)


def _expected(before: dict[str, int], duels: int) -> dict[str, int]:
    """Renvoie ce que l'urne doit contenir après les votes simultanés, puis tant de duels à deux."""
    here = _VOTES // 2 + duels
    added = {"oui": here, "non": here, "blanc": duels * _IN_A_ROW}
    return {name: count + added.get(name, 0) for name, count in before.items()}


def _vote_elsewhere(
    context: Context, put: Callable[..., Reply], read: tuple[str, dict[str, int]], seconds: float
) -> Reply:
    """Vote « blanc » depuis un autre serveur, un peu plus tard, sans perdre de voix.

    Args:
        context: le contexte de vérification.
        put: de quoi écrire comme un autre serveur.
        read: l'ETag et le décompte lus d'avance : il n'y a plus qu'à écrire.
        seconds: l'attente avant d'écrire.

    Returns:
        La réponse du dernier vote.
    """
    time.sleep(seconds)
    votes = 0
    while True:
        etag, count = read
        data = json.dumps(count | {"blanc": count["blanc"] + 1}).encode()
        reply = put(_URN, data, {"If-Match": f'"{etag}"', "Content-Type": _JSON})
        votes += reply.status != 412
        if votes == _IN_A_ROW:
            return reply
        read = _read(context)


def _read(context: Context) -> tuple[str, dict[str, int]]:
    bucket = context.bucket("scrutin")
    stat = context.client.stat_object(bucket_name=bucket, object_name=_URN)
    return stat.etag or "", _counted(context)


EXERCISES = (
    Exercise(
        "book",
        "Réserver une place",
        points=2,
        hints=(
            "Regarder puis écrire laisse passer un autre entre les deux : demandez au serveur S3 "
            "de faire les deux d'un seul geste.",
            "get_presigned_url(method=\"PUT\", …) donne l'URL ; requests.put l'emploie avec "
            'l\'en-tête "If-None-Match": "*".',
            "Un statut 412 du serveur S3 devient un 409 de votre API ; un 200 devient un 201.",
        ),
        verify=_verify_book,
        prepare=_prepare_book,
        api=True,
        traps={
            "une place déjà prise": lambda context: len(_seats(context)[0]) == 1,
            "un numéro d'un chiffre": lambda context: _seats(context)[1][0] < 10,
        },
    ),
    Exercise(
        "vote",
        "Compter des voix",
        points=3,
        hints=(
            "Lisez l'urne et son ETag par une seule requête GET : deux requêtes verraient deux "
            "états.",
            "Écrivez avec l'en-tête If-Match ; sur un 412, relisez et recommencez.",
            "Un verrou (Lock) ne protège que ce serveur : un autre écrit aussi dans l'urne.",
        ),
        verify=_verify_vote,
        prepare=_prepare_vote,
        api=True,
        traps={
            "des nombres distincts": lambda context: len(set(_urn(context).values())) == 3,
        },
    ),
)
