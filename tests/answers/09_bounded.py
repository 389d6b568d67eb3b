# Des ouvriers qui se partagent une file, au lieu d'un sémaphore.
SECOND = """
waiting = iter(frames)

async def worker():
    for key in waiting:
        await deposit(remote, key)

await asyncio.gather(*(worker() for _ in range(limit)))
"""

WRONG = {
    "sans borne": (
        "await asyncio.gather(*(deposit(remote, key) for key in frames))",
        "Trop de dépôts à la fois",
    ),
    "un par un": (
        """
for key in frames:
    await deposit(remote, key)
""",
        "moins à la fois",
    ),
    "par paquets, le dernier oublié": (
        """
for start in range(0, len(frames) - limit, limit):
    await asyncio.gather(*(deposit(remote, key) for key in frames[start : start + limit]))
""",
        "le début et la fin de chaque dépôt",
    ),
    "lancés, jamais attendus": (
        """
tasks = [asyncio.create_task(deposit(remote, key)) for key in frames]
await asyncio.sleep(0)
""",
        "il faut attendre le dernier",
    ),
    "un journal écrit à la main": (
        """
for key in frames:
    journal.extend([["début", key], ["fin", key]])
""",
        "n'a pas tous les objets",
    ),
}
