"""Les prises Unix de la machine, celle de Docker la première."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import os, stat, socket
seen = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "usr", "lib")]
    for name in files:
        path = os.path.join(folder, name)
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            try:
                socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(path)
                seen.append(path)
            except ConnectionRefusedError:
                pass  # au niveau 2, celle du bac à sable, qui n'écoute plus
            except OSError:
                seen.append(path)
for line in open("/proc/net/unix").read().splitlines()[1:]:
    path = line.split()[7:]
    if path and path[0].startswith("@"):
        seen.append(path[0])
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
