"""Prépare le kit, puis passe la main à « python -m kit_minio » avec les mêmes arguments.

    python3 kit.py lab     ouvre JupyterLab
    python3 kit.py test    vérifie tout le kit

Ce fichier se contente de la bibliothèque standard. Il crée .venv à côté de lui, y installe
requirements.txt, et n'y revient que si les dépendances, Python ou le dossier changent.
"""

import sys

try:
    import contextlib
    import hashlib
    import importlib.util
    import os
    import re
    import shutil
    import signal
    import subprocess
    import textwrap
    import time
    from pathlib import Path

    if os.name == "nt":
        import msvcrt
    else:
        import fcntl
except KeyboardInterrupt:
    sys.exit("Interrompu.")

NEEDED = (3, 11)
if sys.version_info < NEEDED:  # les anciens Python lisent ce fichier, mais s'arrêtent ici
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"Le kit demande Python 3.11 ou plus récent, or {sys.executable} est en version {found} : "
        "installez-en un depuis https://www.python.org/downloads/, puis relancez la commande."
    )

KIT = Path(__file__).resolve().parent
VENV = KIT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / ("python.exe" if os.name == "nt" else "python"))
STAMP = VENV / "installation.txt"
LOG = VENV / "installation.log"
STARTED = time.monotonic()

# Arguments communs à uv et à pip ; chacun a sa ligne dans le témoin d'installation.
KIT_NEEDS = "--requirement=requirements.txt"
TESTS_NEED = "--editable=.[test,full,scheduler]"

# Ce que la fin du journal laisse reconnaître : signes, cause, remède.
NETWORK = (
    r"connection broken|error sending request|dns error|tcp connect|timed? ?out|network was"
    r"|name resolution|getaddrinfo|Connection refused|Network is unreachable|ProxyError",
    "le serveur de paquets de Python est injoignable",
    "vérifiez le réseau (et le proxy, s'il y en a un)",
)
DISK = (r"No space left|os error (28|112)\b|WinError 112", "le disque est plein", "libérez 1 Go")
IN_USE = (r"WinError (5|32)\b", "un fichier de .venv est en service", "fermez JupyterLab")

# Ce que l'installateur vient d'écrire, et ce qu'il fait donc ; la dernière étape d'abord.
STEPS = (
    (r"^Installed (\d+) package", "compilation de {} paquets, dernière étape"),
    (r"^Prepared (\d+) package", "installation de {} paquets"),
    (r"^Installing collected packages: (\S+),", "installation de {} et des autres paquets"),
    (r"^(?:Downloading|Collecting) ([\w.-]+)", "téléchargement de {}"),
    (r"^Resolved (\d+) package", "téléchargement de {} paquets"),
    (r" -m venv (\S)", "création de .venv"),
)


def main() -> None:
    """Prépare .venv pour la commande demandée, puis lui laisse la place."""
    arguments = sys.argv[1:] or ["--help"]
    try:
        prepare([KIT_NEEDS, TESTS_NEED] if arguments[0] in ("test", "check") else [KIT_NEEDS])
        if os.name != "nt":  # la commande le laisse passer dès qu'elle sait quoi en dire
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    except KeyboardInterrupt:
        sys.exit("Installation interrompue : relancez la commande pour la reprendre.")
    except OSError as error:
        if disk_is_full():
            stop(f"Installation impossible, {DISK[1]} : {DISK[2]}, puis relancez la commande.")
        stop(
            f"Le système refuse l'accès à {error.filename or KIT} ({error.strerror}) : placez le "
            "dossier entier du kit là où vous pouvez écrire, fermez JupyterLab s'il est ouvert, "
            "puis relancez la commande."
        )
    command = [PYTHON, "-P", "-m", "kit_minio", *arguments]  # -P : rien du dossier courant
    if os.name == "nt":
        sys.exit(supervise(command))
    os.execve(PYTHON, command, environment())  # noqa: S606


def supervise(command: list[str]) -> int:
    """Renvoie le code de sortie de la commande ; c'est elle, et elle seule, que Ctrl-C arrête."""
    process = subprocess.Popen(command, env=environment())
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


def say(message: str) -> None:
    """Écrit une ligne sur la sortie d'erreur : la sortie standard est à la commande."""
    print(fitted(message), file=sys.stderr, flush=True)


def fitted(message: str) -> str:
    """Renvoie un message à la largeur du terminal, s'il y en a un, sans couper un mot."""
    if not sys.stderr.isatty():
        return message
    width = shutil.get_terminal_size().columns
    return textwrap.fill(message, width, break_long_words=False, break_on_hyphens=False)


def stop(message: str) -> None:
    """Met fin au programme, sur une phrase."""
    sys.exit(fitted(message))


def prepare(needs: list[str]) -> None:
    """Installe ce qui manque, une seule commande à la fois."""
    if installed(needs):
        return
    # Le système lève ce verrou à la mort de qui le tient ; un installateur qui survit à kit.py
    # en hérite, et le garde jusqu'à sa propre fin.
    with (KIT / ".venv.lock").open("a") as file:
        os.set_inheritable(file.fileno(), True)
        if not locked(file.fileno()):
            say("Une autre commande installe déjà les dépendances : attente de sa fin…")
            while not locked(file.fileno()):
                time.sleep(0.2)
        if not installed(needs):
            install(needs)


def locked(descriptor: int) -> bool:
    """Prend le verrou s'il est libre, et dit si c'est fait."""
    try:
        if os.name == "nt":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def installed(needs: list[str]) -> bool:
    """Dit si .venv fonctionne et si son témoin est celui de ces dépendances."""
    return set(stamp_for(needs)) <= set(read_stamp())


def stamp_for(needs: list[str]) -> list[str]:
    """Renvoie le témoin de ces dépendances : l'interpréteur, puis leurs contenus."""
    files = (KIT / "requirements.txt", KIT / "pyproject.toml")
    content = hashlib.sha256(b"\n".join(file.read_bytes() for file in files)).hexdigest()
    return [interpreter(), *(f"{need} {content}" for need in needs)]


def interpreter() -> str:
    """Renvoie la version et le lieu du Python de .venv, ou "" s'il ne peut pas servir."""
    code = f"import sys; sys.version_info >= {NEEDED} and print('%d.%d' % sys.version_info[:2])"
    with contextlib.suppress(OSError):
        done = subprocess.run([PYTHON, "-ISc", code], capture_output=True, text=True)
        if done.stdout:
            return f"{done.stdout.strip()} {PYTHON!a}"
    return ""


def read_stamp() -> list[str]:
    """Renvoie les lignes du témoin, aucune s'il n'y en a pas."""
    return STAMP.read_text("ascii", "replace").splitlines() if STAMP.exists() else []


def write_stamp(lines: list[str]) -> None:
    """Remplace le témoin d'un seul coup, pour qu'il ne soit jamais à moitié écrit."""
    draft = STAMP.with_suffix(".tmp")
    draft.write_text("\n".join(lines), "ascii")
    draft.replace(STAMP)


def install(needs: list[str]) -> None:
    """Installe les dépendances, après avoir refait .venv s'il est inachevé ou inutilisable."""
    python, stamp = interpreter(), read_stamp()
    usable = python and (not stamp or python in stamp)
    if not usable and not importlib.util.find_spec("ensurepip"):
        stop(
            f"Ce Python ({sys.executable}) ne peut pas créer .venv, son module ensurepip manque : "
            f"installez-le (« sudo apt install python3.{sys.version_info[1]}-venv » sous Debian et "
            "Ubuntu), puis relancez la commande."
        )
    say("Installation des dépendances dans .venv (une à deux minutes la première fois)…")
    if not usable:
        stamp = []
        if VENV.is_symlink():  # ce qu'il désigne est à un autre
            VENV.unlink()
        for folder in filter(Path.exists, (BIN, VENV)):  # sans BIN, un .venv reste à refaire
            shutil.rmtree(folder)
        VENV.mkdir()
    write_stamp(["en cours"])
    LOG.write_bytes(b"")
    # Lancé par le Python de .venv, kit.py vient de l'effacer : c'est celui d'origine qu'il faut.
    created = usable or run(sys._base_executable, "-m", "venv", str(VENV))
    if created and (run_uv(needs) or run(PYTHON, "-m", "pip", "install", *needs)):
        write_stamp(stamp_for(needs))
        return
    last = LOG.read_text("utf-8", "replace").rpartition("\n$ ")[2][-4000:]
    errors = re.findall(r"^error: *(.+)", last, re.IGNORECASE | re.MULTILINE) or ["sans un mot"]
    other = ("", f"l'installateur s'arrête (« {errors[-1]} »)", "lisez le journal et corrigez")
    kind = next((k for k in (NETWORK, DISK, IN_USE) if re.search(k[0], last, re.I)), other)
    kind = DISK if disk_is_full() else kind  # et le journal n'a peut-être pas pu le dire
    if kind is NETWORK:
        write_stamp(stamp)  # rien n'a été touché : ce qui était installé sert encore
    stop(
        f"Installation impossible, {kind[1]} : {kind[2]}, puis relancez la commande "
        f"(journal : {LOG})."
    )


def disk_is_full() -> bool:
    """Dit s'il ne reste presque rien du disque du kit."""
    return shutil.disk_usage(KIT).free < 10 * 1024**2


def run_uv(needs: list[str]) -> bool:
    """Installe avec uv, bien plus rapide que pip, quitte à l'installer d'abord."""
    path = environment()["PATH"]
    if not shutil.which("uv", path=path):
        run(PYTHON, "-m", "pip", "install", "uv")
    uv = shutil.which("uv", path=path)
    # Compilés d'emblée, comme le fait pip : dans un bac à sable, Python ne garderait rien.
    install = ("pip", "install", "--compile-bytecode", "--python", PYTHON, *needs)
    return bool(uv) and run(uv, *install)


def run(*command: str) -> bool:
    """Exécute une commande dans le dossier du kit, sa sortie au journal ; dit si elle réussit."""
    with LOG.open("a", encoding="utf-8", errors="backslashreplace") as log:
        print("\n$", *command, file=log, flush=True)
        streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "close_fds": False}
        try:
            process = subprocess.Popen(command, cwd=KIT, env=environment(), **streams)
        except OSError as error:
            print("error:", error, file=log)
            return False
        try:
            return wait(process) == 0
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            show("")


def wait(process: subprocess.Popen) -> int:
    """Attend la fin d'une commande, et montre où elle en est ; renvoie son code de sortie."""
    while True:
        try:
            return process.wait(0.5)
        except subprocess.TimeoutExpired:
            minutes, seconds = divmod(int(time.monotonic() - STARTED), 60)
            show(f"  {step(LOG.read_text('utf-8', 'replace'))}… {minutes} min {seconds:02} s")


def step(log: str) -> str:
    """Renvoie ce que fait l'installateur, d'après son journal."""
    log = log.rpartition("\n$ ")[2]
    seen = ((words, re.findall(sign, log, re.M)) for sign, words in STEPS)
    words, found = next((pair for pair in seen if pair[1]), ("préparation", [""]))
    begun, done = (
        re.findall(f"^ ?{word} (\\S+)", log, re.M) for word in ("Downloading", "Downloaded")
    )
    awaited = [name for name in begun if name not in done]
    if found[-1] not in begun:  # uv en télécharge plusieurs à la fois, et n'annonce que les gros
        return words.format(found[-1])
    received = f" ({len(done)} gros fichiers reçus sur {len(begun)})" if len(done) > 1 else ""
    return words.format(awaited[0] if awaited else found[-1]) + received


def show(text: str) -> None:
    """Remplace la ligne d'attente du terminal, s'il y en a un ; vide, elle disparaît."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r{text[:width]:{width}}\r{text[:width]}")
        sys.stderr.flush()


def environment() -> dict[str, str]:
    """Renvoie les variables d'environnement qui activent .venv, et lui seul."""
    harmful = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
    env = {name: value for name, value in os.environ.items() if name not in harmful}
    env.update(VIRTUAL_ENV=str(VENV), PATH=f"{BIN}{os.pathsep}{env.get('PATH', os.defpath)}")
    env.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.setdefault("PIP_RETRIES", "2")
    if os.name == "nt":
        env.setdefault("PYTHONUTF8", "1")
    return env


if __name__ == "__main__":
    main()
