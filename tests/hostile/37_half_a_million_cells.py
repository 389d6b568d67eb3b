"""Cinq cent mille cellules : refusées avant d'être lues une à une."""


def copies(notebook: bytes) -> dict[str, dict]:
    """Écrit un notebook sous la limite de taille, mais au-delà de celle des cellules."""
    cells = b'{"cell_type":""},' * 499_999 + b'{"cell_type":""}'
    return {"cellules": {"x.ipynb": b'{"nbformat": 4, "cells": [' + cells + b"]}"}}


EXPECTED = {"cellules": (None, "il a plus de 2000 cellules")}
