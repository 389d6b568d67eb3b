"""Des suppressions : en annuler, puis effacer pour de bon."""

from __future__ import annotations

from helpers.french import count_of
from kit_minio.checks.expectations import destroyed, expect_intact, mime_of
from kit_minio.checks.lesson_09_versions.histories import history_of, put_history, texts_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import make_versioned, put_text
from kit_minio.checks.steps import keeping

# --- 5. Restaurer -------------------------------------------------------------------------------


_TYPE = "text/plain"


def _folder(context: Context) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """Renvoie les textes successifs de chaque clé, les clés à restaurer, celles à laisser."""
    rng = context.random()
    months = sorted(rng.sample(range(1, 13), 4))
    invoices = [f"factures/2026-{month:02}.txt" for month in months]
    history = {key: [f"{key} : {rng.randint(100, 999)} euros"] for key in invoices}
    changed = rng.choice(invoices[:3])
    history[changed].append(f"{history[changed][0]}, corrigée")
    left = ["brouillons/note.txt", f"factures-test/2026-{months[0]:02}.txt"]
    history |= {key: [f"{key} {rng.random()}"] for key in left}
    return history, invoices[:3], left


def _prepare_restore(context: Context) -> None:
    history, deleted, left = _folder(context)
    make_versioned(context, "dossier")
    put_history(context, "dossier", history, _TYPE)
    put_history(context, "dossier", {key: [None] for key in deleted + left}, "")


def _verify_restore(context: Context) -> None:
    history, deleted, left = _folder(context)
    for key, texts in history.items():
        kept = texts_of(context, "dossier", key)
        if any(text not in kept for text in texts):
            fact = f"Une version de « {key} » a été effacée pour de bon : elle est perdue."
            raise destroyed(context, fact)
    present = context.keys("dossier")
    invoices = [key for key in history if key not in left]
    back = [key for key in deleted if key in present]
    strange = [key for key in present if key not in invoices]
    if not back and not strange and len(present) == 1:
        raise Todo(
            "Aucune facture n'est de retour, et aucun marqueur n'est supprimé : donnez son "
            "version_id pour le supprimer. is_latest est un texte, « true » ; sans recursive=True, "
            "un listage ne donne pas toujours les clés ; et remove_objects() ne fait rien tant que "
            "vous ne parcourez pas son résultat."
        )
    if strange:
        what = "Un objet qui devait rester supprimé est de retour : il n'est pas sous factures/."
        if strange[0] not in left:
            what = "Un objet est de trop : rétablissez chaque facture sous sa propre clé."
        raise Review(what, found=strange[0])
    missing = [key for key in invoices if key not in present]
    if missing:
        raise Review(
            f"Il manque encore {count_of(len(missing), 'facture', 'factures')}.",
            found=", ".join(present) or "aucun objet",
            expected=f"{len(invoices)} objets sous factures/",
            points=max(0, len(back) - 1),
        )
    for key in invoices:
        text = context.read("dossier", key).decode(errors="replace")
        if text != history[key][-1]:
            raise Review(
                "Une facture est là, mais pas dans sa dernière version.",
                found=text,
                expected=history[key][-1],
                points=1,
            )
        with keeping(2):
            _expect_same_type(context, key)


def _expect_same_type(context: Context, key: str) -> None:
    """S'assure qu'une facture revenue a son type : redéposée, elle a pu le perdre."""
    found = mime_of(context, "dossier", key)
    if found != _TYPE:
        raise Review(
            f"« {key} » est de retour, mais sans le type de contenu qu'elle avait.",
            found=found or "aucun type",
            expected=_TYPE,
        )


# --- 3. Effacer pour de bon ---------------------------------------------------------------------


def _customers(context: Context) -> tuple[str, dict[str, list[str | None]]]:
    """Renvoie la clé à effacer, puis l'histoire de chaque clé : un texte, ou ``None`` supprimée.

    Une autre clé commence par celle-là tout entière.
    """
    rng = context.random()
    first, second = rng.sample(["alice", "bruno", "chloe", "david", "emma"], 2)
    histories: dict[str, list[str | None]] = {
        first: ["v1", "v2", None, "v3"],
        f"{first}-martin": ["v1", "v2"],
        second: ["v1", None],
    }
    texts = {
        key: [step and f"{key} {step} {rng.randint(100, 999)}" for step in steps]
        for key, steps in histories.items()
    }
    return first, texts


def _prepare_erase(context: Context) -> None:
    key, histories = _customers(context)
    make_versioned(context, "clients")
    put_text(context, "clients", "demande.txt", key)
    put_history(context, "clients", histories, "text/csv")


def _verify_erase(context: Context) -> None:
    key, histories = _customers(context)
    for name, steps in histories.items():
        texts = [step for step in steps if step is not None]
        if name == key or texts_of(context, "clients", name) == texts[::-1]:
            continue
        cause = "sa clé commence par celle-là" if name.startswith(key) else "vous visez trop large"
        raise destroyed(context, f"Une autre personne, « {name} », a perdu des versions : {cause}.")
    found = history_of(context, "clients", key)
    markers = [item for item in found if item.is_delete_marker]
    left = len(found) - len(markers)
    removals = histories[key].count(None)
    if left == len(histories[key]) - removals and len(markers) == removals:
        raise Todo(
            f"Toutes les versions de « {key} » sont encore là. Un listage sous « {key}/ » n'en "
            "trouve aucune : cette clé n'a pas de barre. Et remove_objects() ne fait rien tant que "
            "vous ne parcourez pas son résultat."
        )
    if left:
        raise Review(
            f"Des versions de « {key} » peuvent encore être lues, par leur identifiant.",
            found=count_of(left, "version", "versions"),
            expected="aucune",
        )
    if markers:
        raise Review(
            f"Les données sont effacées, mais un marqueur montre encore que « {key} » a existé.",
            found=count_of(len(markers), "marqueur de suppression", "marqueurs de suppression"),
            expected="aucun",
            points=1,
        )
    with keeping(1):
        bucket = context.bucket("clients")
        if context.client.get_bucket_versioning(bucket_name=bucket).status != "Enabled":
            raise Review(
                "Les données sont effacées, mais le bucket ne garde plus les versions : le réglage "
                "des autres a changé.",
                expected="Enabled",
            )
        expect_intact(context, "clients", {"demande.txt": key.encode()})


EXERCISES = (
    Exercise(
        "restore",
        "Annuler des suppressions",
        points=3,
        hints=(
            "Un objet supprimé a pour version courante un marqueur de suppression.",
            "Deux chemins : supprimer ce marqueur par son version_id, ou copier la dernière "
            "version sur la clé.",
            "Parcourez list_objects(…, prefix='factures/', recursive=True, "
            "include_version=True) et supprimez les marqueurs courants : is_delete_marker est "
            "vrai, et is_latest vaut « true ».",
        ),
        verify=_verify_restore,
        prepare=_prepare_restore,
        traps={
            "une facture a deux versions": lambda context: any(
                len(_folder(context)[0][key]) == 2 for key in _folder(context)[1]
            ),
            "un préfixe voisin, supprimé aussi": lambda context: any(
                key.startswith("factures-") for key in _folder(context)[2]
            ),
            "une facture n'est pas supprimée": lambda context: (
                len(_folder(context)[0]) == len(_folder(context)[1]) + len(_folder(context)[2]) + 1
            ),
        },
    ),
    Exercise(
        "erase",
        "Effacer pour de bon",
        points=2,
        hints=(
            "Sans version_id, une suppression ajoute un marqueur et n'efface rien.",
            "Les marqueurs ont aussi un version_id : supprimez-les de la même façon.",
            "Listez les versions avec prefix=key, ne gardez que la clé exacte, et appelez "
            "remove_object(…, version_id=…) pour chacune.",
        ),
        verify=_verify_erase,
        prepare=_prepare_erase,
        traps={
            "une autre clé commence par celle-là": lambda context: any(
                key.startswith(_customers(context)[0]) and key != _customers(context)[0]
                for key in _customers(context)[1]
            ),
            "un marqueur entre des versions": lambda context: (
                None in _customers(context)[1][_customers(context)[0]][1:-1]
            ),
        },
    ),
)
