"""Ce que dit un nom de dossier ou de fichier : un groupe, un travail, une personne, une version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kit_minio.authoring.exercises import EXERCISES
from kit_minio.grading.intake.names import without_accents


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GROUP = _words("""
    td tp tps tds cm gr grp groupe groupes group groups class classe classes section sections
    promo promotion equipe equipes team teams binome trinome demi sous lot lots seance seances
    session sessions licence license master bachelor but dut bts iut ing semestre semester
    trimestre annee year matin apres midi am pm morning afternoon soir evening lundi mardi
    mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday
    sunday janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    january february march april may june july august september october november december
    cohorte cohort filiere parcours option campus salle amphi room terminale premiere seconde
    tle nde nd ere eme nsi info informatique miage reseaux bloc ue module cours course ecole
    alternants apprentis initiaux semaine week periode period retard retards late
    gruppe grupo gruppo
""")
# Où un collecteur, ou une personne, range les travaux de toute une classe.
_BIN = _words("""
    copies rendus travaux submissions submission submitted soumissions remises collecte depot
    depots exports export downloads download telechargements moodle canvas classroom github
    gitlab git blackboard brightspace sakai devoir devoirs assignment assignments eleves
    etudiants students drive mail mails courriel courriels divers autres
""")
_WORK = _words("""
    td tp tps exercice exercices exercise exercises exo exos ex notebook notebooks solution
    solutions corrige rendu rendus devoir devoirs lab labs work travail travaux copie copies
    copy final finale definitif definitive version versions v old ancien ancienne anciens backup
    sauvegarde brouillon brouillons draft drafts src code data donnees images img image kit
    minio jupyter main master repo depot projet project submission submissions assignment
    assignments lecon lecons lesson lessons chapitre chapter partie part essai tentative attempt
    remise test tests docs doc helpers output outputs sortie resultats fichiers fichier files
    file homework hw dossier nouveau nouvelle new folder zip archive python py ipynb notes tmp
    temp untitled sans titre question questions reponse reponses fait fini finie termine ok
    corrige correction corrections s seance seances module sujet enonce jupyterlab feedback
    attachment attachments joint joints piece pieces complete kernel colab bis lot
    whatsapp wa telegram signal doc document documents scan at
""")
_CLASS = _words("""
    td tds gr grp groupe group section classe class equipe team gruppe grupo gruppo
""")
_TIMES = _words("seance seances semaine semaines week weeks tp")  # d'un même groupe
_LINKS = _words("""
    de du des d la le les l et a au aux en of the and my mon mes n no numero
""")
_COPY_OF = re.compile(r"^(?:copie de |copy of |copie |kopie von )+", flags=re.I)
_STRONG = re.compile(r"\s+[-–—]\s+|_+|[()\uff08\uff09\[\]{}+,;]+")
_BETWEEN = re.compile(r"\s+[-–—]\s+|[()\uff08\uff09\[\]{}+,;]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", flags=re.I)
_LOGIN = re.compile(r"[a-z]+(?:[._-][a-z]+)+\d{0,2}")
_DATE = re.compile(
    r"(?<!\d)(?:((?:19|20)\d\d)[-_. ]?(0[1-9]|1[0-2])[-_. ]?(0[1-9]|[12]\d|3[01])|"
    r"(0?[1-9]|[12]\d|3[01])[-_. ](0?[1-9]|1[0-2])[-_. ]((?:19|20)\d\d))"
    r"(?:[ T_-]*(\d\d)[-hH:.]?(\d\d)(?:[-:.]?\d\d)?(?!\d)|(?!\d))"
)
_NUMBERED = re.compile(
    r"(?:version|essai|tentative|attempt|remise|soumission|submission|try|(?<![a-z])v)"
    r"[ _.n°-]*(\d{1,9})(?!\d)",
    flags=re.I,
)
_NUMBER = re.compile(r"submission[ _-]?\d{3,}", flags=re.I)  # un élève, dans Gradescope
_TITLE = re.compile(r"(?:mme|mlle|m\.|mr|dr|prof|madame|monsieur)[ _.]", flags=re.I)
_RANK = re.compile(r"[a-z]?\d{1,4}[a-z]?")
_CODE = re.compile(r"\d?[a-z]\d{1,2}", flags=re.I)  # un groupe : G1, L2, 1G2
_LAST = _words("""
    final finale definitif definitive corrige corrigee
""")
_EARLY = _words("""
    brouillon brouillons draft drafts old ancien ancienne backup sauvegarde
""")
_VERSIONS = _LAST | _EARLY | _words("copie copies copy bis version versions colab untitled v")
_REPEATED = re.compile(
    r"(?:[(\uff08](\d{1,3})[)\uff09]|[-_ ]copy(\d{0,3})|[-_](\d{1,2}))(?=\.|$)", flags=re.I
)


def tokens(name: str) -> list[str]:
    """Renvoie les mots et les nombres d'un nom, sans accents ni capitales : ``td``, ``1``."""
    return re.findall(r"[^\W\d_]+|\d+", without_accents(name))


def is_group(name: str) -> bool:
    """Dit si un nom n'est fait que des mots d'un groupe ou d'un collecteur, d'une date, d'un rang.

    ``TD1``, ``Licence 2 - matin``, ``2026-11-20``, ``GitHub`` ; mais ni ``Martin TD1``, ni ``A``.
    """
    if _TITLE.match(name):
        return True
    found = tokens(_DATE.sub(" ", name))
    if not found:
        return bool(_DATE.search(name))
    heavy = [token for token in found if token not in _LINKS]
    known = _GROUP | _BIN | (_WORK if _DATE.search(name) else frozenset())
    if not known & {*heavy}:
        return bool(_RANK.fullmatch("".join(heavy)))
    return all(
        token in known
        or len(token) == 1
        or (token.isdigit() and (len(token) < 5 or bool(_BIN & {*heavy})))
        for token in heavy
    )


def is_work(name: str) -> bool:
    """Dit si un nom ne dit que le travail, une version ou une date : ``TP1``, ``rendu final``."""
    if _NUMBER.search(name):
        return False
    found = tokens(_DATE.sub(" ", name))
    known = _WORK | _lesson_words()
    said = any(len(token) > 1 or token.isdigit() for token in found)
    return (said or bool(_DATE.search(name))) and all(
        token in known or token in _LINKS or token.isdigit() or len(token) == 1 for token in found
    )


def is_round(name: str) -> bool:
    """Dit si un dossier est un devoir ou une date : un même élève y revient de l'un à l'autre."""
    parts = name.startswith("drive-download-")  # Google Drive coupe un dossier en plusieurs zips
    return parts or bool(_DATE.search(name)) or (is_work(name) and not is_class(name))


def is_class(name: str) -> bool:
    """Dit si un dossier réunit des personnes, d'après son nom : ``TD1``, ``Groupe B``."""
    found = set(tokens(name))
    return is_group(name) and not (_DATE.search(name) or found & _TIMES or found & _BIN)


def is_person(name: str) -> bool:
    """Dit si un nom a l'air de celui d'une personne : deux mots, une adresse ou un numéro."""
    if _EMAIL.search(name) or re.fullmatch(r"\d{5,}", name.strip()):
        return True
    known = _GROUP | _WORK | _BIN | _lesson_words()
    words = re.findall(r"[^\W\d_]+", name)
    if _TITLE.match(name) or len(words) < 2 or any(token in known for token in tokens(name)):
        return False
    named = [word for word in words if word.casefold() not in _LINKS]
    return all(word[0].isupper() for word in named) or bool(_LOGIN.fullmatch(name))


def person_in(stem: str) -> str:
    """Renvoie le nom d'élève que contient un nom de fichier sans extension, ou un texte vide.

    ``Alice Martin - 01-buckets`` donne ``Alice Martin`` ; ``01-buckets (1)`` ne dit personne.
    """
    if found := _EMAIL.search(stem):
        return found[0]
    kept = [_bare(chunk) for chunk in _STRONG.split(_COPY_OF.sub("", _DATE.sub(" ", stem)))]
    kept = [chunk for chunk in kept if chunk]
    people = len(kept) > 1 and all(re.search(r"\w[\s.]+\w", chunk) for chunk in kept)
    return (" et " if people else " ").join(kept)  # « Zoé Lin - Eve Kim » : un binôme


def family_names_in(stem: str, person: str) -> dict[str, str]:
    """Renvoie les mots du cours qui sont peut-être le nom de famille d'un élève d'un seul mot.

    ``01-buckets - Test Farid``, de ``Farid``, donne ``Test`` : ``Test Farid``.

    Args:
        stem: un nom de fichier sans extension.
        person: l'élève qu'il nomme.
    """
    found = {}
    for chunk in _BETWEEN.split(_COPY_OF.sub("", _DATE.sub(" ", stem))):
        pieces = re.split(r"([\s._]+)", chunk.strip())
        if person not in pieces:
            continue
        at = pieces.index(person)
        for first in (at - 2, at):
            if first < 0 or first + 2 >= len(pieces):
                continue
            one, link, other = pieces[first : first + 3]
            word = one if other == person else other
            named = len(word) > 1 and word.isalpha() and (word[0].isupper() or link == ".")
            if named and without_accents(word) not in _VERSIONS:
                found[without_accents(word)] = (link if link == "." else " ").join([one, other])
    return found


def _bare(chunk: str) -> str:
    """Renvoie un morceau de nom, sans les mots du travail qui sont à ses bords."""
    chunk = _COPY_OF.sub("", chunk.strip())
    pieces = re.split(r"([\s.-]+)", chunk)
    while pieces and is_noise(pieces[0]):
        pieces = pieces[2:]
    while pieces and is_noise(pieces[-1]):
        pieces = pieces[:-2]
    found = tokens("".join(pieces))
    if any(len(token) > 1 for token in found) and all(_is_said(token) for token in found):
        return ""  # « 03 - de la leçon » : des mots de liaison ne nomment personne
    return "".join(pieces).strip(" .-")


def _is_said(token: str) -> bool:
    return token in _LINKS or token in _WORK or token in _lesson_words()


def is_noise(piece: str) -> bool:
    """Dit si un morceau de nom n'est que du travail, d'un groupe ou un rang, et de personne."""
    found = tokens(piece)
    known = _WORK | _CLASS | _lesson_words()
    return bool(_CODE.fullmatch(piece)) or all(
        token in known or (token.isdigit() and len(token) < 5) for token in found
    )


def work_in(stem: str) -> frozenset[str]:
    """Renvoie les numéros et les noms de leçons que dit un nom de fichier, pour les distinguer."""
    bare = _REPEATED.sub(" ", _NUMBERED.sub(" ", _DATE.sub(" ", stem)))
    found = tokens(re.sub(rf"(?<![^\W_]){_CODE.pattern}(?![^\W_])", " ", bare, flags=re.I))
    return frozenset(t.lstrip("0") for t in found if t.isdigit() or t in _lesson_words())


@dataclass(frozen=True, order=True)
class Attempt:
    """Le rang d'une remise, d'après son chemin.

    Attributes:
        standing: 1 si elle se dit finale, -1 si c'est un brouillon, sinon 0.
        said: ses dates et numéros : « 2026-11-20 », « version 2 », « essai 3 ».
        shown: ce que les navigateurs et les collecteurs ajoutent : « (1) », « -Copy1 », « -2 ».
    """

    standing: int
    said: tuple[int, ...]
    shown: tuple[int, ...]


def attempt_in(path: str) -> Attempt:
    """Renvoie le rang d'une remise, d'après son chemin chez l'élève."""
    said: list[int] = []
    for year, month, day, day2, month2, year2, hour, minute in _DATE.findall(path):
        said += [int(year or year2), int(month or month2), int(day or day2)]
        said += [int(hour or 0), int(minute or 0)]
    said += [int(number) for number in _NUMBERED.findall(path)]
    name = path.rpartition("/")[2]
    bare = _NUMBERED.sub(" ", _DATE.sub(" ", name))
    shown = tuple(int("".join(found) or 1) for found in _REPEATED.findall(bare))
    known = set(tokens(path))
    standing = -1 if known & _EARLY else int(bool(known & _LAST))
    return Attempt(standing, tuple(said), shown)


@cache
def _lesson_words() -> frozenset[str]:
    """Renvoie les mots des noms des leçons."""
    return frozenset(
        token
        for path in EXERCISES.glob("*.ipynb")
        for token in tokens(path.stem)
        if not token.isdigit() and token not in _LINKS
    )
