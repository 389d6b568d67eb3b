"""``python -m kit_minio`` : la ligne de commande du kit."""

from kit_minio.cli import main

main()
