"""Leçon 11, exercices 3 et 4 : ce qui diffère entre deux côtés, et le miroir d'un dossier."""

from __future__ import annotations

from typing import Any

from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from helpers.exercises.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_all

# --- 3. Ce qui diffère --------------------------------------------------------------------------


def _sides(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie ce qui est à gauche et ce qui est à droite."""
    rng = context.random()
    names = rng.sample(["accueil", "cartes", "contact", "horaires", "plan", "tarifs"], 6)
    pages = [f"{name}.html" for name in names[:4]] + [f"en/{name}.html" for name in names[2:]]
    texts = {page: f"{page} {rng.randint(100, 999)}".encode() for page in pages}
    rng.shuffle(pages)
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


def _verify_differ(context: Context) -> None:
    left, right = _sides(context)
    both = set(left) & set(right)
    expected = {
        "<": sorted(set(left) - both),
        ">": sorted(set(right) - both),
        "!": sorted(page for page in both if left[page] != right[page]),
    }
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            "La réponse doit être un dictionnaire de trois listes.",
            found=answer,
            expected='{"<": […], ">": […], "!": […]}',
        )
    if not all(
        isinstance(names, list) and all(isinstance(name, str) for name in names)
        for names in answer.values()
    ):
        raise Review("Chaque valeur doit être une liste de noms.", found=answer)
    names = [name for found in answer.values() for name in found]
    if any(name.startswith(("gauche/", "droite/")) for name in names):
        raise Review(
            "Les noms commencent encore par gauche/ ou droite/ : deux clés ne se comparent "
            "qu'une fois ce début retiré.",
            found=answer,
        )
    right_signs = [sign for sign in expected if sorted(answer[sign]) == expected[sign]]
    points = 1 if len(right_signs) == 2 else 0
    if len(right_signs) == 3:
        return
    if (sorted(answer["<"]), sorted(answer[">"])) == (expected[">"], expected["<"]):
        raise Review("« < » et « > » sont échangés : « < » est à gauche seulement.", found=answer)
    same_size = [page for page in expected["!"] if len(left[page]) == len(right[page])]
    if any(page not in answer["!"] for page in same_size):
        raise Review(
            "Un objet diffère par son contenu, mais pas par sa taille : il manque dans « ! ».",
            found=answer["!"],
            points=points,
        )
    if any(page in both and left[page] == right[page] for page in answer["!"]):
        raise Review(
            "Un objet est dans « ! » alors que son contenu est le même des deux côtés.",
            found=answer["!"],
            points=points,
        )
    sign = next(sign for sign in expected if sign not in right_signs)
    raise Review(
        f"La liste « {sign} » n'est pas la bonne.",
        found=answer[sign],
        expected=f"{len(expected[sign])} noms",
        points=points,
    )


# --- 4. Un miroir chaque nuit -------------------------------------------------------------------


def _evenings(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie le contenu du dossier le premier soir, puis le second."""
    rng = context.random()
    names = [f"page-{number:02}.html" for number in sorted(rng.sample(range(1, 99), 3))]
    first = {name: f"<h1>{name}</h1> {rng.randint(100, 999)}".encode() for name in names}
    first |= {
        f"images/plan {rng.randint(1, 9)}.txt": b"le plan",
        "style.css": b"h1 { color: navy }",
        "LICENCE": b"libre",  # sans extension
        ".htaccess": b"Options -Indexes",
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
    bucket = context.make_bucket("miroir")
    context.client.set_bucket_versioning(
        bucket_name=bucket, config=VersioningConfig(status=ENABLED)
    )
    put_all(context, "miroir", _apart(context))


def _verify_mirror(context: Context) -> None:
    first, second = _evenings(context)
    bucket = context.bucket("miroir")
    found = context.client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
    history: dict[str, list[Any]] = {}
    for item in found:
        history.setdefault(item.object_name or "", []).append(item)
    apart = _apart(context)
    if set(history) == set(apart) and all(len(history[key]) == 1 for key in apart):
        raise Todo
    present = context.keys("miroir")
    hurt = [key for key in apart if key not in present or len(history[key]) != 1]
    if hurt:
        raise Review(
            "Un objet qui n'est pas sous site/ a été supprimé ou remplacé.",
            found=hurt[0],
            expected="seul ce qui est sous site/ change",
        )
    mirror = {key.removeprefix("site/"): key for key in present if key.startswith("site/")}
    strange = [key for key in present if key not in apart and not key.startswith("site/")]
    if strange:
        raise Review("Une clé n'est pas sous site/.", found=strange[0], expected="site/…")
    missing = sorted(set(second) - set(mirror))
    if missing:
        raise Review(
            "Il manque un fichier du dossier, ou sa clé n'est pas son chemin dans le dossier.",
            found=", ".join(present),
            expected=f"site/{missing[0]}",
        )
    stale = [name for name in second if context.read("miroir", mirror[name]) != second[name]]
    if stale:
        same = len(first.get(stale[0], b"")) == len(second[stale[0]])
        raise Review(
            "Un fichier a changé, et le miroir garde l'ancien contenu"
            + (" ; sa taille, elle, n'a pas changé." if same else "."),
            found=f"site/{stale[0]}",
            points=2,
        )
    extra = sorted(set(mirror) - set(second))
    if extra:
        gone = extra[0] in first
        raise Review(
            "Un fichier disparu du dossier est encore dans le miroir."
            if gone
            else "Le miroir contient une clé qui n'est pas un fichier du dossier.",
            found=mirror[extra[0]],
            points=2,
        )
    resent = [
        name
        for name in second
        if first.get(name) == second[name] and len(history[mirror[name]]) > 1
    ]
    if resent:
        raise Review(
            "Un fichier inchangé a été envoyé de nouveau le second soir.",
            found=f"site/{resent[0]} : {len(history[mirror[resent[0]]])} versions",
            expected="une seule",
            points=3,
        )
    if not any(name not in second and f"site/{name}" in history for name in first):
        raise Review(
            "Le miroir du premier soir n'a pas été fait : la cellule des deux soirs appelle "
            "mirror() deux fois.",
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
            "Deux contenus peuvent avoir la même taille ; l'ETag d'un petit objet est le MD5 "
            "de son contenu.",
            "Avec left et right, des dictionnaires nom → ETag : set(left) - set(right), "
            "l'inverse, puis les noms communs dont l'ETag diffère.",
        ),
        verify=_verify_differ,
        prepare=_prepare_differ,
        answers=True,
    ),
    Exercise(
        "mirror",
        "Un miroir chaque nuit",
        points=4,
        hints=(
            "Listez d'abord ce qui est sous le préfixe : pour chaque clé, son ETag.",
            "La clé d'un fichier est prefix + path.relative_to(folder).as_posix(), pour chaque "
            "fichier de folder.rglob('*').",
            "N'envoyez que si l'ETag listé n'est pas hashlib.md5(octets).hexdigest() ; après "
            "les envois, supprimez les clés listées qui n'ont plus de fichier.",
        ),
        verify=_verify_mirror,
        prepare=_prepare_mirror,
    ),
)
