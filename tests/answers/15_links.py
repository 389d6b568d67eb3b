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

RIGHT = {
    "sans fuseau": _START
    + """
ends = {letter: ends_at(url).strftime("%Y-%m-%dT%H:%M:%S") for letter, url in links.items()}
""",
    "à l'heure de Paris, avec son décalage": _START
    + """
from zoneinfo import ZoneInfo

paris = ZoneInfo("Europe/Paris")
ends = {letter: str(ends_at(url).astimezone(paris)) for letter, url in links.items()}
""",
    "un Z, dans un autre ordre": _START
    + """
ends = {}
for letter in sorted(links, reverse=True):
    ends[letter] = ends_at(links[letter]).isoformat().replace("+00:00", "Z")
""",
    "en secondes depuis 1970": """
from urllib.parse import parse_qsl, urlsplit

ends = {}
for letter, url in links.items():
    query = dict(parse_qsl(urlsplit(url).query))
    signed = datetime.strptime(query["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
    limits = [signed + int(query["X-Amz-Expires"])]
    if token := query.get("X-Amz-Security-Token"):
        limits += [read_claims(token)["exp"]]
    ends[letter] = datetime.fromtimestamp(min(limits), UTC).isoformat()
""",
}

WRONG = {
    "la durée de l'URL seule": (
        _START + "ends = {letter: ends_at(links[letter], False).isoformat() for letter in links}",
        "son jeton de session expire avant",
    ),
    "le jeton seul": (
        _START
        + "ends = {letter: ends_at(links[letter], True, False).isoformat() for letter in links}",
        "l'URL cesse de fonctionner avant",
    ),
    "à une autre heure": (
        _START
        + "ends = {letter: (ends_at(links[letter]) - timedelta(hours=1)).isoformat() "
        + "for letter in links}",
        "à un fuseau horaire près",
    ),
    "des secondes": (
        _START + "ends = {letter: int(ends_at(links[letter]).timestamp()) for letter in links}",
        "n'est pas une date au format ISO",
    ),
    "une lettre oubliée": (
        _START + "ends = {letter: ends_at(links[letter]).isoformat() for letter in 'ABCD'}",
        "il manque 1",
    ),
    "la date de signature": (
        _START
        + """
ends = {
    letter: datetime.fromisoformat(re.search("Date=([^&]+)", url)[1]).isoformat()
    for letter, url in links.items()
}
""",
        "C'est l'instant de la signature",
        0,
    ),
    "sans les secondes": (
        _START + 'ends = {a: f"{ends_at(url):%Y-%m-%dT%H:%MZ}" for a, url in links.items()}',
        "à la seconde près",
    ),
    "une liste": (
        _START + "ends = [ends_at(url).isoformat() for url in links.values()]",
        "un dictionnaire",
        0,
    ),
}

THEN = {
    "la durée de l'URL seule": (WRONG["la durée de l'URL seule"][0], None),
    "des secondes": (WRONG["des secondes"][0], RIGHT["sans fuseau"]),
}
