"""``python -m helpers`` : la ligne de commande du kit."""

from helpers.cli import main

main()
