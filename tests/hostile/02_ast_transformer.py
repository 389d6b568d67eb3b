"""Un transformateur d'arbres syntaxiques qui change toute vérification en affectation."""

CELLS = {
    "create": """
import ast
class Cheat(ast.NodeTransformer):
    def visit_Expr(self, node):
        if "check" in ast.dump(node):
            return ast.parse("tp.create.outcome = 'réussi'").body[0]
        return node
get_ipython().ast_transformers.append(Cheat())
""",
    "clean_up": "...",
    "names": "reasons = {}",
    "ensure": "...",
}
POINTS = {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
