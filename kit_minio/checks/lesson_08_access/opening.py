"""Ouvrir : un préfixe d'un bucket, puis tout un bucket, sauf un préfixe."""

from __future__ import annotations

from kit_minio.checks.lesson_08_access.stranger import Stranger, fill_texts, policy_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.policy_engine import inside
from kit_minio.checks.preparation import put_json

# --- 1. Ouvrir un préfixe -----------------------------------------------------------------------


def _site(context: Context) -> tuple[str, list[str], list[str], str]:
    """Renvoie le préfixe à ouvrir, les clés à ouvrir, celles à laisser, et un préfixe voisin."""
    site = f"site-{context.random().randint(10, 99)}"
    pages = [f"{site}/index.html", f"{site}/images/port.jpg"]
    return f"{site}/", pages, ["interne/notes.txt", "consigne.json"], f"{site}-brouillons/"


def _prepare_publish(context: Context) -> None:
    prefix, pages, _, draft = _site(context)
    context.make_bucket("web")
    fill_texts(context, "web", [*pages, f"{draft}index.html", "interne/notes.txt"])
    put_json(context, "web", "consigne.json", {"prefix": prefix})


def _verify_publish(context: Context) -> None:
    prefix, pages, closed, draft = _site(context)
    policy = policy_of(context, "web")
    if policy is None:
        raise Todo("Le bucket « web » n'a pas de politique.")
    stranger = Stranger(context, "web", policy)
    for key in pages:
        if not stranger.reads(key):
            raise stranger.refused("Un objet du préfixe à ouvrir reste fermé", key, key=key)
    for key in closed:
        if stranger.reads(key):
            raise Review(
                "La politique ouvre bien plus que le préfixe.",
                found=f"{key} : 200",
                expected="403",
            )
    if stranger.reads(f"{draft}index.html"):
        raise Review(
            "Le préfixe est ouvert, mais un autre, qui commence par le même texte, l'est aussi.",
            found=f"{draft}index.html : 200",
            expected="403",
            points=1,
        )
    for key in (f"{prefix}nouvelle-page.html", f"{prefix}images/2027/quai.png"):
        if not stranger.would_read(key):
            raise Review(
                "Les objets présents sont ouverts, mais pas ceux que l'on déposera demain sous "
                "ce préfixe : c'est le préfixe qu'il faut ouvrir, et non des clés.",
                found=f"{key} : fermé",
                points=1,
            )
    for key in ("nouveau.txt", f"{draft}nouveau.html"):
        if stranger.would_read(key):
            raise Review(
                "Les objets présents sont protégés, mais pas ceux que l'on déposera demain hors "
                "du préfixe.",
                found=f"{key} : ouvert",
                points=1,
            )
    if any(stranger.lists(prefix) for prefix in (prefix, "", f"{prefix}images/")):
        raise Review(
            "La politique permet à un inconnu de lister le bucket.",
            expected="lire, sans lister",
            points=1,
        )
    stranger.expect_read_only((prefix, ""), points=1)
    stranger.expect_exactly(
        lambda action, key, _: action == "GetObject" and inside(key, prefix), [prefix], points=1
    )


# --- 3. Tout, sauf un préfixe -------------------------------------------------------------------

_OPEN = ("accueil.txt", "affiches/port.jpg", "catalogue/liste.csv", "catalogue/2026/ajouts.csv",
         "catalogue-achats/devis.txt")  # fmt: skip


def _vault(context: Context) -> str:
    return f"reserve-{context.random().randint(10, 49)}"


def _prepare_exception(context: Context) -> None:
    context.make_bucket("mediatheque")
    fill_texts(context, "mediatheque", [*_OPEN, *_kept(context), _near(context)])
    wish = {"closed": f"{_vault(context)}/"}
    put_json(context, "mediatheque", "catalogue/consigne.json", wish)


def _kept(context: Context) -> list[str]:
    return [f"{_vault(context)}/contrat.txt", f"{_vault(context)}/2026/contrat.txt"]


def _near(context: Context) -> str:
    return f"{_vault(context)}0/plan.txt"


def _verify_exception(context: Context) -> None:
    name, vault = "mediatheque", _vault(context)
    policy = policy_of(context, name)
    if policy is None:
        raise Todo("Le bucket « mediatheque » n'a pas de politique.")
    stranger = Stranger(context, name, policy)
    for key in _OPEN:
        if not stranger.reads(key):
            raise stranger.refused("Un objet à ouvrir reste fermé", key, key=key)
    for key in _kept(context):
        if stranger.reads(key):
            raise Review(
                "Un objet de la réserve peut être lu sans clé.",
                found=f"{key} : 200",
                expected="403",
            )
    if not stranger.reads(_near(context)):
        raise Review(
            "La réserve est fermée, mais un autre préfixe, qui commence de même, l'est aussi.",
            found=f"{_near(context)} : 403",
            expected="200",
            points=1,
        )
    _verify_future(stranger, vault)
    if not stranger.lists("catalogue/"):
        fact = "Les lectures sont justes, mais le catalogue ne peut pas être listé"
        raise stranger.refused(fact, "prefix=catalogue/", points=2)
    near = "Le listage du catalogue déborde sur un préfixe qui commence par le même texte."
    elsewhere = "Le listage n'est pas limité au catalogue."
    for prefix, fact in {
        "": elsewhere,
        f"{vault}/": elsewhere,
        "affiches/": elsewhere,
        "catalogue": near,
        "catalogue-achats/": near,
    }.items():
        if stranger.lists(prefix):
            raise Review(fact, found=f"prefix={prefix} : 200", expected="403", points=2)
    stranger.expect_read_only(("catalogue/", "", f"{vault}/"), points=2)

    def wanted(action: str, key: str, prefix: str | None) -> bool | None:
        if action == "GetObject":
            closed = inside(key, f"{vault}/")
            return None if closed is None else not closed
        return action == "ListBucket" and (prefix or "").startswith("catalogue/")

    stranger.expect_exactly(wanted, (f"{vault}/", "catalogue/", "affiches/"), points=2)


def _verify_future(stranger: Stranger, vault: str) -> None:
    """Juge ce que la politique dira des objets que l'on déposera demain."""
    for key in ("nouveau.txt", "affiches/2027/quai.jpg"):
        if not stranger.would_read(key):
            raise Review(
                "Les objets présents sont ouverts, mais pas ceux que l'on déposera demain : "
                "ouvrez tout le bucket, et non des clés.",
                found=f"{key} : fermé",
                points=1,
            )
    for key in (f"{vault}/nouveau.txt", f"{vault}/2027/bail.pdf"):
        if stranger.would_read(key):
            raise Review(
                "Les objets présents de la réserve sont fermés, mais pas ceux que l'on y déposera "
                "demain : fermez le préfixe, et non des clés.",
                found=f"{key} : ouvert",
                points=1,
            )


EXERCISES = (
    Exercise(
        "publish",
        "Ouvrir un préfixe",
        points=2,
        hints=(
            "Une règle suffit : « Effect », « Principal », « Action », « Resource ».",
            "Pour lire, l'action est s3:GetObject ; la ressource finit par /préfixe/*.",
            "Le préfixe de la consigne finit déjà par une barre : ajoutez-lui une étoile.",
            "client.set_bucket_policy(bucket_name=…, policy=json.dumps(document)).",
        ),
        verify=_verify_publish,
        prepare=_prepare_publish,
        traps={
            "un préfixe voisin": lambda context: _site(context)[3].startswith(
                _site(context)[0].rstrip("/")
            ),
            "deux niveaux": lambda context: {key.count("/") for key in _site(context)[1]} == {1, 2},
        },
    ),
    Exercise(
        "exception",
        "Tout, sauf un préfixe",
        points=3,
        hints=(
            "Une interdiction l'emporte toujours sur une permission.",
            "Trois règles : permettre la lecture de tout, interdire celle de la réserve, "
            "permettre le listage du catalogue.",
            "s3:ListBucket porte sur le bucket, sans /* ; une condition sur s3:prefix la limite.",
            'La condition : {"StringLike": {"s3:prefix": ["catalogue/*"]}}.',
        ),
        verify=_verify_exception,
        prepare=_prepare_exception,
        traps={
            "un voisin de la réserve": lambda context: _near(context).startswith(_vault(context)),
            "deux niveaux dans la réserve": lambda context: (
                {key.count("/") for key in _kept(context)} == {1, 2}
            ),
            "un voisin du catalogue": lambda context: any(
                key.startswith("catalogue-") for key in _OPEN
            ),
        },
    ),
)
