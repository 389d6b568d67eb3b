RIGHT = {
    "numpy d'un coup": """
import av
import numpy as np

with av.open(str(path)) as movie:
    film = np.stack([frame.to_ndarray(format="gray") for frame in movie.decode(video=0)])
steps = np.abs(np.diff(film.astype(float), axis=0))
steps[:, :16, :16] = 0
moving = [int(rank) + 1 for rank in np.flatnonzero((steps > 25).mean(axis=(1, 2)) > 0.01)]
""",
    "un tableau de numpy": """
import numpy

from helpers.topics.camera import frames

film = numpy.stack([frame.to_ndarray(format="gray") for frame in frames(path)]).astype("int16")
film[:, :16, :16] = 0
moving = numpy.flatnonzero((abs(film[1:] - film[:-1]) > 25).mean(axis=(1, 2)) > 0.01) + 1
""",
    "watch, et l'instant de chaque image": """
from helpers.topics.camera import Settings, watch

settings = Settings(bucket="", threshold=1, ignore=(0, 0, 16, 16), every=0)
start = datetime(2025, 1, 1, tzinfo=UTC)
moving = {
    round((shot.moment - start).total_seconds() * 10) for shot in watch(path, start, settings)
}
""",
    "motion, une image après l'autre": """
from helpers.topics.camera import Settings, frames, motion

settings = Settings(bucket="", ignore=(0, 0, 16, 16))
moving, before = [], None
for rank, frame in enumerate(frames(path)):
    after = frame.to_ndarray(format="gray")
    if before is not None and motion(before, after, settings) > 1:
        moving.append(rank)
    before = after
""",
    "Pillow, à l'envers": """
import av
from PIL import ImageChops

with av.open(str(path)) as movie:
    film = [frame.to_image().convert("L") for frame in movie.decode(video=0)]
moving = []
for rank in reversed(range(1, len(film))):
    gap = ImageChops.difference(film[rank], film[rank - 1])
    gap.paste(0, (0, 0, 16, 16))
    if sum(gap.histogram()[26:]) > 0.01 * gap.width * gap.height:
        moving.append(float(rank))
""",
}

_READ = """
from helpers.topics.camera import frames

grays = [frame.to_ndarray(format="gray") for frame in frames(path)]
"""

_MASK = """
grays = [gray.astype("int16") for gray in grays]
for gray in grays:
    gray[:16, :16] = 0
"""

WRONG = {
    "le seuil de la leçon": (
        RIGHT["motion, une image après l'autre"].replace("> 1:", "> settings.threshold:"),
        "Une poussière est comptée",
    ),
    "toute la hauteur du voyant ignorée": (
        RIGHT["un tableau de numpy"].replace("film[:, :16, :16]", "film[:, :16, :]"),
        "toutes celles d'un mouvement",
    ),
    "avec le voyant": (
        _READ
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
        _READ
        + """
moving = []
for rank in range(1, len(grays)):
    gap = abs(grays[rank] - grays[rank - 1])
    gap[:16, :16] = 0
    if (gap > 25).mean() > 0.01:
        moving.append(rank)
""",
        "des octets débordent",
    ),
    "numéro de l'image d'avant": (
        _READ
        + _MASK
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
        _READ
        + _MASK
        + """
moving = [
    rank for rank in range(len(grays)) if (abs(grays[rank] - grays[0]) > 25).mean() > 0.01
]
""",
        "immobiles",
        1,
    ),
    "une seule traversée": (
        _READ
        + _MASK
        + """
moving = [
    rank
    for rank in range(1, 12)
    if (abs(grays[rank] - grays[rank - 1]) > 25).mean() > 0.01
]
""",
        "Il manque",
    ),
    "une image sur deux, par watch": (
        """
from helpers.topics.camera import Settings, watch

settings = Settings(bucket="", threshold=1, ignore=(0, 0, 16, 16))
start = datetime(2025, 1, 1, tzinfo=UTC)
moving = [
    round((shot.moment - start).total_seconds() * 10) for shot in watch(path, start, settings)
]
""",
        "même rapprochées",
        1,
    ),
    "un vrai ou faux par image": (
        _READ
        + _MASK
        + """
moving = [
    bool((abs(grays[rank] - grays[rank - 1]) > 25).mean() > 0.01) for rank in range(len(grays))
]
""",
        "donnez les numéros des images",
        0,
    ),
    "des couples": (
        _READ
        + _MASK
        + """
moving = [
    (rank - 1, rank)
    for rank in range(1, len(grays))
    if (abs(grays[rank] - grays[rank - 1]) > 25).mean() > 0.01
]
""",
        "La réponse",
        0,
    ),
    "leur nombre": ("moving = 8", "une liste est attendue, pas un nombre", 0),
}

THEN = {
    "leur nombre": (WRONG["leur nombre"][0], None),
    "avec le voyant": (WRONG["avec le voyant"][0], RIGHT["un tableau de numpy"]),
}
