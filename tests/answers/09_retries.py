SECOND = """
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
"""

SEND = """
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
RIGHT = {"last": 4, "success": "break", "caught": "ConnectionError", "failure": "pass"}

WRONG = {
    "un refus retenté": (
        SEND.format(**RIGHT | {"caught": "OSError"}),
        "recommencer n'y change rien",
    ),
    "aucun nouvel essai": (SEND.format(**RIGHT | {"failure": "break"}), "s'arrêter après 4 essais"),
    "trop d'essais": (SEND.format(**RIGHT | {"last": 5}), "s'arrêter après 4 essais"),
    "rien n'est envoyé": (
        """
tries = {key: {"refus": 1}.get(fault, fault) for key, fault in faults.items()}
tries |= {key: fault + 1 for key, fault in tries.items() if fault != 4 and faults[key] != "refus"}
""",
        "ne sont pas dans le bucket",
    ),
    "encore après la réussite": (
        SEND.format(**RIGHT | {"success": "pass"}),
        "aucun après la réussite",
    ),
    "un total": ("tries = {'total': 12}", "doit être le dictionnaire"),
}
