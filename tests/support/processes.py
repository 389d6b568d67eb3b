"""Les processus lancés depuis un dossier jetable : les trouver, les tuer."""

from kit_minio.suite.processes import kill_servers, processes_in

__all__ = ["kill_servers", "processes_in"]
