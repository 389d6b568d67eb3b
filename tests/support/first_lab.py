"""La première commande du README, comme sur une machine neuve.

« python3 tests/support/first_lab.py » copie le kit dans un dossier vide, y lance ``kit.py lab``,
qui n'installe que requirements.txt, exécute les leçons 00 et 01 sur le serveur démarré par lui,
puis l'arrête comme le ferait Ctrl-C. La bibliothèque standard lui suffit : rien d'autre n'est
installé à ce moment-là.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ("notebooks/00-demarrage.ipynb", "notebooks/01-buckets.ipynb")
_UNWANTED = (".*", "__pycache__", "*.egg-info", "artefacts", "build", "node_modules", "travail")


def main() -> None:
    """Essaie la commande ; s'arrête avec une phrase à la première chose qui ne va pas."""
    started = time.monotonic()
    # En arrière-plan (« & », nohup), la commande hériterait d'un Ctrl-C ignoré.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="kit neuf é ") as name:
        kit = Path(name) / "kit"
        shutil.copytree(ROOT, kit, ignore=shutil.ignore_patterns(*_UNWANTED))
        hidden = ("KIT_", "MINIO_", "AWS_", "JUPYTER", "PYTHON", "VIRTUAL_ENV")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
        environment = kept | {"KIT_SERVER": "embedded"}
        lab = subprocess.Popen(
            [sys.executable, "kit.py", "lab", "--no-browser"], cwd=kit, env=environment,
            stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        try:
            assert lab.stdout is not None
            opened = next((line for line in lab.stdout if "?token=" in line), "")
            copies = [kit / "travail" / "lecons" / Path(lesson).name for lesson in LESSONS]
            if "/lab?token=" not in opened or not all(copy.is_file() for copy in copies):
                sys.exit("✗ « kit.py lab » n'a pas ouvert l'accueil, ou n'a pas fait les copies.")
            print(f"✓ « kit.py lab » s'ouvre en {time.monotonic() - started:.0f} s", flush=True)
            python = kit / ".venv" / "bin" / "python"
            done = subprocess.run(
                [python, "-m", "kit_minio", "run-notebooks", *LESSONS], cwd=kit, env=environment,
                stdout=subprocess.PIPE, encoding="utf-8", check=False,
            )  # fmt: skip
            print(done.stdout, flush=True)
            if done.returncode or done.stdout.count("inchangé") != len(LESSONS):
                sys.exit("✗ Les leçons ne donnent pas ce que contient le dépôt.")
        finally:
            lab.send_signal(signal.SIGINT)
            said, _ = lab.communicate(timeout=60)
        left = processes_in(Path(name))
        if lab.returncode or "Serveur S3 arrêté" not in said or left:
            sys.exit(f"✗ « kit.py lab » ne s'est pas arrêté proprement : {said}{left or ''}")
    print("✓ Installé, ouvert, exécuté, arrêté.")


def processes_in(folder: Path) -> list[str]:
    """Renvoie les programmes encore en marche dans ce dossier (sous Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve().is_relative_to(folder):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


if __name__ == "__main__":
    main()
