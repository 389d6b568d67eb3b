"""Des valeurs qui mentent, tuent ou ne finissent pas quand on les regarde."""

CELLS = {
    "names": """
import os

class Text(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __str__(self): os._exit(0)
    __repr__ = __len__ = encode = __str__

class Number(int):
    def __int__(self): return 3
    def __repr__(self): return "1" * 10**6

class Kind(type):
    def __instancecheck__(cls, other): return True

class Anything(metaclass=Kind):
    __class__ = property(lambda self: dict)
    def __getattr__(self, name): return self
    def __call__(self, *given, **named): return self
    def items(self): return iter(lambda: (Text("a"), Number(1)), 0)

reasons = Anything()
""",
    "ensure": "tp.names.check({Text('a'): [Number(4), [Anything()]]})",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 0}
