"""Quel serveur S3 est là, est-il prêt, le démarrer, l'arrêter.

Entrent l'environnement et ``.env`` ; sort un ``Server``, prêt à l'emploi. Cinq voies, toujours dans
cet ordre : un serveur existant, que décrivent des variables (``external``) ; un serveur que le kit
a déjà démarré (``state``) ; ``docker``, le serveur de référence de ``docker-compose.yml`` ;
``native``, un programme ``minio`` ou ``silo`` sur le PATH ; ``embedded``, SeaweedFS installé avec
le kit. ``KIT_SERVER`` en impose une. Un serveur du kit survit au notebook qui l'a démarré ; il
n'écoute que sur cette machine, et rien d'autre que lui n'est jamais arrêté.

À lire dans cet ordre : ``choose`` (le choix), ``model`` (un ``Server``), ``settings``, les voies,
puis ce qu'elles se partagent : ``process``, ``ports``, ``health``, ``lock`` ; ``certificates``
ferme les ports internes de SeaweedFS, par où ``upkeep`` rouvre un bucket fermé à tous ;
``addresses`` et ``relay`` servent un navigateur qui n'est pas sur cette machine.
"""

from helpers.server.choose import ensure as ensure
from helpers.server.choose import find as find
from helpers.server.choose import stop as stop
from helpers.server.external import parse_endpoint as parse_endpoint
from helpers.server.health import is_ready as is_ready
from helpers.server.health import remedy_for as remedy_for
from helpers.server.model import REGION as REGION
from helpers.server.model import Server as Server
from helpers.server.settings import data_folder as data_folder
from helpers.server.settings import env_file as env_file
from helpers.server.settings import read_settings as read_settings
from helpers.server.settings import remember as remember
from helpers.server.upkeep import lift_policy as lift_policy
