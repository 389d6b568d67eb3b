from pathlib import Path

from kit_minio.authoring.exercises import REGION, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read

_NOTEBOOK = read(Path(SOLUTIONS) / "14-projet-documents.ipynb")

# La forme asynchrone, que le notebook de solution montre à l'enseignant.
SECOND = next(
    cell.source
    for cell in _NOTEBOOK.cells
    if cell.cell_type == "code" and "solution" in cell.metadata.get("tags", [])
)
_SYNC = next(
    found["code"]
    for cell in sections(_NOTEBOOK)["service"]
    if (found := REGION.search(cell.source))
)


def _but(*changes):
    """Renvoie la solution, un détail changé."""
    code = _SYNC
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


WRONG = {
    "le préfixe sans barre": (
        _but(("prefix=home(user)", 'prefix=f"utilisateurs/{user}"')),
        "la liste de",
    ),
    "clés prévisibles": (
        _but(("id = uuid4().hex", "id = hashlib.md5(file.filename.encode()).hexdigest()")),
        "même identifiant",
    ),
    "identifiant non vérifié": (
        _but(('re.fullmatch("[0-9a-f]{32}", id)', "id")),
        "Un identifiant qui n'est pas celui",
    ),
    "tout le monde partage": (
        _but(('f"utilisateurs/{user}/documents/"', '"utilisateurs/tous/documents/"')),
        "n'est pas à sa place",
    ),
    "le jeton désigne n'importe qui": (
        _but(('statement("comptes", f"jetons/{digest}.json")["user"]', '"alice"')),
        "ce n'est personne",
    ),
    "nature sans bornes": (
        _but(('Form(pattern="^[A-Za-z0-9 _-]{1,40}$")', "Form()")),
        "Une nature hors des bornes",
    ),
    "titre sans borne": (_but(("Form(max_length=150)", "Form()")), "Un titre trop long"),
    "titre non encodé": (_but(("quote(title)", "title")), "la route a levé une exception"),
    "règles des autres perdues": (
        _but(("LifecycleConfig([*rules, mine])", "LifecycleConfig([mine])")),
        "Les règles du bucket",
    ),
    "durée négative": (
        _but(("days: Annotated[int, Query(ge=1)]", "days: int")),
        "nulle ou négative",
    ),
}
