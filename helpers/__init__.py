"""Le petit module du cours : se connecter à S3, montrer ce qui s'y trouve, vérifier.

from helpers import connect
client = connect()
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from helpers.client import connect, fresh_bucket, fresh_space, remove_bucket, remove_space
from helpers.display import (
    show_buckets,
    show_error,
    show_image,
    show_link,
    show_object,
    show_objects,
    show_rules,
    show_server,
    show_tree,
    show_versions,
    show_video,
)
from helpers.errors import KitError, explain, full_traceback, install_handler
from helpers.lifecycle import set_lifetimes
from helpers.presigned_url import explain_url
from helpers.samples import sample, serve_folder
from helpers.serving import serve
from helpers.workbook import open_exercises

__all__ = [
    "KitError",
    "async_client",
    "batch_bar",
    "connect",
    "connect_from_token",
    "credentials_for_arrow",
    "download_bar",
    "download_many",
    "ensure_extras",
    "explain",
    "explain_url",
    "explore",
    "fresh_bucket",
    "fresh_space",
    "full_traceback",
    "gallery",
    "inspect_url",
    "obstore_store",
    "open_exercises",
    "panel",
    "read_token",
    "remove_bucket",
    "remove_space",
    "sample",
    "serve",
    "serve_folder",
    "set_lifetimes",
    "show_buckets",
    "show_error",
    "show_image",
    "show_link",
    "show_object",
    "show_objects",
    "show_rules",
    "show_server",
    "show_tree",
    "show_versions",
    "show_video",
    "terminal",
    "upload",
    "upload_bar",
    "upload_many",
    "write_token",
]

if TYPE_CHECKING:
    from helpers.command_line import terminal
    from helpers.extras import ensure_extras
    from helpers.progress import batch_bar, download_bar, upload_bar
    from helpers.tokens import (
        connect_from_token,
        credentials_for_arrow,
        read_token,
        write_token,
    )
    from helpers.transfers import async_client, download_many, obstore_store, upload_many
    from helpers.widgets.explorer import explore
    from helpers.widgets.gallery import gallery
    from helpers.widgets.inspector import inspect_url
    from helpers.widgets.panel import panel
    from helpers.widgets.uploader import upload

_LAZY = {
    "async_client": "transfers",
    "batch_bar": "progress",
    "connect_from_token": "tokens",
    "credentials_for_arrow": "tokens",
    "download_bar": "progress",
    "download_many": "transfers",
    "ensure_extras": "extras",
    "explore": "widgets.explorer",
    "gallery": "widgets.gallery",
    "inspect_url": "widgets.inspector",
    "obstore_store": "transfers",
    "panel": "widgets.panel",
    "read_token": "tokens",
    "terminal": "command_line",
    "upload": "widgets.uploader",
    "upload_bar": "progress",
    "upload_many": "transfers",
    "write_token": "tokens",
}


def __getattr__(name: str) -> Any:
    """Charge les barres et les widgets à leur premier usage : l'import du kit reste court."""
    if name in _LAZY:
        return getattr(import_module(f"helpers.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if "IPython" in sys.modules:
    _shell = sys.modules["IPython"].get_ipython()
    if _shell is not None:
        install_handler(_shell)
