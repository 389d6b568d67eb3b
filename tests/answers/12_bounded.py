RIGHT = {
    "des ouvriers qui se partagent une file": """
waiting = iter(frames)

async def worker():
    for key in waiting:
        await deposit(remote, key)

await asyncio.gather(*(worker() for _ in range(limit)))
""",
    "des paquets": """
for start in range(0, len(frames), limit):
    await asyncio.gather(*(deposit(remote, key) for key in frames[start : start + limit]))
""",
    "un TaskGroup et un sémaphore": """
slots = asyncio.BoundedSemaphore(limit)

async def one(key):
    await slots.acquire()
    try:
        await deposit(remote, key)
    finally:
        slots.release()

async with asyncio.TaskGroup() as group:
    for key in reversed(frames):
        group.create_task(one(key))
""",
    "une file asyncio": """
queue = asyncio.Queue()
for key in frames:
    queue.put_nowait(key)

async def worker():
    while not queue.empty():
        await deposit(remote, queue.get_nowait())

await asyncio.wait([asyncio.create_task(worker()) for _ in range(limit)])
""",
}

WRONG = {
    "sans borne": (
        "await asyncio.gather(*(deposit(remote, key) for key in frames))",
        "Trop de dépôts à la fois",
        1,
    ),
    "une place de trop": (
        RIGHT["des paquets"].replace("limit)", "limit + 1)").replace("+ limit]", "+ limit + 1]"),
        "Trop de dépôts à la fois",
        1,
    ),
    "un par un": (
        """
for key in frames:
    await deposit(remote, key)
""",
        "moins de dépôts à la fois",
        1,
    ),
    "une place de moins": (
        RIGHT["des ouvriers qui se partagent une file"].replace("range(limit)", "range(limit - 1)"),
        "moins de dépôts à la fois",
        1,
    ),
    "le sémaphore recréé à chaque dépôt": (
        """
async def one(key):
    async with asyncio.Semaphore(limit):
        await deposit(remote, key)

await asyncio.gather(*map(one, frames))
""",
        "Trop de dépôts à la fois",
        1,
    ),
    "par paquets, le dernier oublié": (
        """
for start in range(0, len(frames) - limit, limit):
    await asyncio.gather(*(deposit(remote, key) for key in frames[start : start + limit]))
""",
        "attendez le dernier",
        0,
    ),
    "jamais attendus": ("asyncio.gather(*(deposit(remote, key) for key in []))", "await", 0),
    "déposés sans deposit": (
        """
for key in frames:
    await remote.put_object(
        bucket_name=tp.bucket("flux"), object_name=key, data=io.BytesIO(b"1"), length=1
    )
""",
        "n'a pas été déposé par deposit()",
        0,
    ),
}

THEN = {
    "sans borne": (WRONG["sans borne"][0], None),
    "un par un": (WRONG["un par un"][0], RIGHT["des paquets"]),
}
