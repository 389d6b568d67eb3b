"""Les documents : lire une politique, puis composer les droits d'une équipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.errors import ContentError
from helpers.french import count_of
from helpers.topics.policies import read_policy
from kit_minio.checks.comparison import gap, kind, same
from kit_minio.checks.lesson_08_access.stranger import fill_texts
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.policy_engine import allows, inside, misjudged
from kit_minio.checks.preparation import put_json

# --- 2. Lire une politique ----------------------------------------------------------------------


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
    ]
    rng.shuffle(rules)
    # Entre les deux : ni la première ni la dernière règle qui concerne une demande n'a raison.
    rules.insert(1, rule("Deny", "s3:GetObject", f"/*/{year}/*"))
    condition = {"StringLike": {"s3:prefix": [f"{shelf}/*"]}}
    listing = rule("Allow", "s3:ListBucket", "", Condition=condition)
    rules.insert(rng.randint(0, 3), listing)
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
    fill_texts(
        context, "examen", [demand["read"] for demand in demands.values() if "read" in demand]
    )
    put_json(context, "examen", "politique.json", policy)
    put_json(context, "examen", "demandes.json", demands)


def _verdicts(context: Context, *effects: str) -> dict[str, bool]:
    """Renvoie ce que permettent, demande par demande, les règles qui ont un de ces effets."""
    policy, demands = _exam(context)
    rules = [rule for rule in policy["Statement"] if rule["Effect"] in effects]
    bucket = context.bucket("examen")
    return {
        letter: allows({"Statement": rules}, "s3:GetObject", f"{bucket}/{demand['read']}")
        if "read" in demand
        else allows({"Statement": rules}, "s3:ListBucket", bucket, prefix=demand["list"])
        for letter, demand in demands.items()
    }


def _verify_judge(context: Context) -> None:
    expected, answer = _verdicts(context, "Allow", "Deny"), context.answer
    if not isinstance(answer, dict):
        raise Review(
            "La réponse doit être un dictionnaire : un avis par lettre.", found=kind(answer)
        )
    if fault := gap(dict.fromkeys(answer, True), dict.fromkeys(expected, True)):
        raise Review(fault.message, found=fault.found, expected=fault.expected)
    for letter, value in answer.items():
        if value not in (True, False):
            raise Review(
                f"L'avis donné pour « {letter} » n'est ni vrai, ni faux.",
                found=value,
                expected="True ou False",
            )
    right = sum(answer[letter] == expected[letter] for letter in expected)
    if right < len(expected):
        told = f"{count_of(right, 'avis juste', 'avis justes')} sur {len(expected)}."
        raise Review(
            f"{told} {_advice(context, answer)}",
            points=1 if right >= 6 else 0,
        )


def _advice(context: Context, answer: Mapping[str, bool]) -> str:
    """Dit la règle de lecture que des avis faux ont oubliée, sans dire lesquels."""
    if same(answer, _verdicts(context, "Allow")):
        return "L'interdiction est oubliée : elle l'emporte toujours sur une permission."
    if not any(answer.values()):
        return "Ce qu'une règle permet, et qu'aucune n'interdit, est permis."
    truth, (_, demands) = _verdicts(context, "Allow", "Deny"), _exam(context)
    missed = [demands[letter] for letter in truth if answer[letter] != truth[letter]]
    if all("list" in demand for demand in missed):
        return (
            "Lister est permis si le préfixe demandé, barre finale comprise ou non, suit le modèle "
            "de la condition ; le droit de lire n'y est pour rien."
        )
    return (
        "Sans permission, c'est non ; une interdiction l'emporte ; et une étoile remplace "
        "n'importe quel texte, barres obliques comprises."
    )


# --- 4. Les droits d'une équipe -----------------------------------------------------------------

_BUCKET_WIDE = ("s3:PutBucketPolicy", "s3:DeleteBucket", "s3:DeleteBucketPolicy",
                "s3:PutLifecycleConfiguration", "s3:PutBucketVersioning")  # fmt: skip
# Ce que prefix_policy(), de la leçon, donne avec la lecture, le dépôt et la suppression : permis,
# et non demandé.
_OWN = ("GetObjectTagging", "PutObjectTagging", "AbortMultipartUpload", "ListMultipartUploadParts")


def _team(context: Context) -> tuple[str, str]:
    """Renvoie le préfixe d'une équipe, et celui d'une voisine qui commence de même."""
    number = context.random().randint(2, 9)
    return f"equipe-{number}/", f"equipe-{number}{context.random().randint(0, 9)}/"


def _prepare_team(context: Context) -> None:
    context.make_bucket("equipes")
    own, other = _team(context)
    fill_texts(context, "equipes", [f"{own}plan.txt", f"{other}plan.txt", "commun/charte.txt"])
    wish = {"bucket": context.bucket("equipes"), "prefix": own, "shared": "commun/"}
    put_json(context, "equipes", "consigne.json", wish)


def _verify_team(context: Context) -> None:
    try:
        policy = read_policy(context.answer)
        _verify_rights(context, policy)
    except ContentError as error:
        raise Review(error.fact, expected=error.remedy) from None


def _verify_rights(context: Context, policy: dict[str, Any]) -> None:
    bucket, elsewhere = context.bucket("equipes"), context.bucket("autre")
    own, other = _team(context)
    near, verbs = own.rstrip("/"), ("Get", "Put", "Delete")

    def listing(*prefixes: str) -> list[tuple[str, str, str]]:
        return [("s3:ListBucket", bucket, prefix) for prefix in prefixes]

    def objects(*actions: str, under: str, of: str = bucket) -> list[tuple[str, str, str]]:
        return [(action, f"{of}/{under}a.txt", "") for action in actions]

    def allowed(demands: list[tuple[str, str, str]]) -> list[str]:
        return [
            _told(action, resource.removeprefix(f"{bucket}/"), prefix)
            for action, resource, prefix in demands
            if allows(policy, action, resource, **_known(action, prefix))
        ]

    own_verbs = [f"s3:{verb}Object" for verb in verbs]
    needed = listing(own, f"{own}2026/", "commun/", "commun/2026/")
    needed += objects(*own_verbs, under=own) + objects(*own_verbs, under=f"{own}2026/")
    needed += objects("s3:GetObject", under="commun/")
    for demand in needed:
        if not allowed([demand]):
            action, resource, prefix = demand
            raise Review(
                "L'équipe n'a pas un droit dont elle a besoin."
                + (
                    " Elle doit lister aussi les préfixes que contient celui-ci."
                    if prefix.endswith("2026/")
                    else ""
                ),
                found=_told(action, resource.removeprefix(f"{bucket}/"), prefix),
            )
    settings = [(action, bucket, "") for action in _BUCKET_WIDE]
    more = " L'équipe a plus de droits qu'il ne lui en faut."
    checks = (
        (
            [*objects("s3:GetObject", under=own, of=elsewhere), ("s3:ListBucket", elsewhere, own)],
            f"Ces droits portent sur d'autres buckets.{more}",
            1,
        ),
        (settings, f"Ces droits portent sur le bucket lui-même, ses réglages.{more}", 1),
        (
            objects(*own_verbs, under="") + listing(""),
            f"Ces droits portent sur tout le bucket.{more}",
            1,
        ),
        (
            objects(*own_verbs, under=other) + listing(other, near),
            "Les droits débordent sur une autre équipe, dont le nom commence de même.",
            1,
        ),
        (
            objects("s3:PutObject", "s3:DeleteObject", under="commun/"),
            f"L'équipe doit seulement lire le préfixe commun.{more}",
            2,
        ),
        (
            objects("s3:GetObject", under="commun-direction/") + listing("commun"),
            f"Les droits débordent du préfixe commun : sa barre finale compte.{more}",
            2,
        ),
    )
    for excess, message, points in checks:
        if found := allowed(excess):
            raise Review(message, found=found[0], points=points)

    def wanted(action: str, key: str, prefix: str | None) -> bool | None:
        if not key:
            return action == "ListBucket" and (prefix or "").startswith((own, "commun/"))
        if inside(key, own) is not False:
            if f"s3:{action}" in own_verbs:
                return inside(key, own)
            return None if action in _OWN else False
        return action == "GetObject" and inside(key, "commun/")

    if misfit := misjudged(policy, bucket, wanted, (own, "commun/")):
        told, granted = misfit
        if granted:
            asked = "Lister, lire, déposer et supprimer sont demandés ; ces droits vont au-delà."
            raise Review(f"{asked}{more}", found=told, points=2)
        raise Review("L'équipe n'a pas un droit dont elle a besoin.", found=told)


def _known(action: str, prefix: str) -> dict[str, str]:
    return {"prefix": prefix} if action == "s3:ListBucket" else {}


def _told(action: str, what: str, prefix: str) -> str:
    return f"{action} sur « {prefix or what} »" if what else action


EXERCISES = (
    Exercise(
        "judge",
        "Lire une politique",
        points=2,
        hints=(
            "Pour chaque demande : une interdiction la concerne-t-elle ? Sinon, une permission ?",
            "Une étoile remplace n'importe quel texte, barres obliques comprises.",
            "Pour vérifier, donnez cette politique au bucket examen, puis demandez sans clé avec "
            "requests.",
        ),
        verify=_verify_judge,
        prepare=_prepare_judge,
        answers=True,
        by_hand=True,
        traps={
            "une interdiction l'emporte sur une permission": lambda context: (
                _verdicts(context, "Allow") != _verdicts(context, "Allow", "Deny")
            ),
            "l'interdiction est entre deux permissions": lambda context: (
                [
                    rule["Effect"]
                    for rule in _exam(context)[0]["Statement"]
                    if rule["Action"] == ["s3:GetObject"]
                ]
                == ["Allow", "Deny", "Allow"]
            ),
            "permis et refusés, en lecture comme au listage": lambda context: (
                len(
                    {
                        (*_exam(context)[1][letter], verdict)
                        for letter, verdict in _verdicts(context, "Allow", "Deny").items()
                    }
                )
                == 4
            ),
        },
    ),
    Exercise(
        "team",
        "Donner ses droits à une équipe",
        points=3,
        hints=(
            "Pas de « Principal » : ces droits sont ceux d'un utilisateur.",
            "Trois règles suffisent : lister, agir sous son préfixe, lire le préfixe commun.",
            "Les deux préfixes vont dans la même condition StringLike, chacun avec /*.",
            "Avec « equipe-7* », l'équipe 70 est ouverte ; avec « equipe-7/* », non.",
        ),
        verify=_verify_team,
        prepare=_prepare_team,
        answers=True,
        traps={
            "une équipe voisine": lambda context: _team(context)[1].startswith(
                _team(context)[0].rstrip("/")
            ),
        },
    ),
)
