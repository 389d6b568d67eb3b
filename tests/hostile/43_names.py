"""Un nom qui se lit à l'envers, un autre en pleine chasse : ramenés à leurs lettres."""


def copies(notebook: bytes) -> dict[str, dict]:
    """Donne ces noms à deux élèves."""
    return {"\u202eecila\u202c": {"x.ipynb": notebook}, "ｂｏｂ": {"x.ipynb": b"{"}}


EXPECTED = {"ecila": (7, ""), "bob": (None, "n'est pas lu")}
