"""Ce qu'un notebook importe : ``from helpers import connect``, puis ``client = connect()``.

Entre le serveur S3 que les réglages désignent, ou que le kit démarre ; sortent un client minio-py,
des affichages en français, des exercices. À lire dans cet ordre : ``connection`` (et ``server``),
``spaces``, ``display``, ``errors``, puis ``exercises``, ``widgets`` et ``topics``, un module par
sujet de leçon. ``__init__.pyi`` dit d'où vient chaque nom public, chargé à son premier usage.
"""

import sys
from importlib import import_module

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
    import_module("helpers.tracebacks").install_handler(sys.modules["IPython"].get_ipython())
