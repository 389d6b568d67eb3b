_START = """
import re


def ends_at(url, with_token=True, with_url=True):
    date, seconds = re.search(r"Date=(\\w+)&X-Amz-Expires=(\\d+)", url).groups()
    end = datetime.fromisoformat(date) + timedelta(seconds=int(seconds))
    token = re.search(r"Security-Token=([^&]+)", url)
    if not (token and with_token):
        return end
    limit = datetime.fromtimestamp(read_claims(token[1])["exp"], UTC)
    return min(end, limit) if with_url else limit


"""

SECOND = (
    _START
    + """
ends = {letter: ends_at(url).strftime("%Y-%m-%dT%H:%M:%S") for letter, url in links.items()}
"""
)

WRONG = {
    "la durée de l'URL seule": (
        _START + "ends = {letter: ends_at(links[letter], False).isoformat() for letter in links}",
        "ne vit pas si longtemps",
    ),
    "le jeton seul": (
        _START
        + "ends = {letter: ends_at(links[letter], True, False).isoformat() for letter in links}",
        "ne vit pas si longtemps",
    ),
    "à une autre heure": (
        _START
        + "ends = {letter: (ends_at(links[letter]) - timedelta(hours=1)).isoformat() "
        + "for letter in links}",
        "vit plus longtemps que cela",
    ),
    "des secondes": (
        _START + "ends = {letter: int(ends_at(links[letter]).timestamp()) for letter in links}",
        "n'est pas une date au format ISO",
    ),
    "une lettre oubliée": (
        _START + "ends = {letter: ends_at(links[letter]).isoformat() for letter in 'ABCD'}",
        "une date pour chaque lettre",
    ),
}
