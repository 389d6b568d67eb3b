"""Un planificateur dask et deux ouvriers, chacun son processus : ``small_cluster.py DOSSIER``.

Écrit son adresse, puis dure autant que son entrée.
"""

import sys

from distributed import LocalCluster


def main() -> None:
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=sys.argv[1],
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
