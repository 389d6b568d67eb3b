"""Le petit module du cours : se connecter à S3, montrer ce qui s'y trouve, vérifier.

from helpers import connect
client = connect()
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.connection import connect, show_server
    from helpers.display import (
        show_buckets,
        show_error,
        show_image,
        show_link,
        show_object,
        show_objects,
        show_rules,
        show_tree,
        show_versions,
        show_video,
    )
    from helpers.errors import KitError, explain, full_traceback
    from helpers.exercises.workbook import open_exercises
    from helpers.extras import ensure_extras
    from helpers.progress import batch_bar, download_bar, upload_bar
    from helpers.samples import sample, serve_folder
    from helpers.serving import serve
    from helpers.spaces import fresh_bucket, fresh_space, remove_bucket, remove_space
    from helpers.topics.clients import async_client, obstore_store
    from helpers.topics.lifecycle import set_lifetimes
    from helpers.topics.presigned import explain_url
    from helpers.topics.terminal import terminal
    from helpers.topics.tokens import (
        connect_from_token,
        credentials_for_arrow,
        read_token,
        write_token,
    )
    from helpers.topics.transfers import download_many, upload_many
    from helpers.widgets.explorer import explore
    from helpers.widgets.gallery import gallery
    from helpers.widgets.inspector import inspect_url
    from helpers.widgets.panel import panel
    from helpers.widgets.uploader import upload

# Chaque nom, et le module qui le donne à son premier usage : l'import du kit reste court.
_NAMES = {
    "KitError": "errors",
    "async_client": "topics.clients",
    "batch_bar": "progress",
    "connect": "connection",
    "connect_from_token": "topics.tokens",
    "credentials_for_arrow": "topics.tokens",
    "download_bar": "progress",
    "download_many": "topics.transfers",
    "ensure_extras": "extras",
    "explain": "errors",
    "explain_url": "topics.presigned",
    "explore": "widgets.explorer",
    "fresh_bucket": "spaces",
    "fresh_space": "spaces",
    "full_traceback": "errors",
    "gallery": "widgets.gallery",
    "inspect_url": "widgets.inspector",
    "obstore_store": "topics.clients",
    "open_exercises": "exercises.workbook",
    "panel": "widgets.panel",
    "read_token": "topics.tokens",
    "remove_bucket": "spaces",
    "remove_space": "spaces",
    "sample": "samples",
    "serve": "serving",
    "serve_folder": "samples",
    "set_lifetimes": "topics.lifecycle",
    "show_buckets": "display",
    "show_error": "display",
    "show_image": "display",
    "show_link": "display",
    "show_object": "display",
    "show_objects": "display",
    "show_rules": "display",
    "show_server": "connection",
    "show_tree": "display",
    "show_versions": "display",
    "show_video": "display",
    "terminal": "topics.terminal",
    "upload": "widgets.uploader",
    "upload_bar": "progress",
    "upload_many": "topics.transfers",
    "write_token": "topics.tokens",
}
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


def __getattr__(name: str) -> Any:
    """Charge un nom public à son premier usage."""
    if name in _NAMES:
        return getattr(import_module(f"helpers.{_NAMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Renvoie les noms publics, ceux que la complétion propose."""
    return list(_NAMES)


if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
    import_module("helpers.errors").install_handler(sys.modules["IPython"].get_ipython())
