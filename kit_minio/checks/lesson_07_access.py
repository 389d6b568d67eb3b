"""Les exercices de la leçon 07 : ouvrir un préfixe, en excepter un autre, lire, écrire, refermer.

Une politique est jugée par ce qu'elle permet : la vérification lit et liste pour de bon, sans clé.
Ce qui modifierait le bucket, et les droits d'un utilisateur, sont jugés d'après le document.
"""

from __future__ import annotations

import json
from typing import Any

from minio.error import S3Error

from helpers.errors import ContentError
from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from helpers.topics.policies import read_policy
from kit_minio.checks.exchanges import knock, s3_code
from kit_minio.checks.policy_engine import allows

_WRITES = ("s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging")


# --- Demander sans clé --------------------------------------------------------------------------


def _policy(context: Context, name: str) -> dict[str, Any] | None:
    """Renvoie la politique d'un bucket de l'élève, ou ``None`` s'il n'en a pas."""
    try:
        text = context.client.get_bucket_policy(bucket_name=context.bucket(name))
    except S3Error as error:
        if error.code == "NoSuchBucketPolicy":
            return None
        raise
    return json.loads(text)


def _reads(context: Context, name: str, key: str) -> bool:
    """Dit si un inconnu lit cet objet."""
    return _granted(context, f"{context.bucket(name)}/{key}")


def _lists(context: Context, name: str, prefix: str) -> bool:
    """Dit si un inconnu liste ce préfixe."""
    return _granted(context, f"{context.bucket(name)}?list-type=2&prefix={prefix}")


def _granted(context: Context, resource: str) -> bool:
    reply = knock(context, "GET", resource)
    if reply.status not in (200, 403):
        raise Review(
            "Le bucket n'est plus tel que l'énoncé l'a préparé : ouvrez de nouveau les exercices.",
            found=f"GET {resource} : {s3_code(reply)}",
        )
    return reply.status == 200


def _expect_read_only(context: Context, name: str, prefix: str, points: float) -> None:
    """S'assure qu'une politique ne laisse personne écrire ; sans essayer, car cela abîmerait."""
    policy = _policy(context, name) or {}
    for action in _WRITES:
        if allows(policy, action, f"{context.bucket(name)}/{prefix}essai"):
            raise Review(
                "La politique permet à un inconnu d'écrire ou de supprimer.",
                found=action,
                expected="la lecture seule",
                points=points,
            )


def _put_all(context: Context, name: str, keys: list[str]) -> None:
    for key in keys:
        context.put(name, key, f"Voici {key}.".encode(), content_type="text/plain")


def _put_json(context: Context, name: str, key: str, value: Any) -> None:
    data = json.dumps(value, ensure_ascii=False, indent=1).encode()
    context.put(name, key, data, content_type="application/json")


# --- 1. Ouvrir un préfixe -----------------------------------------------------------------------


def _site(context: Context) -> str:
    return f"site-{context.random().randint(10, 99)}"


def _prepare_publish(context: Context) -> None:
    context.make_bucket("web")
    site = _site(context)
    keys = [f"{site}/index.html", f"{site}/images/port.jpg", f"{site}-brouillons/index.html"]
    _put_all(context, "web", [*keys, "interne/notes.txt"])
    _put_json(context, "web", "consigne.json", {"prefix": f"{site}/"})


def _verify_publish(context: Context) -> None:
    if _policy(context, "web") is None:
        raise Todo
    site = _site(context)
    for key in (f"{site}/index.html", f"{site}/images/port.jpg"):
        if not _reads(context, "web", key):
            raise Review(
                "Un objet du préfixe à ouvrir reste fermé.", found=f"{key} : 403", expected="200"
            )
    if _reads(context, "web", "interne/notes.txt"):
        raise Review(
            "La politique ouvre bien plus que le préfixe.",
            found="interne/notes.txt : 200",
            expected="403",
        )
    draft = f"{site}-brouillons/index.html"
    if _reads(context, "web", draft):
        raise Review(
            "Le préfixe est ouvert, mais un autre, qui commence par le même texte, l'est aussi.",
            found=f"{draft} : 200",
            expected="403",
            points=1,
        )
    if _lists(context, "web", f"{site}/") or _lists(context, "web", ""):
        raise Review(
            "La politique permet à un inconnu de lister le bucket.",
            expected="lire, sans lister",
            points=1,
        )
    _expect_read_only(context, "web", f"{site}/", points=1)


# --- 2. Tout, sauf un préfixe -------------------------------------------------------------------


def _vault(context: Context) -> str:
    return f"reserve-{context.random().randint(10, 49)}"


def _prepare_exception(context: Context) -> None:
    context.make_bucket("mediatheque")
    vault = _vault(context)
    keys = ["catalogue/liste.csv", "affiches/port.jpg", "accueil.txt"]
    keys += [f"{vault}/contrat.txt", f"{vault}/2026/contrat.txt", f"{vault}0/plan.txt"]
    _put_all(context, "mediatheque", keys)
    _put_json(context, "mediatheque", "catalogue/consigne.json", {"closed": f"{vault}/"})


def _verify_exception(context: Context) -> None:
    name, vault = "mediatheque", _vault(context)
    if _policy(context, name) is None:
        raise Todo
    for key in ("accueil.txt", "affiches/port.jpg", "catalogue/liste.csv"):
        if not _reads(context, name, key):
            raise Review("Un objet à ouvrir reste fermé.", found=f"{key} : 403", expected="200")
    for key in (f"{vault}/contrat.txt", f"{vault}/2026/contrat.txt"):
        if _reads(context, name, key):
            raise Review(
                "Un objet de la réserve peut être lu sans clé.",
                found=f"{key} : 200",
                expected="403",
            )
    if not _reads(context, name, f"{vault}0/plan.txt"):
        raise Review(
            "La réserve est fermée, mais un autre préfixe, qui commence de même, l'est aussi.",
            found=f"{vault}0/plan.txt : 403",
            expected="200",
            points=1,
        )
    if not _lists(context, name, "catalogue/"):
        raise Review(
            "Les lectures sont justes, mais le catalogue ne peut pas être listé.",
            found="prefix=catalogue/ : 403",
            expected="200",
            points=2,
        )
    for prefix in ("", f"{vault}/", "affiches/"):
        if _lists(context, name, prefix):
            raise Review(
                "Le listage n'est pas limité au catalogue.",
                found=f"prefix={prefix} : 200",
                expected="403",
                points=2,
            )
    _expect_read_only(context, name, "catalogue/", points=2)


# --- 3. Lire une politique ----------------------------------------------------------------------


def _exam(context: Context) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Renvoie une politique, et huit demandes sous les lettres A à H."""
    rng = context.random()
    year = rng.randint(2021, 2026)
    shelf, closed = rng.sample(("cartes", "plans", "photos", "revues"), 2)
    arn = f"arn:aws:s3:::{context.bucket('examen')}"

    def rule(effect: str, action: str, resource: str, **more: Any) -> dict[str, Any]:
        who = {"Effect": effect, "Principal": {"AWS": ["*"]}}
        return who | {"Action": [action], "Resource": [f"{arn}{resource}"]} | more

    rules = [
        rule("Allow", "s3:GetObject", f"/{shelf}/*"),
        rule("Allow", "s3:GetObject", f"/{closed}*"),
        rule("Deny", "s3:GetObject", f"/*/{year}/*"),
        rule(
            "Allow",
            "s3:ListBucket",
            "",
            Condition={"StringLike": {"s3:prefix": [f"{shelf}/*"]}},
        ),
    ]
    rng.shuffle(rules)
    demands = [
        {"read": f"{shelf}/{year - 1}/a.txt"},
        {"read": f"{shelf}/{year}/a.txt"},
        {"read": f"{shelf}-anciens/a.txt"},
        {"read": f"{closed}-anciens/a.txt"},
        {"read": f"{closed}/{year}/a.txt"},
        {"list": f"{shelf}/"},
        {"list": shelf},
        {"list": f"{closed}/"},
    ]
    rng.shuffle(demands)
    return {"Version": "2012-10-17", "Statement": rules}, dict(
        zip("ABCDEFGH", demands, strict=True)
    )


def _prepare_judge(context: Context) -> None:
    context.make_bucket("examen")
    policy, demands = _exam(context)
    _put_all(context, "examen", [demand["read"] for demand in demands.values() if "read" in demand])
    _put_json(context, "examen", "politique.json", policy)
    _put_json(context, "examen", "demandes.json", demands)


def _truth(context: Context) -> dict[str, bool]:
    """Renvoie ce que la politique permet, demande par demande."""
    policy, demands = _exam(context)
    bucket = context.bucket("examen")
    return {
        letter: allows(policy, "s3:GetObject", f"{bucket}/{demand['read']}")
        if "read" in demand
        else allows(policy, "s3:ListBucket", bucket, prefix=demand["list"])
        for letter, demand in demands.items()
    }


def _verify_judge(context: Context) -> None:
    expected, answer = _truth(context), context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            "La réponse doit donner un avis pour chacune des huit lettres.",
            found=", ".join(map(str, answer)) if isinstance(answer, (dict, list)) else answer,
            expected=", ".join(expected),
        )
    if not all(isinstance(value, bool) for value in answer.values()):
        raise Review(
            "Un avis est vrai ou faux.",
            found=next(value for value in answer.values() if not isinstance(value, bool)),
            expected="True ou False",
        )
    wrong = [letter for letter in expected if answer[letter] != expected[letter]]
    if wrong:
        right = len(expected) - len(wrong)
        raise Review(
            f"{right} avis sur 8 {'sont justes' if right > 1 else 'est juste'}. "
            f"Reprenez par exemple la demande {wrong[0]}.",
            found=answer[wrong[0]],
            points=1 if right >= 6 else 0,
        )


# --- 4. Les droits d'une équipe -----------------------------------------------------------------


def _team(context: Context) -> tuple[str, str]:
    """Renvoie le préfixe d'une équipe, et celui d'une voisine qui commence de même."""
    number = context.random().randint(2, 9)
    return f"equipe-{number}/", f"equipe-{number}{context.random().randint(0, 9)}/"


def _prepare_team(context: Context) -> None:
    context.make_bucket("equipes")
    own, other = _team(context)
    _put_all(context, "equipes", [f"{own}plan.txt", f"{other}plan.txt", "commun/charte.txt"])
    wish = {"bucket": context.bucket("equipes"), "prefix": own, "shared": "commun/"}
    _put_json(context, "equipes", "consigne.json", wish)


def _verify_team(context: Context) -> None:
    try:
        policy = read_policy(context.answer)
    except ContentError as error:
        raise Review(error.fact, expected=error.remedy) from None
    bucket = context.bucket("equipes")
    own, other = _team(context)

    def allowed(action: str, what: str) -> bool:
        if action == "s3:ListBucket":
            return allows(policy, action, bucket, prefix=what)
        return allows(policy, action, f"{bucket}/{what}")

    granted = [
        ("s3:ListBucket", own),
        ("s3:ListBucket", f"{own}2026/"),
        ("s3:ListBucket", "commun/"),
    ]
    granted += [(f"s3:{verb}Object", f"{own}2026/a.txt") for verb in ("Get", "Put", "Delete")]
    granted += [("s3:GetObject", "commun/charte.txt")]
    for action, what in granted:
        if not allowed(action, what):
            raise Review(
                "L'équipe n'a pas un droit dont elle a besoin.", found=f"{action} sur « {what} »"
            )
    neighbour = [("s3:ListBucket", other), ("s3:ListBucket", own.rstrip("/"))]
    neighbour += [(f"s3:{verb}Object", f"{other}plan.txt") for verb in ("Get", "Put", "Delete")]
    for action, what in neighbour:
        if allowed(action, what):
            raise Review(
                "Les droits débordent sur une autre équipe, dont le nom commence de même.",
                found=f"{action} sur « {what} »",
                points=1,
            )
    _expect_nothing_more(context, policy, allowed)


def _expect_nothing_more(context: Context, policy: dict[str, Any], allowed: Any) -> None:
    excess = [("s3:ListBucket", ""), ("s3:GetObject", "consigne.json")]
    excess += [("s3:PutObject", "commun/charte.txt"), ("s3:DeleteObject", "commun/charte.txt")]
    for action, what in excess:
        if allowed(action, what):
            raise Review(
                "L'équipe a plus de droits qu'il ne lui en faut.",
                found=f"{action} sur « {what} »",
                points=2,
            )
    own, _ = _team(context)
    for action in ("s3:PutBucketPolicy", "s3:DeleteBucket", "s3:GetObject"):
        elsewhere = context.bucket("autre")
        resources = [elsewhere, f"{elsewhere}/{own}a.txt"]
        resources += [context.bucket("equipes")] if action != "s3:GetObject" else []
        if any(allows(policy, action, resource) for resource in resources):
            raise Review(
                "L'équipe a plus de droits qu'il ne lui en faut.",
                found=f"{action} hors de son préfixe",
                points=2,
            )


# --- 5. Refermer --------------------------------------------------------------------------------


def _halls(context: Context) -> dict[str, str]:
    """Renvoie trois buckets et, pour chacun, ce que sa politique ouvre de trop."""
    rng = context.random()
    names = [f"salle-{number}" for number in rng.sample(range(10, 99), 3)]
    return dict(zip(names, rng.sample(["lecture", "listage", "rien"], 3), strict=True))


def _prepare_audit(context: Context) -> None:
    for name, excess in _halls(context).items():
        bucket = context.make_bucket(name)
        _put_all(context, name, ["public/affiche.txt", "prive/paie.txt"])
        arn = f"arn:aws:s3:::{bucket}"
        anyone = {"Effect": "Allow", "Principal": {"AWS": ["*"]}}
        opened = f"{arn}/*" if excess == "lecture" else f"{arn}/public/*"
        rules = [anyone | {"Action": ["s3:GetObject"], "Resource": [opened]}]
        if excess == "listage":
            rules.append(anyone | {"Action": ["s3:ListBucket"], "Resource": [arn]})
        policy = json.dumps({"Version": "2012-10-17", "Statement": rules})
        context.client.set_bucket_policy(bucket_name=bucket, policy=policy)


def _verify_audit(context: Context) -> None:
    halls = _halls(context)
    opened = {name: _reads(context, name, "public/affiche.txt") for name in halls}
    leaks = {
        name: _reads(context, name, "prive/paie.txt")
        or _lists(context, name, "")
        or _lists(context, name, "prive/")
        for name in halls
    }
    if all(opened.values()) and all(leaks[name] == (halls[name] != "rien") for name in halls):
        raise Todo
    good = sum(opened[name] and not leaks[name] for name in halls)
    for name in halls:
        if not opened[name]:
            raise Review(
                "Un préfixe « public/ » est maintenant fermé : il devait rester ouvert.",
                found=f"{context.bucket(name)}/public/affiche.txt : 403",
                expected="200",
                points=max(0, good - 1),
            )
        if leaks[name]:
            raise Review(
                "Un bucket laisse encore voir autre chose que son préfixe « public/ ».",
                found=context.bucket(name),
                points=max(0, good - 1),
            )
    for name in halls:
        _expect_read_only(context, name, "public/", points=1)


SERIES = Series(
    "07",
    "acces-et-partage",
    (
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
        ),
        Exercise(
            "exception",
            "Tout, sauf un préfixe",
            points=3,
            hints=(
                "Une interdiction l'emporte toujours sur une permission.",
                "Trois règles : permettre la lecture de tout, interdire celle de la réserve, "
                "permettre le listage du catalogue.",
                "s3:ListBucket porte sur le bucket, sans /* ; une condition sur s3:prefix la "
                "limite.",
                'La condition : {"StringLike": {"s3:prefix": ["catalogue/*"]}}.',
            ),
            verify=_verify_exception,
            prepare=_prepare_exception,
        ),
        Exercise(
            "judge",
            "Lire une politique",
            points=2,
            hints=(
                "Pour chaque demande : une interdiction la concerne-t-elle ? Sinon, une "
                "permission ?",
                "Une étoile remplace n'importe quel texte, barres obliques comprises.",
                "Rien n'empêche d'essayer : donnez cette politique au bucket examen, puis demandez "
                "sans clé avec requests.",
            ),
            verify=_verify_judge,
            prepare=_prepare_judge,
            answers=True,
        ),
        Exercise(
            "team",
            "Donner ses droits à une équipe",
            points=3,
            hints=(
                "Pas de « Principal » : ces droits sont ceux d'un utilisateur.",
                "Quatre règles au plus : lister, agir chez soi, lire ce qui est commun.",
                "Les deux préfixes vont dans la même condition StringLike, chacun avec /*.",
                "Avec « equipe-7* », l'équipe 70 est ouverte ; avec « equipe-7/* », non.",
            ),
            verify=_verify_team,
            prepare=_prepare_team,
            answers=True,
        ),
        Exercise(
            "audit",
            "Refermer ce qui fuit",
            points=3,
            hints=(
                "get_bucket_policy() donne la politique d'un bucket, en JSON.",
                "Cherchez une ressource qui finit par /* sans préfixe, et l'action s3:ListBucket.",
                "Ne supprimez pas la politique : « public/ » doit rester lisible. Remplacez-la.",
            ),
            verify=_verify_audit,
            prepare=_prepare_audit,
        ),
    ),
)
