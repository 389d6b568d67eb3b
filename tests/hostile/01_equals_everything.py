"""Un objet égal à tout, donné comme réponse."""

CELLS = {
    "names": """
class Everything(dict):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __contains__(self, key): return True
    def __getitem__(self, key): return self
    def __hash__(self): return 0
reasons = Everything()
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
