SECOND = """
import av
import numpy as np

with av.open(str(path)) as movie:
    film = np.stack([frame.to_ndarray(format="gray") for frame in movie.decode(video=0)])
steps = np.abs(np.diff(film.astype(float), axis=0))
steps[:, :16, :16] = 0
moving = [int(rank) + 1 for rank in np.flatnonzero(steps.max(axis=(1, 2)) > 60)]
"""

READ = """
from helpers.topics.camera import frames

grays = [frame.to_ndarray(format="gray") for frame in frames(path)]
"""

MASK = """
grays = [gray.astype("int16") for gray in grays]
for gray in grays:
    gray[:16, :16] = 0
"""

WRONG = {
    "avec le voyant": (
        READ
        + """
moving = [
    rank
    for rank in range(1, len(grays))
    if (abs(grays[rank].astype("int16") - grays[rank - 1]) > 25).mean() > 0.01
]
""",
        "le voyant, lui, clignote",
    ),
    "octets qui débordent": (
        READ
        + """
moving = [
    rank
    for rank in range(1, len(grays))
    if (abs(grays[rank] - grays[rank - 1])[16:, 16:] > 25).mean() > 0.01
]
""",
        "des octets débordent",
    ),
    "numéro de l'image d'avant": (
        READ
        + MASK
        + """
moving = [
    rank
    for rank in range(len(grays) - 1)
    if (abs(grays[rank + 1] - grays[rank]) > 25).mean() > 0.01
]
""",
        "décalés d'une image",
    ),
    "comparées à la première": (
        READ
        + MASK
        + """
moving = [
    rank for rank in range(len(grays)) if (abs(grays[rank] - grays[0]) > 25).mean() > 0.01
]
""",
        "immobiles",
    ),
    "une seule traversée": (
        READ
        + MASK
        + """
moving = [
    rank
    for rank in range(1, 12)
    if (abs(grays[rank] - grays[rank - 1]) > 25).mean() > 0.01
]
""",
        "Ce ne sont pas les images",
    ),
    "des booléens": ("moving = [True, False]", "nombres entiers"),
}
