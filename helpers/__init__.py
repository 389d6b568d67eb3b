"""Ce qu'un notebook importe : ``from helpers import connect``, puis ``client = connect()``.

Entre le serveur S3 que les réglages désignent, ou que le kit démarre ; sortent un client minio-py,
des affichages en français, des exercices. À lire dans cet ordre : ``connection`` (et ``server``),
``spaces``, ``display``, ``errors``, puis ``exercises``, ``widgets`` et ``topics``, un module par
sujet de leçon.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

# Chaque nom public, dans le module qui le donne à son premier usage : l'import du kit reste court.
_MODULES = {
    "connection": "connect current_server show_server",
    "display": """Table show_buckets show_error show_image show_link show_object show_objects
        show_tree user_metadata""",
    "errors": "KitError explain",
    "exercises.workbook": "open_exercises",
    "extras": "ensure_extras",
    "progress": "batch_bar download_bar upload_bar",
    "s3": "client_for",
    "samples": "SAMPLES sample",
    "serving": "serve",
    "spaces": "fresh_bucket fresh_space remove_bucket remove_space",
    "topics.clients": "async_client obstore_store",
    "topics.lifecycle": "set_lifetimes show_rules",
    "topics.loopback": "serve_folder",
    "topics.presigned": "explain_url",
    "topics.terminal": "terminal",
    "topics.tokens": "connect_from_token credentials_for_arrow read_token write_token",
    "topics.transfers": "download_many upload_many",
    "topics.versions": "show_versions",
    "topics.video": "show_video",
    "tracebacks": "full_traceback",
    "widgets.explorer": "explore",
    "widgets.gallery": "gallery",
    "widgets.inspector": "inspect_url",
    "widgets.panel": "panel",
    "widgets.uploader": "upload",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_MODULE_OF)

if TYPE_CHECKING:  # les mêmes noms, pour les éditeurs et le vérificateur de types
    from helpers.connection import connect as connect
    from helpers.connection import current_server as current_server
    from helpers.connection import show_server as show_server
    from helpers.display import Table as Table
    from helpers.display import show_buckets as show_buckets
    from helpers.display import show_error as show_error
    from helpers.display import show_image as show_image
    from helpers.display import show_link as show_link
    from helpers.display import show_object as show_object
    from helpers.display import show_objects as show_objects
    from helpers.display import show_tree as show_tree
    from helpers.display import user_metadata as user_metadata
    from helpers.errors import KitError as KitError
    from helpers.errors import explain as explain
    from helpers.exercises.workbook import open_exercises as open_exercises
    from helpers.extras import ensure_extras as ensure_extras
    from helpers.progress import batch_bar as batch_bar
    from helpers.progress import download_bar as download_bar
    from helpers.progress import upload_bar as upload_bar
    from helpers.s3 import client_for as client_for
    from helpers.samples import SAMPLES as SAMPLES
    from helpers.samples import sample as sample
    from helpers.serving import serve as serve
    from helpers.spaces import fresh_bucket as fresh_bucket
    from helpers.spaces import fresh_space as fresh_space
    from helpers.spaces import remove_bucket as remove_bucket
    from helpers.spaces import remove_space as remove_space
    from helpers.topics.clients import async_client as async_client
    from helpers.topics.clients import obstore_store as obstore_store
    from helpers.topics.lifecycle import set_lifetimes as set_lifetimes
    from helpers.topics.lifecycle import show_rules as show_rules
    from helpers.topics.loopback import serve_folder as serve_folder
    from helpers.topics.presigned import explain_url as explain_url
    from helpers.topics.terminal import terminal as terminal
    from helpers.topics.tokens import connect_from_token as connect_from_token
    from helpers.topics.tokens import credentials_for_arrow as credentials_for_arrow
    from helpers.topics.tokens import read_token as read_token
    from helpers.topics.tokens import write_token as write_token
    from helpers.topics.transfers import download_many as download_many
    from helpers.topics.transfers import upload_many as upload_many
    from helpers.topics.versions import show_versions as show_versions
    from helpers.topics.video import show_video as show_video
    from helpers.tracebacks import full_traceback as full_traceback
    from helpers.widgets.explorer import explore as explore
    from helpers.widgets.gallery import gallery as gallery
    from helpers.widgets.inspector import inspect_url as inspect_url
    from helpers.widgets.panel import panel as panel
    from helpers.widgets.uploader import upload as upload
else:

    def __getattr__(name: str) -> object:
        """Charge un nom public à son premier usage."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"helpers.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    """Renvoie les noms publics, ceux que la complétion propose."""
    return __all__


if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
    import_module("helpers.tracebacks").install_handler(sys.modules["IPython"].get_ipython())
