"""Réunir ce qui est d'un même élève, et jamais ce qui est de deux.

Un élève revient d'un devoir ou d'une date à l'autre, et donne un fichier par leçon. Deux groupes,
eux, peuvent avoir chacun leur « Zoé Roy ».
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kit_minio.grading.intake.collectors import common_start, repository_name
from kit_minio.grading.intake.layout import Place, holds_work, stem_of
from kit_minio.grading.intake.names import without_extension
from kit_minio.grading.intake.words import (
    attempt_in,
    family_names_in,
    is_class,
    is_round,
    person_in,
    tokens,
    work_in,
)

Key = tuple[str, ...]
_EXTENSION = re.compile(r"(?<=.)(\.[A-Za-z0-9]{1,5}){1,2}$")


def together(places: Sequence[Place]) -> dict[Key, list[tuple[Place, str, Key]]]:
    """Réunit les places d'un même élève : par clé, chaque place, son nom et ses dossiers de remise.

    Args:
        places: ce que le lot contient, avec ce qu'en disent les plateformes.
    """
    names = _names_of(places)
    rounds = _rounds_in(places, names)
    found: dict[Key, list[tuple[Place, str, Key]]] = defaultdict(list)
    files: dict[Key, list[tuple[Place, Key]]] = defaultdict(list)
    for place, name in zip(places, names, strict=True):
        passed = tuple(
            part for depth, part in enumerate(place.above) if place.above[: depth + 1] in rounds
        )
        fixed = tuple(
            part for depth, part in enumerate(place.above) if place.above[: depth + 1] not in rounds
        )
        if place.owner:
            # D'un devoir à l'autre, l'identifiant change et le nom reste.
            number = "" if passed else place.owner.number or ""
            known = [_alike(name)] if passed else [place.owner.name, number]
            found[*fixed, place.owner.platform, *known].append((place, name, passed))
        elif _is_filed(place) and name:
            dated = () if place.loose else (place.entry,)
            files[*fixed, _alike(name)].append((place, (*passed, *dated)))
        elif passed:
            found[*fixed, _alike(name)].append((place, name, passed))
        else:
            found[*fixed, place.entry].append((place, name, ()))
    named = {id(place): name for place, name in zip(places, names, strict=True)}
    for key, pairs in files.items():
        for rank, shared in enumerate(_by_student(pairs)):
            name = named[id(shared[0][0])]
            entry = key if rank == 0 else (*key, shared[0][0].entry)
            found[entry] += [(place, name, passed) for place, passed in shared]
    return found


def _bare(entry: str) -> str:
    """Renvoie un nom de fichier sans ses extensions."""
    stem = without_extension(stem_of(entry))
    return stem if stem != entry else _EXTENSION.sub("", entry)


def _names_of(places: Sequence[Place]) -> list[str]:
    """Renvoie le nom à montrer de chaque place."""
    starts: dict[Key, str] = {}
    for above in {place.above for place in places}:
        folders = [
            _folder_name(place.entry)
            for place in places
            if place.above == above and not place.owner and not place.loose
        ]
        start = common_start(folders)
        rests = [name[len(start) :] for name in folders]
        starts[above] = start if all(rest and not rest.isdigit() for rest in rests) else ""
    whole = _family_names([place for place in places if place.loose and not place.owner])
    return [whole.get(id(place)) or _name_of(place, starts[place.above]) for place in places]


def _family_names(places: Sequence[Place]) -> dict[int, str]:
    """Renvoie le nom entier de qui a un mot du cours pour nom : ``Test Farid``, ``Emma Main``.

    Là où d'autres ont deux noms, un mot du cours qui ne va qu'avec un seul prénom est du nom, sauf
    si ce prénom est aussi donné sans lui, pour une autre leçon.
    """
    found: dict[int, str] = {}
    for above in {place.above for place in places}:
        people = {id(place): (person_of(place), place) for place in places if place.above == above}
        said = {person for person, _ in people.values() if person}
        lone = {person for person in said if len(tokens(person)) == 1}
        if 4 * len(said - lone) < len(said):
            continue
        maybe = {
            at: family_names_in(_bare(place.entry), person)
            for at, (person, place) in people.items()
            if person in lone
        }
        bare = {
            (people[at][0], work_in(_bare(people[at][1].entry)))
            for at, words in maybe.items()
            if not words and attempt_in(people[at][1].entry).standing == 0
        }
        pairs = {(word, _alike(name)) for words in maybe.values() for word, name in words.items()}
        counts = Counter(word for word, _ in pairs)
        for at, words in maybe.items():
            kept = [name for word, name in words.items() if counts[word] == 1]
            person, place = people[at]
            work = work_in(_bare(place.entry))
            elsewhere = any(name == person and other != work for name, other in bare)
            if len(kept) == 1 and not elsewhere:
                found[at] = kept[0]
    return found


def _name_of(place: Place, start: str) -> str:
    if place.owner:
        return place.owner.label
    if place.loose:
        return person_of(place) or _bare(place.entry)
    if is_round(place.entry) and (person := person_of(place)):
        return person
    return _folder_name(place.entry).removeprefix(start)


def person_of(place: Place) -> str:
    """Renvoie l'élève que nomme une entrée, ou un texte vide."""
    return person_in(_bare(place.entry) if place.loose else _folder_name(place.entry))


def _folder_name(entry: str) -> str:
    return without_extension(repository_name(stem_of(entry)))


def _is_filed(place: Place) -> bool:
    """Dit si une entrée nomme un élève et un travail, ou une date : ``2026-11-20 - Alice``."""
    return (place.loose or is_round(place.entry)) and bool(person_of(place))


def _alike(name: str) -> str:
    """Renvoie un nom sans égard à la casse, aux accents, ni à l'ordre des mots."""
    return " ".join(sorted(tokens(name))) or name


# --- D'un devoir, ou d'une date, à l'autre ------------------------------------------------------


def _rounds_in(places: Sequence[Place], names: Sequence[str]) -> set[Key]:
    """Renvoie les dossiers entre lesquels un même nom est le même élève."""
    inside: dict[Key, set[tuple[Key, str]]] = defaultdict(set)
    for place, name in zip(places, names, strict=True):
        for depth in range(len(place.above)):
            rest = place.above[depth + 1 :]
            inside[place.above[: depth + 1]].add((rest, _alike(name)))
    return {path for path in inside if _is_round(path, inside)}


def _is_round(path: Key, inside: dict[Key, set[tuple[Key, str]]]) -> bool:
    name = stem_of(path[-1])
    if is_class(name):
        return False
    siblings = [other for other in inside if other[:-1] == path[:-1] and other != path]
    # « TP1 » est un devoir si les mêmes élèves sont dans « TP2 », et sinon un groupe.
    if is_round(name) and "tp" not in tokens(name):
        return bool(siblings)
    least = 1 if is_round(name) else 2
    return any(
        len(common := inside[path] & inside[other]) >= least
        and 2 * len(common) >= min(len(inside[path]), len(inside[other]))
        for other in siblings
    )


# --- D'un fichier à l'autre ---------------------------------------------------------------------


def _by_student(pairs: Iterable[tuple[Place, Key]]) -> list[list[tuple[Place, Key]]]:
    """Répartit les fichiers d'un même nom : un par leçon et par version est à un seul élève.

    Deux fichiers que rien ne distingue, sinon le « (1) » d'un navigateur, sont à deux élèves.
    """
    pairs = list(pairs)
    # Un PDF ou une page web va avec le notebook de même nom : ce n'est pas un second élève.
    works = [pair for pair in pairs if not pair[0].loose or holds_work(pair[0].entry)]
    beside = [pair for pair in pairs if pair not in works] if works else []
    by_work: dict[tuple[frozenset[str], Key], list[tuple[Place, Key]]] = defaultdict(list)
    for place, passed in works or pairs:
        attempt = attempt_in("/".join([*passed, place.entry]))
        work = work_in(_bare(place.entry))
        rank = (str(attempt.standing), *map(str, attempt.said))
        by_work[work, (*passed, *rank)].append((place, passed))
    students: list[list[tuple[Place, Key]]] = []
    for shared in by_work.values():
        ordered = sorted(shared, key=lambda pair: (attempt_in(pair[0].entry), pair[0].entry))
        for at, pair in enumerate(ordered):
            if at == len(students):
                students.append([])
            students[at].append(pair)
    students[0] += beside
    return students


def is_anonymous(place: Place) -> bool:
    """Dit si rien, dans le nom d'un fichier, ne dit de qui il est."""
    return place.loose and not place.owner and not person_of(place)
