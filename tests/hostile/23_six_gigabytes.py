"""Une allocation de 6 Go : MemoryError, et la suite est corrigée."""

CELLS = {"names": "data = bytearray(6 * 2**30)"}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "MemoryError"}
