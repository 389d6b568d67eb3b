"""Ce que lance ``kit.py``."""
