"""SeaweedFS : les buckets se partagent ses volumes."""

from __future__ import annotations

from helpers import server as servers
from helpers.s3 import client_for
from helpers.server.certificates import internal_pool
from tests.support.servers import embedded_only, put


@embedded_only
def test_buckets_of_the_embedded_server_share_their_volumes(kit_data):
    """Sinon, le premier objet de chaque bucket attend 200 ms."""
    client = client_for(servers.ensure())
    for number in range(3):
        client.make_bucket(bucket_name=f"partage-{number}")
        put(client, f"partage-{number}", "cle", b"x")
    master = int(servers.find().endpoint.rpartition(":")[2]) + 1
    pool = internal_pool(kit_data / "embedded")
    status = pool.request("GET", f"https://127.0.0.1:{master}/dir/status").json()
    layouts = {layout["collection"] for layout in status["Topology"]["Layouts"]}
    assert {name for name in layouts if name.startswith("partage")} == set()
    assert "kit" in layouts
