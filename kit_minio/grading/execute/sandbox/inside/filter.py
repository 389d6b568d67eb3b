"""Les appels système refusés à une copie, pour le filtre seccomp du noyau Linux.

Trois raisons : ce qu'elle prendrait sans que personne ne le compte (mémoire sans processus, clés,
inotify), ce qui toucherait son surveillant (plafonds, priorité), et les façons de tuer son propre
noyau par SIGKILL ou SIGTERM. Ces dernières l'arrêtent par SIGSYS : un noyau mort de SIGKILL l'a été
par quelqu'un d'autre, le manque de mémoire de la machine par exemple.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
from collections.abc import Iterator

# Le numéro de chaque appel, par architecture. La seconde colonne (aarch64) vient des tables de
# Linux : rien ne l'a encore essayée.
_CALLS = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fanotify_init": (300, 262),
    "fcntl": (72, 25),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "io_uring_setup": (425, 425),
    "ioprio_set": (251, 30),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mq_notify": (244, 184),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "perf_event_open": (298, 241),
    "pidfd_send_signal": (424, 424),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "semget": (64, 190),
    "setpriority": (141, 140),
    "shmget": (29, 194),
    "tgkill": (234, 131),
    "timer_create": (222, 107),
    "tkill": (200, 130),
    "userfaultfd": (323, 282),
}
# Leur colonne, et le nom que le noyau Linux donne à l'architecture.
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_OTHER_ABI = 0x40000000  # x32, sur x86_64

_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD, _JUMP, _AND, _RETURN = 0x20, 0x05, 0x54, 0x06
_EQUAL, _GREATER, _AT_LEAST = 0x15, 0x25, 0x35
_NEGATIVE = 1 << 31
_F_SETSIG, _PR_SET_DUMPABLE = 10, 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_KEYCTL_JOIN_SESSION_KEYRING = 1

# Un test : le rang de l'argument, la comparaison, la valeur.
Test = tuple[int, str, int]
Rule = tuple[str, tuple[Test, ...], int]

_ABSENT = (
    *("add_key", "bpf", "clone3", "fanotify_init", "io_uring_setup", "keyctl", "memfd_create"),
    *("memfd_secret", "mq_notify", "mq_open", "msgget", "perf_event_open", "ptrace"),
    *("request_key", "semget", "shmget", "timer_create", "userfaultfd"),
)
# Le rang de l'argument qui dit à quel processus l'appel s'adresse ; 0, à soi-même.
_AIMED = {
    "ioprio_set": 1,
    "prlimit64": 0,
    "sched_setaffinity": 0,
    "sched_setattr": 0,
    "sched_setparam": 0,
    "sched_setscheduler": 0,
    "setpriority": 1,
}
# Le rang du signal.
_SIGNALS = {
    "pidfd_send_signal": 1,
    "rt_sigqueueinfo": 1,
    "rt_tgsigqueueinfo": 2,
    "tgkill": 2,
    "tkill": 1,
}


def _rules(kernel: int) -> Iterator[Rule]:
    """Donne les règles du noyau d'une copie, dont voici le pid."""
    for name in _ABSENT:
        yield name, (), _ERRNO | errno.ENOSYS
    for name in ("inotify_init", "inotify_init1"):
        yield name, (), _ERRNO | errno.EMFILE
    for name, rank in _AIMED.items():  # un pid plus petit : son surveillant
        yield name, ((rank, "!=", 0), (rank, "<=", kernel - 1)), _ERRNO | errno.EPERM
    for name in ("setpriority", "ioprio_set"):  # un groupe, une personne
        yield name, ((0, ">", int(name == "ioprio_set")),), _ERRNO | errno.EPERM
    yield "prctl", ((0, "==", _PR_SET_DUMPABLE),), _ERRNO | errno.EPERM
    for number in (signal.SIGKILL, signal.SIGTERM):
        ends = (1, "==", int(number))
        yield "kill", ((0, ">=", _NEGATIVE), ends), _KILL  # un groupe, ou tout ce qui s'atteint
        # Ses enfants ont un pid plus grand ; le pid 1 ne craint rien d'ici.
        yield "kill", ((0, "<=", kernel), (0, "!=", 1), ends), _KILL
        for name, rank in _SIGNALS.items():
            yield name, ((rank, "==", int(number)),), _KILL
        yield "fcntl", ((1, "==", _F_SETSIG), (2, "==", int(number))), _KILL
        yield "clone", ((0, "low byte", int(number)),), _KILL


def _program(machine: str, kernel: int) -> bytes:
    """Renvoie le filtre, en instructions BPF."""
    column, architecture = _MACHINES[machine]
    refused = _ERRNO | errno.ENOSYS
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, refused)]
    lines += [(_LOAD, 0, 0, 0)]
    lines += [(_AT_LEAST, 0, 1, _OTHER_ABI), (_RETURN, 0, 0, refused)]
    for name, tests, action in _rules(kernel):
        number = _CALLS[name][column]
        if number is None:
            continue
        block = [line for test in tests for line in _test(test)]
        block += [(_RETURN, 0, 0, action)]
        # Une comparaison manquée saute à la fin du bloc.
        lines += [(_LOAD, 0, 0, 0), (_EQUAL, 0, len(block), number)]
        for rank, (code, hit, miss, value) in enumerate(block):
            left = len(block) - rank - 1
            lines.append((code, hit and left, miss and left, value))
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _test(test: Test) -> list[tuple[int, int, int, int]]:
    """Renvoie les instructions d'un test ; un saut non nul y veut dire « manqué »."""
    rank, comparison, value = test
    load = (_LOAD, 0, 0, 16 + 8 * rank)  # les quatre octets bas : la machine est petit-boutiste
    match comparison:
        case "==":
            return [load, (_EQUAL, 0, 1, value)]
        case "!=":
            return [load, (_EQUAL, 1, 0, value)]
        case "<=":
            return [load, (_GREATER, 1, 0, value)]
        case ">":
            return [load, (_GREATER, 0, 1, value)]
        case ">=":
            return [load, (_AT_LEAST, 0, 1, value)]
    return [load, (_AND, 0, 0, 0xFF), (_EQUAL, 0, 1, value)]


def filter_calls() -> None:
    """Refuse ces appels à ce processus, le noyau d'une copie, et à tout ce qui en descendra.

    Sur une architecture que le kit ne connaît pas, rien n'est filtré.

    Raises:
        OSError: le noyau Linux ne prend pas le filtre.
    """
    machine = os.uname().machine
    if machine not in _MACHINES:
        return
    program = _program(machine, os.getpid())
    lines = ctypes.create_string_buffer(program, len(program))
    given = struct.pack("@HP", len(program) // 8, ctypes.addressof(lines))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, given, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp : {os.strerror(number)}")


def empty_keyring() -> None:
    """Quitte le trousseau de clés du correcteur pour un autre, vide.

    Un conteneur l'interdit parfois ; il a déjà donné le sien.

    Raises:
        OSError: le noyau Linux n'en donne pas d'autre.
    """
    machine = os.uname().machine
    if machine not in _MACHINES:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    number = _CALLS["keyctl"][_MACHINES[machine][0]]
    if libc.syscall(number, _KEYCTL_JOIN_SESSION_KEYRING, None) < 0:
        failed = ctypes.get_errno()
        if failed not in (errno.ENOSYS, errno.EPERM, errno.EACCES):
            raise OSError(failed, f"trousseau de clés : {os.strerror(failed)}")
