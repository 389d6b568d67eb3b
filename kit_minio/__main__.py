"""``python -m kit_minio`` : la ligne de commande du kit."""

import signal
import sys
from pathlib import Path

try:
    if hasattr(signal, "pthread_sigmask"):  # kit.py a retenu Ctrl-C jusqu'ici
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    from kit_minio.cli import main

    main()
except ImportError as error:
    if (error.name or "kit_minio").partition(".")[0] in ("kit_minio", "helpers"):
        raise
    # Absent, le témoin laisserait croire l'installateur, pour qui ce paquet est toujours là.
    stamp = Path(sys.prefix) / "installation.txt"
    if stamp.exists():
        stamp.write_text("endommagé", "utf-8")
    sys.exit(
        f"L'installation est endommagée, « {error.name} » ne s'importe pas : relancez la même "
        "commande (python3 kit.py …), elle refait .venv."
    )
except KeyboardInterrupt:
    sys.exit("Interrompu.")
