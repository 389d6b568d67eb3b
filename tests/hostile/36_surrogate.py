"""Un demi-code UTF-16 dans une réponse et dans une exception."""

CELLS = {
    "create": 'raise ValueError("a" + chr(0xD800))',
    "names": "reasons = {name: chr(0xDC00) for name in names}",
}
POINTS = {"create": 0, "clean_up": 2, "names": 0, "ensure": 2}
