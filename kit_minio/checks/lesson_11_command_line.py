"""Les exercices de la leçon 11 : lire une sortie, traduire, comparer, faire un miroir."""

from __future__ import annotations

from typing import Any

from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from helpers.exercises.model import Context, Exercise, Review, Series, Todo

_TEXT = "text/plain"


def _fill(context: Context, name: str, objects: dict[str, bytes]) -> None:
    for key, data in objects.items():
        context.put(name, key, data, content_type=_TEXT)


# --- 1. Lire une sortie -------------------------------------------------------------------------


def _listed(context: Context) -> dict[str, int]:
    """Renvoie la taille de chaque objet du listage à lire."""
    rng = context.random()
    keys = [
        f"photos/{rng.choice(['port', 'phare'])} de {rng.randint(1, 99)}.jpg",
        f"photos/{rng.randint(2020, 2026)} en mer.jpg",
        "videos/marée haute.mp4",
        f"videos/plan-{rng.randint(1, 99)}.mp4",
        "lisez-moi.txt",
        f"donnees/{rng.randint(1000000, 9999999)}.csv",
    ]
    sizes = {key: rng.randint(10, 999_999) for key in keys}
    # Deux des trois clés à espaces sont parmi les grandes.
    for key in [*rng.sample(keys[:3], 2), rng.choice(keys[3:])]:
        sizes[key] = rng.randint(1_000_001, 9_999_999)
    return sizes


def _prepare_read_output(context: Context) -> None:
    rng = context.random()
    sizes = _listed(context)
    lines = [
        f"2026-{rng.randint(1, 11):02}-{rng.randint(1, 28):02} 02:15:{rng.randint(0, 59):02} "
        f"{sizes[key]:>10} {key}"
        for key in sorted(sizes)
    ]
    lines += ["", f"Total Objects: {len(sizes)}", f"   Total Size: {sum(sizes.values())}"]
    context.make_bucket("journal")
    context.put("journal", "sortie.txt", "\n".join(lines).encode(), content_type=_TEXT)


def _verify_read_output(context: Context) -> None:
    sizes = _listed(context)
    expected = {key: size for key, size in sizes.items() if size > 1_000_000}
    answer = context.answer
    if not isinstance(answer, dict):
        raise Review(
            "La réponse doit être un dictionnaire.", found=answer, expected="{clé: taille}"
        )
    if answer == expected:
        return
    if set(answer) == set(expected):
        raise Review(
            "Les clés sont bonnes ; une taille ne l'est pas, ou n'est pas un nombre.",
            found=answer,
            points=1,
        )
    strange = [key for key in answer if key not in sizes]
    if strange:
        raise Review(
            "Une clé n'est pas entière, ou n'en est pas une : une clé peut contenir des espaces, "
            "et les deux dernières lignes sont des totaux.",
            found=strange[0] or "(vide)",
        )
    small = [key for key in answer if key not in expected]
    if small:
        raise Review(
            "Un des objets ne dépasse pas un million d'octets.",
            found=f"{small[0]} : {sizes[small[0]]} octets",
        )
    raise Review(
        "Il manque des objets de plus d'un million d'octets.",
        found=f"{len(answer)} clés",
        expected=f"{len(expected)} clés",
    )


# --- 2. De la commande à Python -----------------------------------------------------------------

_CSV = "text/csv; charset=utf-8"


def _orders(context: Context) -> dict[str, Any]:
    """Renvoie ce que disent les trois commandes : déplacer, supprimer, copier avec un type."""
    rng = context.random()
    day = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    folder = rng.choice(["temp", "essais", "brouillons"])
    name = rng.choice(["stations", "velos", "bornes"])
    return {
        "move": (f"recu/{day}.log", f"archives/{day}.log"),
        "remove": f"{folder}/",
        "copy": (f"{name}.txt", f"publie/{name}.csv"),
    }


def _workshop(context: Context) -> dict[str, bytes]:
    """Renvoie les objets de départ, sans les commandes."""
    rng = context.random()
    orders = _orders(context)
    folder = orders["remove"]
    keys = [orders["move"][0], orders["copy"][0], "recu/autre.log"]
    keys += [f"{folder}a.txt", f"{folder}b/c.txt", f"{folder[:-1]}-garder/a.txt"]
    return {key: f"{key} {rng.random()}".encode() for key in keys}


def _prepare_translate(context: Context) -> None:
    bucket = context.make_bucket("atelier")
    orders = _orders(context)
    (old, new), (source, target) = orders["move"], orders["copy"]
    lines = [
        f"aws s3 mv s3://{bucket}/{old} s3://{bucket}/{new}",
        f"aws s3 rm s3://{bucket}/{orders['remove']} --recursive",
        f"aws s3 cp s3://{bucket}/{source} s3://{bucket}/{target} "
        f'--content-type "{_CSV}" --metadata-directive REPLACE',
    ]
    objects = {"commandes.txt": "\n".join(lines).encode()} | _workshop(context)
    _fill(context, "atelier", objects)


def _verify_translate(context: Context) -> None:
    start = _workshop(context)
    orders = _orders(context)
    (old, new), folder, (source, target) = orders["move"], orders["remove"], orders["copy"]
    found = context.keys("atelier")
    if found == sorted([*start, "commandes.txt"]):
        raise Todo
    kept = [key for key in start if key != old and not key.startswith(folder)]
    lost = [key for key in kept if key not in found or context.read("atelier", key) != start[key]]
    if lost:
        raise Review(
            "Un objet qu'aucune commande ne supprimait a disparu ou changé.", found=lost[0]
        )
    known = [*start, "commandes.txt", new, target]
    strange = [key for key in found if key not in known]
    if strange:
        raise Review("Une clé ne vient d'aucune des commandes.", found=strange[0])
    moved = new in found and old not in found and context.read("atelier", new) == start[old]
    removed = not any(key.startswith(folder) for key in found)
    copied = target in found and context.read("atelier", target) == start[source]
    points = moved + removed
    if not moved:
        raise Review(
            "La première commande n'est pas faite, ou pas jusqu'au bout : mv déplace.",
            found=", ".join(key for key in found if key in (old, new)) or "ni l'un ni l'autre",
            expected=f"{new}, et plus {old}",
            points=points,
        )
    if not removed:
        raise Review(
            "La deuxième commande n'est pas faite, ou pas pour tous les niveaux.",
            found=", ".join(key for key in found if key.startswith(folder)),
            expected=f"rien sous {folder}",
            points=points,
        )
    if not copied:
        raise Review(
            "La troisième commande n'est pas faite.",
            found=f"pas de {target}" if target not in found else f"{target}, un autre contenu",
            expected=f"{target}, copie de {source}",
            points=points,
        )
    stat = context.client.stat_object(bucket_name=context.bucket("atelier"), object_name=target)
    if stat.content_type != _CSV:
        raise Review(
            "La copie n'a pas le type que donne la troisième commande.",
            found=stat.content_type,
            expected=_CSV,
            points=points,
        )


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
    _fill(context, "comparer", {f"droite/{page}": text for page, text in right.items()})
    _fill(context, "comparer", {f"gauche/{page}": text for page, text in left.items()})


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
        _fill(context, "soirs", {f"soir-{number}/{name}": data for name, data in evening.items()})
    bucket = context.make_bucket("miroir")
    context.client.set_bucket_versioning(
        bucket_name=bucket, config=VersioningConfig(status=ENABLED)
    )
    _fill(context, "miroir", _apart(context))


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


SERIES = Series(
    "11",
    "ligne-de-commande",
    (
        Exercise(
            "read_output",
            "Lire une sortie",
            points=2,
            hints=(
                "Une ligne a quatre parties : date, heure, taille, clé ; la clé peut contenir des "
                "espaces.",
                "line.split(maxsplit=3) coupe trois fois au plus : le reste est la clé entière.",
                "Écartez la ligne vide et celles qui commencent par Total, puis comparez "
                "int(taille) à un million.",
            ),
            verify=_verify_read_output,
            prepare=_prepare_read_output,
            answers=True,
        ),
        Exercise(
            "translate",
            "De la commande à Python",
            points=3,
            hints=(
                "Le tableau de la leçon donne l'appel Python de chaque commande.",
                "mv, c'est copy_object() puis remove_object() ; rm --recursive, une boucle sur "
                "list_objects(prefix=…, recursive=True).",
                "copy_object() change le type avec metadata={'Content-Type': …} et "
                "metadata_directive=REPLACE ; relire puis redéposer convient aussi.",
            ),
            verify=_verify_translate,
            prepare=_prepare_translate,
        ),
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
    ),
)
