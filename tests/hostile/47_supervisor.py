"""Le surveillant et les privilèges : ni trace, ni montage, ni nouvel espace de noms."""

LEVELS = (1, 2)
CELLS = {
    "names": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
seen = []
if libc.ptrace(16, 1, 0, 0) == 0: seen.append("ptrace")
if libc.unshare(0x10000000) == 0: seen.append("userns")
if libc.unshare(0x00020000) == 0: seen.append("mntns")
if libc.umount2(b"/eleve", 2) == 0: seen.append("umount")
if libc.mount(b"tmpfs", b"/eleve", b"tmpfs", 0, None) == 0: seen.append("mount")
if libc.setuid(0) == 0: seen.append("setuid")
for path in ("/proc/1/mem", "/proc/1/environ", "/proc/1/fd/0", "/proc/1/root/eleve",
             "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
    try:
        open(path, "r+b").close()
        seen.append(path)
    except OSError:
        pass
status = open("/proc/self/status").read()
if "CapEff:\\t0000000000000000" not in status: seen.append("capacités")
if "NoNewPrivs:\\t1" not in status: seen.append("privilèges")
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
