_SEND = """
tries = {{}}
for key in faults:
    for attempt in range(1, {last} + 1):
        tries[key] = attempt
        try:
            send(key)
            {success}
        except {caught}:
            {failure}
        except OSError:
            break
"""


def _send(last=4, success="break", caught="ConnectionError", failure="pass"):
    return _SEND.format(last=last, success=success, caught=caught, failure=failure)


RIGHT = {
    "une fonction récursive, des fils": """
from concurrent.futures import ThreadPoolExecutor


def send_with_retries(key, attempt=1):
    try:
        send(key)
    except PermissionError:
        return attempt
    except ConnectionError:
        return attempt if attempt == 4 else send_with_retries(key, attempt + 1)
    return attempt


with ThreadPoolExecutor(max_workers=4) as pool:
    tries = dict(zip(faults, pool.map(send_with_retries, faults)))
""",
    "une boucle while": """
tries = {key: 0 for key in faults}
for key in tries:
    done = False
    while not done and tries[key] < 4:
        tries[key] += 1
        try:
            send(key)
            done = True
        except ConnectionError:
            continue
        except PermissionError:
            done = True
""",
    "des attentes de plus en plus longues": """
from collections import Counter
from time import sleep

tries = Counter()


def attempt(key):
    tries[key] += 1
    send(key)


for key in reversed(list(faults)):
    for wait in (0.01, 0.02, 0.04, None):
        try:
            attempt(key)
        except PermissionError:
            pass
        except ConnectionError:
            if wait:
                sleep(wait)
                continue
        break
tries = dict(tries)
""",
    "par tours": """
waiting, tries = list(faults), dict.fromkeys(faults, 0)
for turn in range(1, 5):
    again = []
    for key in waiting:
        tries[key] = turn
        try:
            send(key)
        except ConnectionError:
            again.append(key)
        except PermissionError as error:
            print(error)
    waiting = again
""",
}

_FORGED = """
tries = {key: 1 if fault == "refus" else min(fault + 1, 4) for key, fault in faults.items()}
"""

WRONG = {
    "un refus retenté": (_send(caught="OSError"), "recommencer n'y change rien", 0.5),
    "aucun nouvel essai": (_send(failure="break"), "après une connexion coupée", 0.5),
    "trop d'essais": (_send(last=5), "s'arrêter après 4 essais", 0.5),
    "trois essais": (_send(last=3), "essais", 0.5),
    "rien n'est envoyé": (_FORGED, "send() n'a pas été appelée pour 10\xa0clés", 0),
    "déposé sans send": (
        _FORGED
        + """
for key, fault in faults.items():
    if fault in (0, 1, 2, 3):
        write(key, "1")
""",
        "send() n'a pas été appelée",
        0,
    ),
    "encore après la réussite": (
        _send(success="pass"),
        "recommencer après la réussite",
        0.5,
    ),
    "les coupures, et non les appels": (
        _send() + "tries = {key: count - 1 for key, count in tries.items()}",
        "« tries » ne dit pas ce qui s'est passé",
        1,
    ),
    "un total": ("tries = {'total': 12}", "noms", 0),
}

THEN = {
    "un refus retenté": (WRONG["un refus retenté"][0], None),
    "aucun nouvel essai": (WRONG["aucun nouvel essai"][0], RIGHT["par tours"]),
    "trop d'essais": (WRONG["trop d'essais"][0], RIGHT["une boucle while"]),
}
