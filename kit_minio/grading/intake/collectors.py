"""Le nom que chaque plateforme donne à une copie : de qui elle est, et ce qui vient d'elle."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kit_minio.grading.intake.words import is_group, is_noise, tokens

# Moodle n'écrit jamais « _ » dans un nom : c'est une espace, ou le bord d'une adresse.
_MOODLE = re.compile(
    r"([^/]*?)[_ -]+(?:([0-9]{1,12})[_ -]+)?assignsubmission[_ -]([a-z]+)(?:[_ -]*|[_ -]?(.+))",
    flags=re.S,
)
_OLD_MOODLE = re.compile(r"([^/_]+)_([0-9]{1,12})_(?:file|onlinetext)(?:_*|_(.+))", flags=re.S)
_CANVAS = re.compile(r"([^\W_][\w'-]*?)_(?:(?i:late)_)?([0-9]+)_([0-9]+)_(.+)", flags=re.S)
_BLACKBOARD = re.compile(
    r"(?:.*_)?([^_]+)_(?:attempt|essai|tentative)_([0-9]{4}(?:-[0-9]{2}){5})(?:_(.+)|\.txt)",
    flags=re.S,
)
_BRIGHTSPACE = re.compile(
    r"([0-9]+)-[0-9]+ - (.+?) - ([^-]*[0-9]{4}[^-]*?(?:AM|PM|[0-9]))(?: - (.+))?", flags=re.S
)
_SAKAI = re.compile(r"([^,()/]+), *([^()/]+?) *\(([^()/]+)\)", flags=re.S)
_NBGRADER = re.compile(r"([^+/]+)\+[^+]+\+([0-9]{4}-[0-9]{2}-[0-9]{2}[^+]*)(?:\+.*)?", flags=re.S)
_EMAIL = re.compile(r"[_ ]+[^_\s]+(?:@|AT|_at_)[^_\s]+\.[a-z]{2,}(?=[_ ]|$)")
_TYPED = re.compile(r"([^\W_][\w'-]*?)_(?:(?i:late)_)?([0-9]+)_text\.html")
# En français et en anglais, en espagnol, en allemand.
_BLIND = r"participante?|teilnehmer[ _/]?in"
_PARTICIPANT = re.compile(rf"(.*?)({_BLIND})[ _-]*([0-9]+)", flags=re.I | re.S)
_SHA = re.compile(r"(?:-(?:main|master)(?:-[0-9a-f]{7,40})?|-[0-9a-f]{40})(?: ?\(\d+\))?$")


@dataclass(frozen=True)
class Owner:
    """À qui est un fichier ou un dossier, d'après la plateforme qui l'a nommé.

    Attributes:
        platform: la plateforme.
        name: le nom de l'élève, ou du groupe.
        number: son identifiant sur la plateforme, ou ``None``.
        inside: le chemin à donner au fichier chez l'élève ; vide pour un dossier.
    """

    platform: str
    name: str
    number: str | None
    inside: str

    @property
    def moodle_id(self) -> str | None:
        """L'identifiant du travail dans Moodle, ou ``None``."""
        return self.number if self.platform == "moodle" else None

    @property
    def label(self) -> str:
        """Le nom à montrer ; un devoir anonyme de Moodle n'a qu'un numéro."""
        blind = self.number and re.fullmatch(_BLIND, self.name, flags=re.I)
        return f"{self.name} {self.number}" if blind else self.name


def owners_of(names: Iterable[str]) -> dict[str, Owner]:
    """Renvoie à qui sont les entrées d'un même dossier qu'une plateforme a nommées.

    Args:
        names: les noms des fichiers et des dossiers.
    """
    names = list(names)
    found = {name: owner for name in names if (owner := _owner_of(name))}
    canvas = {name: m for name in names if (m := _CANVAS.fullmatch(name)) and name not in found}
    if _tells_people_apart(canvas.values()):
        found |= {
            name: Owner("canvas", match[1], match[2], f"remise {match[3]}/{match[4]}")
            for name, match in canvas.items()
        }
        typed = {name: m for name in names if canvas and (m := _TYPED.fullmatch(name))}
        found |= {name: Owner("canvas", m[1], m[2], "text.html") for name, m in typed.items()}
    old = {name: m for name in names if (m := _OLD_MOODLE.fullmatch(name)) and name not in found}
    found |= {
        name: Owner("moodle", match[1].strip(), match[2], match[3] or "")
        for name, match in old.items()
    }
    return _without_groups(found)


def _tells_people_apart(matches: Iterable[re.Match[str]]) -> bool:
    """Dit si des nombres sont ceux de Canvas : un par élève, un par fichier, jamais une date."""
    matches = list(matches)
    people = {(match[1], match[2]) for match in matches}
    files = {match[3] for match in matches}
    return (
        len(files) == len(matches)
        and len(people) == len({name for name, _ in people}) == len({one for _, one in people})
        and all(len(match[2]) > 2 for match in matches)
    )


def _owner_of(name: str) -> Owner | None:
    if found := _MOODLE.fullmatch(name):
        # Le courriel, quand il est dans le nom du dossier, n'est pas du nom.
        label = " ".join(_EMAIL.sub("", found[1]).replace("_", " ").split())
        number = found[2]
        if number is None and (blind := _PARTICIPANT.fullmatch(label)):
            label, number = f"{blind[1]}{blind[2]}", blind[3]
        return Owner("moodle", label, number, found[4] or "")
    if found := _BLACKBOARD.fullmatch(name):
        return Owner("blackboard", found[1], None, f"{found[2]}/{found[3] or name}")
    if found := _BRIGHTSPACE.fullmatch(name):
        return Owner("brightspace", found[2], found[1], found[4] or "")
    if found := _SAKAI.fullmatch(name):
        return Owner("sakai", f"{found[2]} {found[1]}", found[3], "")
    if found := _NBGRADER.fullmatch(name):
        return Owner("nbgrader", found[1], None, "")
    return None


def _without_groups(found: dict[str, Owner]) -> dict[str, Owner]:
    """Retire des noms de Moodle celui du groupe, qu'il met parfois devant : ``Groupe A-``."""
    moodle = {name: owner for name, owner in found.items() if owner.platform == "moodle"}
    starts = {owner.name.partition("-")[0] for owner in moodle.values() if "-" in owner.name}
    # Le même début pour toute une classe n'est pas un prénom.
    everywhere = len(starts) == 1 and len(moodle) >= 4
    everywhere = everywhere and all("-" in owner.name for owner in moodle.values())
    return found | {
        name: replace(owner, name=_after_group(owner.name, everywhere=everywhere))
        for name, owner in moodle.items()
    }


def _after_group(name: str, *, everywhere: bool) -> str:
    for dash in reversed([found.start() for found in re.finditer("-", name)]):
        start, rest = name[:dash], name[dash + 1 :].strip()
        if rest and is_group(start) and re.search(r"[\d ]", start):
            return rest
    return name.partition("-")[2].strip() or name if everywhere else name


def repository_name(name: str) -> str:
    """Renvoie le nom d'un dépôt sans la branche que la forge y ajoute : ``alice-main``."""
    return _SHA.sub("", name) or name


def common_start(names: Iterable[str]) -> str:
    """Renvoie le début que GitHub Classroom donne à tous les dépôts d'un devoir : ``tp1-``."""
    names = list(names)
    if len(names) < 2:
        return ""
    shortest = min(names, key=len)
    size = next(
        (at for at in range(len(shortest)) if len({name[at] for name in names}) > 1),
        len(shortest),
    )
    start = re.match(r"(?:.*[-_])?", shortest[:size], flags=re.S)
    found = start[0] if start else ""
    words = [token for token in tokens(found) if not token.isdigit()]
    return found if any(map(is_noise, words)) else ""
