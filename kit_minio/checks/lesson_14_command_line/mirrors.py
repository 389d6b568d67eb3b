"""Leçon 14, exercices 2 et 5 : ce qui diffère entre deux côtés, et le miroir d'un dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import same, shown_list
from kit_minio.checks.expectations import destroyed, expect_intact
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import make_versioned, put_all

# --- 2. Ce qui diffère --------------------------------------------------------------------------


def _sides(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie ce qui est à gauche et ce qui est à droite."""
    rng = context.random()
    names = rng.sample(["accueil", "cartes", "contact", "horaires", "plan", "tarifs"], 6)
    pages = [f"{name}.html" for name in names[:4]] + [f"en/{name}.html" for name in names[2:]]
    rng.shuffle(pages)
    for rank in (1, 4):  # ce qui diffère n'a pas toujours la même extension
        pages[rank] = pages[rank].replace(".html", ".css")
    texts = {page: f"{page} {rng.randint(100, 999)}".encode() for page in pages}
    left = {page: texts[page] for page in pages if page not in pages[:2]}
    right = {page: texts[page] for page in pages if page not in pages[2:3]}
    # Un octet change : la taille reste la même.
    right[pages[3]] = right[pages[3]][:-1] + b"?"
    right[pages[4]] += b" suite"
    return left, right


def _prepare_differ(context: Context) -> None:
    left, right = _sides(context)
    context.make_bucket("comparer")
    put_all(context, "comparer", {f"droite/{page}": text for page, text in right.items()})
    put_all(context, "comparer", {f"gauche/{page}": text for page, text in left.items()})


def _differences(context: Context) -> dict[str, list[str]]:
    left, right = _sides(context)
    both = left.keys() & right.keys()
    return {
        "<": sorted(left.keys() - both),
        ">": sorted(right.keys() - both),
        "!": sorted(page for page in both if left[page] != right[page]),
    }


def _mistaken_differences(context: Context) -> list[Known]:
    left, right = _sides(context)
    expected = _differences(context)
    both = sorted(left.keys() & right.keys())
    by_size = [page for page in both if len(left[page]) != len(right[page])]
    alike = [page for page in both if left[page] == right[page]]
    size = "Un objet diffère par son contenu, mais pas par sa taille : il manque dans « ! »."
    same_content = "Un objet est dans « ! » alors que son contenu est le même des deux côtés."
    swapped = "« < » et « > » sont échangés : « < » est à gauche seulement."
    swap = {"<": expected[">"], ">": expected["<"]}
    return [
        Known(expected | swap, swapped),
        Known(expected | {"!": by_size}, size, 1),
        Known(expected | {"!": both}, same_content, 1),
        Known(
            expected | {"!": sorted({*expected["<"], *expected[">"], *expected["!"]})},
            "« ! » ne contient que ce qui est des deux côtés.",
            1,
        ),
        Known(
            {mark: [page for page in pages if "/" not in page] for mark, pages in expected.items()},
            "Rien ne vient d'un niveau inférieur : recursive=True.",
        ),
        Known(expected | {"!": alike}, "« ! » donne ce qui est pareil, et non ce qui diffère.", 1),
    ]


def _verify_differ(context: Context) -> None:
    left, right = _sides(context)
    start = {f"gauche/{page}": text for page, text in left.items()}
    expect_intact(context, "comparer", start | {f"droite/{page}": right[page] for page in right})
    answer = context.answer
    values = answer.values() if isinstance(answer, dict) else ()
    if any(
        str(name).startswith(("gauche/", "droite/"))
        for names in values
        if isinstance(names, list)
        for name in names
    ):
        raise Review(
            "Les noms commencent encore par gauche/ ou droite/ : retirez ce début avant de "
            "comparer les clés.",
            found=answer,
        )
    _expect_whole_names(context, sorted({*left, *right}))
    known = _mistaken_differences(context)
    expect_answer(context, _differences(context), ordered=False, known=known, each=0.5)


def _expect_whole_names(context: Context, pages: Collection[str]) -> None:
    """S'assure que les noms donnés sont ceux des pages, dossiers compris."""
    answer = context.answer if isinstance(context.answer, dict) else {}
    names = [str(name) for found in answer.values() if isinstance(found, list) for name in found]
    strange = [name for name in names if name not in pages]
    whole = next((page for page in pages for name in strange[:1] if page.endswith(name)), "")
    if whole:
        cut = whole.removesuffix(strange[0])
        told = "c'est le chemin entier, dossiers compris, qui est demandé"
        if not cut.endswith("/"):
            told = "removeprefix() retire un début ; lstrip() retire des lettres, une à une"
        raise Review(f"Un nom n'est pas entier : {told}.", found=strange[0])


# --- 5. Un miroir chaque nuit -------------------------------------------------------------------


_NIGHTS, _BACKUP = "site/", "secours/"
# De plus de 5 Mio : minio-py l'envoie par parties, et son ETag n'est pas l'empreinte du fichier.
_FILM, _FILM_DATA = "visite.bin", bytes(range(256)) * (6 << 12)


def _evenings(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie le contenu du dossier le premier soir, puis le second."""
    rng = context.random()
    names = [f"page-{number:02}.html" for number in sorted(rng.sample(range(1, 99), 3))]
    first = {name: f"<h1>{name}</h1> {rng.randint(100, 999)}".encode() for name in names}
    first |= {
        f"images/plan {rng.randint(1, 9)} + 1.txt": b"le plan",
        "style.css": b"h1 { color: navy }",
        "LICENCE": b"libre",  # sans extension
        ".htaccess": b"Options -Indexes",
        "vide.txt": b"",
        _FILM: _FILM_DATA,
        "icone.ico": bytes([0, 255, 13, 10, rng.randint(128, 255), 10]),  # n'est pas du texte
    }
    second = dict(first)
    del second[names[0]]
    second["style.css"] = b"h1 { color: teal }"  # même taille
    second[names[1]] += b" et la suite"
    second[f"images/{rng.randint(2020, 2026)}/neuf.txt"] = b"neuf"
    return first, second


def _apart(context: Context) -> dict[str, bytes]:
    """Renvoie ce qui est hors du miroir, et doit y rester."""
    first, _ = _evenings(context)
    name = next(iter(first))
    return {"notes.txt": b"hors du miroir", f"site-ancien/{name}": b"ancien"}


def _prepare_mirror(context: Context) -> None:
    context.make_bucket("soirs")
    for number, evening in enumerate(_evenings(context), 1):
        put_all(context, "soirs", {f"soir-{number}/{name}": data for name, data in evening.items()})
    make_versioned(context, "miroir")
    put_all(context, "miroir", _apart(context))


def _history(context: Context) -> dict[str, int]:
    """Renvoie, pour chaque clé du miroir, le nombre de ses versions, suppressions comprises."""
    found = context.client.list_objects(
        bucket_name=context.bucket("miroir"), recursive=True, include_version=True
    )
    return Counter(item.object_name or "" for item in found)


def _verify_mirror(context: Context) -> None:
    apart, present, history = _apart(context), context.keys("miroir"), _history(context)
    if history == dict.fromkeys(apart, 1):
        raise Todo("Rien n'est sous site/ : mirror() n'a rien envoyé.")
    hurt = [key for key in apart if key not in present or history[key] != 1]
    if hurt:
        raise destroyed(
            context, f"« {hurt[0]} », qui n'est pas sous site/, a été supprimé ou remplacé."
        )
    mirrors = (_NIGHTS, _BACKUP)
    strange = [key for key in present if key not in apart and not key.startswith(mirrors)]
    if strange:
        raise destroyed(context, f"La clé « {strange[0]} » n'est sous aucun des deux préfixes.")
    if any(key.startswith(_NIGHTS) for key in present) and not any(
        key.startswith(_BACKUP) for key in present
    ):
        raise Review(
            "Rien n'est sous secours/, où le dernier appel demandait une copie : la fonction "
            "ne tient pas compte de son paramètre prefix.",
            points=2,
        )
    for prefix in mirrors:
        _expect_mirror(context, prefix, present)
    _expect_two_nights(context, history)


def _expect_mirror(context: Context, prefix: str, present: list[str]) -> None:
    """S'assure qu'un préfixe est le miroir du dossier, tel qu'il est le second soir."""
    first, second = _evenings(context)
    mirror = {key.removeprefix(prefix): key for key in present if key.startswith(prefix)}
    missing = sorted(second.keys() - mirror.keys())
    if missing:
        message = "Il manque un fichier du dossier, ou sa clé n'est pas son chemin dans le dossier."
        if all("." not in name.lstrip(".") or name.startswith(".") for name in missing):
            message = "Il manque un fichier dont le nom n'a pas d'extension, ou commence par « . »."
        elif not mirror:
            message = (
                f"Rien n'est sous {prefix}, alors que la fonction y a été appelée : rien de ce qui "
                "n'est pas sous prefix ne doit être touché."
            )
        there = [mirror[name] for name in sorted(mirror.keys() - second.keys())]
        raise Review(
            message,
            found=shown_list(there or sorted(mirror.values())) or "aucun objet",
            expected=f"{prefix}{missing[0]}",
        )
    stale = [name for name in second if context.read("miroir", mirror[name]) != second[name]]
    if stale and first.get(stale[0]) == second[stale[0]]:
        message = "Un objet n'a pas les octets de son fichier : read_bytes() les donne tels quels."
        raise Review(message, found=mirror[stale[0]], points=2)
    if stale:
        same_size = len(first.get(stale[0], b"")) == len(second[stale[0]])
        end = " ; sa taille, elle, n'a pas changé." if same_size else "."
        message = f"Un fichier a changé, et le miroir garde l'ancien contenu{end}"
        raise Review(message, found=mirror[stale[0]], points=2)
    extra = sorted(mirror.keys() - second.keys())
    if extra:
        message = "Le miroir contient une clé qui n'est pas un fichier du dossier."
        if extra[0] in first:
            message = "Un fichier disparu du dossier est encore dans le miroir."
        raise Review(message, found=mirror[extra[0]], points=2)


def _expect_two_nights(context: Context, history: dict[str, int]) -> None:
    """S'assure que seul ce qui a changé le second soir a été envoyé deux fois."""
    first, second = _evenings(context)
    unchanged = [f"{_NIGHTS}{name}" for name in second if first.get(name) == second[name]]
    resent = [key for key in unchanged if history[key] > 1]
    if resent:
        why = ""
        if resent == [f"{_NIGHTS}{_FILM}"]:
            why = (
                " : de plus de 5 Mio, il est envoyé par parties, et son ETag n'est pas l'empreinte"
            )
        raise Review(
            f"Un fichier inchangé a été envoyé de nouveau le second soir{why}.",
            found=f"{resent[0]} : {history[resent[0]]} versions",
            expected="une seule",
            points=3,
        )
    if not any(f"{_NIGHTS}{name}" in history for name in first.keys() - second.keys()):
        raise Review(
            "Le miroir du premier soir n'a pas été fait : la cellule des deux soirs appelle "
            "mirror() chaque soir.",
            points=2,
        )


EXERCISES = (
    Exercise(
        "differ",
        "Ce qui diffère",
        points=2,
        hints=(
            "Faites de chaque côté un dictionnaire : le nom sans gauche/ ou droite/, et de "
            "quoi reconnaître le contenu.",
            "Deux contenus différents peuvent avoir la même taille, et un ETag n'est pas toujours "
            "une empreinte : lisez les octets, et calculez hashlib.sha256(octets).hexdigest().",
            "Avec left et right, des dictionnaires nom → empreinte : set(left) - set(right), "
            "l'inverse, puis les noms communs dont l'empreinte diffère.",
        ),
        verify=_verify_differ,
        prepare=_prepare_differ,
        answers=True,
        traps={
            "les mauvaises réponses diffèrent toutes de la bonne": lambda context: (
                not any(
                    same(wrong.answer, _differences(context), ordered=False)
                    for wrong in _mistaken_differences(context)
                )
            ),
            "une différence dans un niveau inférieur": lambda context: any(
                "/" in name for names in _differences(context).values() for name in names
            ),
        },
    ),
    Exercise(
        "mirror",
        "Un miroir chaque nuit",
        points=4,
        hints=(
            "Listez d'abord les clés qui sont sous le préfixe.",
            "La clé d'un fichier est prefix + path.relative_to(folder).as_posix(), pour chaque "
            "fichier de folder.rglob('*').",
            "Déposez chaque fichier avec une métadonnée : hashlib.sha256(octets).hexdigest(). La "
            "nuit suivante, lisez-la avec stat_object(), et n'envoyez que si elle a changé. Après "
            "les envois, supprimez les clés listées qui n'ont plus de fichier.",
        ),
        verify=_verify_mirror,
        prepare=_prepare_mirror,
        traps={
            "un changement sans changement de taille": lambda context: any(
                first != second and len(first) == len(second)
                for name, first in _evenings(context)[0].items()
                if (second := _evenings(context)[1].get(name, b""))
            ),
            "des fichiers sans extension": lambda context: (
                {"LICENCE", ".htaccess"} <= _evenings(context)[1].keys()
            ),
            "un fichier qui n'est pas du texte": lambda context: (
                _evenings(context)[1]["icone.ico"].decode(errors="replace").encode()
                != _evenings(context)[1]["icone.ico"]
            ),
            "un fichier envoyé par parties": lambda context: all(
                len(evening[_FILM]) > 5 << 20 for evening in _evenings(context)
            ),
            "un fichier vide": lambda context: b"" in _evenings(context)[1].values(),
            "un nom avec une espace et un +": lambda context: any(
                " + " in name for name in _evenings(context)[1]
            ),
            "un fichier disparu, dont le nom reste sous un préfixe voisin": lambda context: any(
                f"site-ancien/{name}" in _apart(context)
                for name in _evenings(context)[0].keys() - _evenings(context)[1].keys()
            ),
        },
    ),
)
