"""La sortie d'une cellule ne remplit pas la mémoire du noyau."""

from __future__ import annotations

from jupyter_client.manager import KernelManager

# La méthode de la classe : celle que IPython met sur l'objet garde tout dans son historique.
FLOOD = """
import resource
import sys

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(20_000):
    type(sys.stdout).write(sys.stdout, "x" * 10_000)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
"""


def test_a_flood_is_sent_as_it_comes() -> None:
    """200 Mo écrits d'un trait : 1 Mio de plus dans le noyau, 178 avec la sortie de ipykernel."""
    manager = KernelManager(transport="ipc")
    manager.start_kernel(
        extra_arguments=[
            "--IPKernelApp.outstream_class=kit_minio.grading.execute.sandbox.inside.output.Output"
        ]
    )
    client = manager.client()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    try:
        grown = {"grown": "grown"}
        reply = client.execute(FLOOD, user_expressions=grown, reply=True, timeout=60)["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["status"] == "ok"
    assert int(reply["user_expressions"]["grown"]["data"]["text/plain"]) < 30
