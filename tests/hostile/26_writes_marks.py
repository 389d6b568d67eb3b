"""La copie écrit partout où elle peut : seuls ses dossiers sont à elle."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import os
seen = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "sys", "usr", "lib", "pts")]
    if folder.startswith(("/eleve", "/tmp/", "/dev/shm")) or folder == "/tmp":
        if not folder.startswith("/tmp/"):
            continue
    try:
        with open(os.path.join(folder, "notes.csv"), "w") as file:
            file.write("20")
        seen.append(folder)
    except OSError:
        pass
    for name in files:
        try:
            with open(os.path.join(folder, name), "a"):
                pass
            if folder != "/dev":
                seen.append(os.path.join(folder, name))
        except OSError:
            pass
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
