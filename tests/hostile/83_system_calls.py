"""Les appels de Linux qui sortent d'un bac à sable, ou regardent chez le voisin : tous refusés."""

import platform

LEVELS = (1, 2) if platform.machine() == "x86_64" else ()  # leurs numéros
CELLS = {
    "names": """
import ctypes, os, socket, struct
libc, buffer = ctypes.CDLL(None), ctypes.create_string_buffer(4096)
parent, place = os.getppid(), struct.pack("QQ", ctypes.addressof(buffer), 8)
calls = {
    "add_key": (248, b"user", b"x", b"y", 1, -3), "keyctl": (250, 0, -3, 1), "acct": (163, b"/x"),
    "bpf": (321, 0, buffer, 48), "chroot": (161, b"/tmp"), "clock_settime": (227, 0, buffer),
    "fanotify_init": (300, 0, 0), "fsopen": (430, b"tmpfs", 0), "init_module": (175, buffer, 9),
    "io_uring_setup": (425, 8, buffer), "iopl": (172, 3), "kcmp": (312, parent, parent, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0), "mknod": (133, b"/tmp/n", 0o020666, 0x103),
    "mount": (165, b"x", b"/tmp", b"tmpfs", 0, 0), "move_mount": (429, -100, b"/", -100, b"/x"),
    "open_by_handle_at": (304, -100, buffer, 0), "open_tree": (428, -100, b"/", 1),
    "perf_event_open": (298, buffer, 0, -1, -1, 0), "pivot_root": (155, b"/", b"/tmp"),
    "process_vm_readv": (310, parent, place, 1, place, 1, 0), "ptrace": (101, 16, parent, 0, 0),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0), "sethostname": (170, b"x", 1),
    "setns": (308, 0, 0), "swapon": (167, b"/x", 0), "syslog": (103, 3, buffer, 4096),
    "unshare": (272, 0x10000000), "userfaultfd": (323, 0),
}
seen = [name for name, call in calls.items() if libc.syscall(*call) >= 0]
mine = socket.socket(socket.AF_UNIX)
mine.bind(chr(0) + "copie")
found = [line.split()[-1] for line in open("/proc/net/unix") if "@" in line]
seen += [name for name in found if name != "@copie"]
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
