"""L'accueil servi par JupyterLab : sa page, l'examen de l'installation, une copie neuve.

Les adresses sont sous ``<base_url>kit/accueil``, pour qui s'est présenté à Jupyter ; un
JupyterHub peut donc les relayer. Ce que l'on demande est toujours une copie du cours : aucun
chemin ne vient du navigateur.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from markupsafe import Markup
from tornado.web import HTTPError, authenticated

from helpers.errors import KitError
from helpers.samples import sample
from kit_minio.checks import all_series
from kit_minio.home import copies, page
from kit_minio.home.documents import documents

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

ADDRESS = "kit/accueil"
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


class _Handler(JupyterHandler):
    """Ce que les adresses de l'accueil ont en commun."""

    auth_resource = "contents"

    @property
    def content_security_policy(self) -> str:
        """Une page sans script : rien de ce qu'un notebook dit n'y devient du code."""
        return _POLICY

    def _address(self, *parts: str) -> str:
        return str(url_path_join(self.base_url, ADDRESS, *parts))

    def _notebook(self, path: str) -> str:
        return str(url_path_join(self.base_url, "lab", "tree", quote(path)))

    def _place(self) -> page.Place:
        return page.Place(
            link=self._notebook,
            document=lambda name: self._address("docs", name),
            picture=self._address("port.jpg"),
            diagnosis=self._address("examen"),
            restart=self._address("recommencer"),
            token=Markup(self.xsrf_form_html()),  # noqa: S704 - le champ de tornado
        )


class _Home(_Handler):
    """La page, ou son contenu seul pour l'onglet de JupyterLab."""

    @authenticated
    @authorized
    async def get(self) -> None:
        view = await asyncio.to_thread(lambda: page.look(all_series()))
        render = page.fragment if self.get_argument("fragment", "") else page.whole_page
        self.finish(render(view, self._place()))


class _Picture(_Handler):
    """L'image du port."""

    @authenticated
    @authorized
    async def get(self) -> None:
        self.set_header("Content-Type", "image/jpeg")
        self.set_header("Cache-Control", "max-age=86400")
        self.finish(sample("port.jpg").read_bytes())


class _Sheet(_Handler):
    """La feuille de style, pour tout ce que le kit montre dans JupyterLab."""

    @authenticated
    @authorized
    async def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(str(page.style()))


class _Document(_Handler):
    """Une page de ``docs/`` : l'aide-mémoire, le glossaire…"""

    @authenticated
    @authorized
    async def get(self, name: str) -> None:
        if document := documents().get(name):
            self.finish(page.document_page(document))
        else:
            raise HTTPError(404)


class _Diagnosis(_Handler):
    """L'examen de l'installation."""

    @authenticated
    @authorized
    async def get(self) -> None:
        from kit_minio.doctor import examine

        self.finish(page.diagnosis(await asyncio.to_thread(lambda: list(examine()))))


class _Restart(_Handler):
    """Une copie neuve d'un notebook, l'ancienne gardée."""

    @authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        path = self.get_argument("copy")
        try:
            kept = await asyncio.to_thread(copies.restart, path)
        except KitError as error:
            self.set_status(400)
            self.finish({"message": f"{error.fact} {error.remedy}"})
            return
        if "text/html" in self.request.headers.get("Accept", ""):
            self.redirect(self._notebook(path))
        else:
            self.finish({"kept": kept})


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Ajoute les adresses de l'accueil ; la page n'a de sens que sur le dossier de travail."""
    settings: dict[str, Any] = server.web_app.settings
    base = settings["base_url"]
    found: dict[str, type[_Handler]] = {"feuille.css": _Sheet}
    if Path(server.root_dir).resolve() == copies.work_folder().resolve():
        settings.setdefault("page_config_data", {})["kitHome"] = "yes"
        found |= {"": _Home, "port.jpg": _Picture, "examen": _Diagnosis, "recommencer": _Restart}
        found["docs/([^/]+)"] = _Document
    rules = [
        (url_path_join(base, ADDRESS, *filter(None, [name])), handler)
        for name, handler in found.items()
    ]
    server.web_app.add_handlers(".*$", rules)  # type: ignore[no-untyped-call]
