"""Ce qu'un notebook importe : ``from helpers import connect``, puis ``client = connect()``.

Entre le serveur S3 que les réglages désignent, ou que le kit démarre ; sortent un client minio-py,
des affichages en français, des exercices. À lire dans cet ordre : ``connection`` (et ``server``),
``spaces``, ``display``, ``errors``, puis ``exercises``, ``widgets`` et ``topics``, un module par
sujet de leçon. ``__init__.pyi`` dit d'où vient chaque nom public, chargé à son premier usage.
"""

import os
import sys
from importlib import import_module

import lazy_loader

_HERE = ("127.0.0.1", "localhost", "::1")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def _prepare_environment() -> None:
    """Règle ce que lisent les clients HTTP de ce noyau, et de ce qu'il lance."""
    for name in ("NO_PROXY", "no_proxy"):
        # Le serveur est sur cette machine : le proxy d'une école n'a pas à recevoir ses requêtes.
        known = [host.strip() for host in os.environ.get(name, "").split(",") if host.strip()]
        os.environ[name] = ",".join([*known, *(host for host in _HERE if host not in known)])
    for name in ("REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):
        # requests et boto3 ne lisent pas SSL_CERT_FILE, où est l'autorité d'un serveur privé.
        if os.environ.get("SSL_CERT_FILE"):
            os.environ.setdefault(name, os.environ["SSL_CERT_FILE"])


_prepare_environment()

if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
    import_module("helpers.tracebacks").install_handler(sys.modules["IPython"].get_ipython())
