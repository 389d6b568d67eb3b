RIGHT = {
    "sans astimezone": """
keys = []
for line in lines:
    local = datetime.fromisoformat(line)
    moment = local.replace(tzinfo=None) - local.utcoffset()
    text = moment.isoformat(timespec="milliseconds")
    day, hour = text.split("T")
    keys.append(f"camera/{day.replace('-', '/')}/{hour.replace(':', '').replace('.', '-')}.jpg")
""",
    "key_of": """
from helpers.topics.camera import key_of

keys = [key_of(datetime.fromisoformat(line)) for line in lines]
""",
    "un générateur, strftime": """
def named(line):
    moment = datetime.fromisoformat(line).astimezone(UTC)
    return moment.strftime("camera/%Y/%m/%d/%H%M%S-%f")[:-3] + ".jpg"


keys = map(named, lines)
""",
    "numpy et chemins": """
import numpy
from pathlib import PurePosixPath

moments = [
    datetime.fromtimestamp(datetime.fromisoformat(line).timestamp(), UTC) for line in lines
]
keys = numpy.array([
    str(PurePosixPath("camera", *f"{m:%Y %m %d}".split(), f"{m:%H%M%S}-"
        f"{round(m.microsecond / 1000):03d}.jpg"))
    for m in moments
])
""",
}

_MOMENTS = """
moments = [datetime.fromisoformat(line).astimezone(UTC) for line in lines]
"""

_KEYS = """
keys = [f"camera/{m:%Y/%m/%d/%H%M%S}-{m.microsecond // 1000:03}.jpg" for m in moments]
"""

WRONG = {
    "des fuseaux d'heures entières": (
        """
moments = [datetime.fromisoformat(line[:-2] + "00").astimezone(UTC) for line in lines]
"""
        + _KEYS,
        "les minutes",
    ),
    "heure de la montre": (
        "moments = [datetime.fromisoformat(line) for line in lines]\n" + _KEYS,
        "l'heure de la montre",
        1,
    ),
    "décalage à l'envers": (
        """
moments = [datetime.fromisoformat(line) for line in lines]
moments = [moment + moment.utcoffset() for moment in moments]
"""
        + _KEYS,
        "à l'envers",
        0,
    ),
    "millisecondes sans zéros": (
        _MOMENTS + _KEYS.replace(":03", ""),
        "pas la bonne largeur",
        0,
    ),
    "microsecondes": (
        _MOMENTS + 'keys = [f"camera/{m:%Y/%m/%d/%H%M%S-%f}.jpg" for m in moments]',
        "pas la bonne largeur",
        0,
    ),
    "sans millisecondes": (
        _MOMENTS + 'keys = [f"camera/{m:%Y/%m/%d/%H%M%S}-000.jpg" for m in moments]',
        "Les millisecondes sont perdues",
        1,
    ),
    "sans le préfixe": (
        _MOMENTS + _KEYS.replace("camera/", ""),
        "le début de chaque clé",
        0,
    ),
    "triées": (_MOMENTS + _KEYS + "keys.sort()", "pas dans l'ordre demandé", 1),
    "une seule": (
        'keys = ["camera/2025/07/15/020509-040.jpg"]',
        "La réponse",
        0,
    ),
    "un texte": (
        'keys = "camera/2025/07/15/020509-040.jpg"',
        "une liste est attendue, pas un texte",
        0,
    ),
    "des instants": (_MOMENTS + "keys = moments", "Une clé n'est pas la bonne", 0),
    "l'heure sur douze": (
        """
moments = [datetime.fromisoformat(line).astimezone(UTC) for line in lines]
keys = [
    f"camera/{moment:%Y/%m/%d/%I%M%S}-{moment.microsecond // 1000:03}.jpg" for moment in moments
]
""",
        "regardez l'heure",
        0,
    ),
    "le jour avant l'année": (
        """
moments = [datetime.fromisoformat(line).astimezone(UTC) for line in lines]
keys = [
    f"camera/{moment:%d/%m/%Y/%H%M%S}-{moment.microsecond // 1000:03}.jpg" for moment in moments
]
""",
        "ne sont pas à leur place",
        0,
    ),
}

THEN = {
    "heure de la montre": (WRONG["heure de la montre"][0], None),
    "un texte": (WRONG["un texte"][0], RIGHT["key_of"]),
}
