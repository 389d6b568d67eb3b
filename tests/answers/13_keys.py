SECOND = """
keys = []
for line in lines:
    local = datetime.fromisoformat(line)
    moment = local.replace(tzinfo=None) - local.utcoffset()
    text = moment.isoformat(timespec="milliseconds")
    day, hour = text.split("T")
    keys.append(f"camera/{day.replace('-', '/')}/{hour.replace(':', '').replace('.', '-')}.jpg")
"""

MOMENTS = """
moments = [datetime.fromisoformat(line).astimezone(UTC) for line in lines]
"""

WRONG = {
    "heure de la montre": (
        """
moments = [datetime.fromisoformat(line) for line in lines]
keys = [f"camera/{m:%Y/%m/%d/%H%M%S}-{m.microsecond // 1000:03}.jpg" for m in moments]
""",
        "l'heure de la montre",
    ),
    "millisecondes sans zéros": (
        MOMENTS
        + 'keys = [f"camera/{m:%Y/%m/%d/%H%M%S}-{m.microsecond // 1000}.jpg" for m in moments]',
        "pas la bonne largeur",
    ),
    "microsecondes": (
        MOMENTS + 'keys = [f"camera/{m:%Y/%m/%d/%H%M%S-%f}.jpg" for m in moments]',
        "pas la bonne largeur",
    ),
    "sans millisecondes": (
        MOMENTS + 'keys = [f"camera/{m:%Y/%m/%d/%H%M%S}-000.jpg" for m in moments]',
        "pas celle de son instant",
    ),
    "triées": (
        MOMENTS
        + """
keys = sorted(f"camera/{m:%Y/%m/%d/%H%M%S}-{m.microsecond // 1000:03}.jpg" for m in moments)
""",
        "pas dans l'ordre du fichier",
    ),
    "une seule": ('keys = ["camera/2025/07/15/020509-040.jpg"]', "une clé par instant"),
    "un texte": ('keys = "camera/2025/07/15/020509-040.jpg"', "une liste de clés"),
}
