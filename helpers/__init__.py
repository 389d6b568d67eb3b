"""Le petit module du cours : se connecter à S3, montrer ce qui s'y trouve, vérifier.

from helpers import connect
client = connect()
"""

from __future__ import annotations

import sys

from helpers.client import connect, fresh_bucket, fresh_space, remove_bucket, remove_space
from helpers.display import (
    show_buckets,
    show_error,
    show_image,
    show_link,
    show_objects,
    show_server,
)
from helpers.errors import KitError, explain, full_traceback, install_handler
from helpers.samples import sample
from helpers.workbook import open_exercises

__all__ = [
    "KitError",
    "connect",
    "explain",
    "fresh_bucket",
    "fresh_space",
    "full_traceback",
    "open_exercises",
    "remove_bucket",
    "remove_space",
    "sample",
    "show_buckets",
    "show_error",
    "show_image",
    "show_link",
    "show_objects",
    "show_server",
]

if "IPython" in sys.modules:
    _shell = sys.modules["IPython"].get_ipython()
    if _shell is not None:
        install_handler(_shell)
