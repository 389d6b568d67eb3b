"""Éprouver longtemps les lecteurs : ``python -m tests.fuzz --seconds 3600``.

Chaque cible reçoit sa part du temps. Les trouvailles vont dans un dossier, une par fichier, avec la
trace ; la dernière ligne compte les essais. ``--guided`` suit la couverture du code, par atheris
(qui s'installe à part : ``pip install atheris``), une cible après l'autre, un processus chacune.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

SLOW = 2.0  # secondes de calcul : un essai plus long est une trouvaille aussi


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="durée totale")
    parser.add_argument("--only", action="append", default=[], help="nom d'une cible")
    parser.add_argument("--seed", type=int, default=1, help="graine du hasard")
    parser.add_argument("--out", type=Path, default=Path("trouvailles"), help="dossier écrit")
    parser.add_argument("--guided", action="store_true", help="suit la couverture, par atheris")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.guided and len(options.only) == 1:
        _guided(options.only[0], options.seconds, options.seed, options.out)
        return
    from tests.support.fuzzing import TARGETS

    names = options.only or list(TARGETS)
    if options.guided:
        for name in names:
            each = str(options.seconds / len(names))
            command = [sys.executable, "-m", "tests.fuzz", "--guided", f"--only={name}"]
            command += [f"--seconds={each}", f"--seed={options.seed}", f"--out={options.out}"]
            print(name, "code de sortie", subprocess.run(command, check=False).returncode)
        return
    counts: Counter[str] = Counter()
    found: Counter[str] = Counter()
    rng, end = random.Random(options.seed), time.monotonic() + options.seconds
    while time.monotonic() < end:
        for name in names:
            turn = time.monotonic() + min(2.0, options.seconds / len(names))
            while time.monotonic() < turn:
                data = TARGETS[name].draw(rng)
                counts[name] += 1
                if told := _trial(name, data):
                    found[name] += _kept(options.out, name, data, told)
    for name in names:
        print(f"{name} : {counts[name]} essais, {found[name]} trouvailles distinctes", flush=True)
    print(f"En tout : {counts.total()} essais, {found.total()} trouvailles, {options.out}")


def _trial(name: str, data: bytes) -> str:
    """Renvoie ce qui s'est échappé d'une cible, vide si rien."""
    from tests.support.fuzzing import TARGETS

    started = time.process_time()  # et non l'heure : la machine est partagée
    try:
        TARGETS[name].read(data)
    except Exception:  # noqa: BLE001 - c'est ce que l'on cherche
        return traceback.format_exc()
    spent = time.process_time() - started
    return f"{spent:.1f} s\n" if spent > SLOW else ""


def _kept(folder: Path, name: str, data: bytes, told: str) -> int:
    """Garde une trouvaille, une fois par endroit du code ; renvoie 1 si elle est neuve."""
    places = [line.strip() for line in told.splitlines() if line.strip().startswith("File")]
    last = told.strip().splitlines()[-1].split(":")[0]
    mark = hashlib.sha256("".join([*places[-3:], last]).encode()).hexdigest()[:10]
    path = folder / f"{name.replace(' ', '-')}-{mark}"
    if path.exists():
        return 0
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(told, encoding="utf-8", errors="replace")
    return 1


def _guided(name: str, seconds: float, seed: int, out: Path) -> None:
    """Laisse atheris chercher ; il s'arrête à la première trouvaille, et la garde."""
    import atheris

    with atheris.instrument_imports(include=["helpers", "kit_minio"]):
        from tests.support.fuzzing import TARGETS
    corpus = out / f"corpus-{name.replace(' ', '-')}"
    corpus.mkdir(exist_ok=True)
    for rank, example in enumerate(TARGETS[name].seeds):
        (corpus / str(rank)).write_bytes(example)
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={max(1, int(seconds))}"]
    arguments += [f"-seed={seed}", "-timeout=20", "-rss_limit_mb=2048", f"-artifact_prefix={out}/"]
    atheris.Setup(arguments, TARGETS[name].read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
