"""Les ports internes du serveur embarqué n'obéissent qu'au kit : ni page web, ni autre compte."""

from __future__ import annotations

import http.server
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import urllib3

from helpers import server as servers
from helpers.server.certificates import FOLDER, internal_pool
from helpers.server.embedded import program
from helpers.server.settings import data_folder
from tests.support.servers import embedded_only, get, put
from tests.support.unprivileged import as_user

BUCKET = "ferme-essai"
INNER = (1, 2, 3, 4, 10000, 10001, 10002, 10003, 10004)  # comptés à partir du port S3
# Ce qui effaçait tout, ou le lisait, quand ces ports répondaient à n'importe qui.
PATHS = (
    "/col/delete?collection=kit",
    "/vol/grow?collection=kit&count=1",
    "/dir/status",
    f"/buckets/{BUCKET}?recursive=true",
    f"/buckets/{BUCKET}/cle",
    "/",
)
# Chaque façon qu'a une page d'appeler une adresse, sans rien en lire.
PAGE = """<!doctype html><title>essai</title><body><script>
const targets = TARGETS, waiting = [];
for (const url of targets) {
  for (const method of ["GET", "POST"])
    waiting.push(fetch(url, { method, mode: "no-cors" }).catch(() => null));
  for (const method of ["PUT", "DELETE"])
    waiting.push(fetch(url, { method }).catch(() => null));
  waiting.push(new Promise(done => {
    const image = new Image(); image.onload = image.onerror = done; image.src = url; }));
  const name = `cadre${waiting.length}`;
  const frame = Object.assign(document.createElement("iframe"), { name });
  const form = Object.assign(document.createElement("form"),
                             { action: url, method: "POST", target: name });
  document.body.append(frame, form); form.submit();
  waiting.push(new Promise(done => {
    const socket = new WebSocket(url.replace(/^http/, "ws"));
    socket.onopen = socket.onerror = done; }));
}
Promise.all(waiting).then(() => { document.title = "fini"; });
</script>"""

# Dit chaque socket Unix où ce compte entre.
KNOCK = """
import socket, sys
for path in sys.argv[1:]:
    with socket.socket(socket.AF_UNIX) as client:
        if client.connect_ex(path) == 0:
            print(path)
"""

pytestmark = [
    embedded_only,
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]


@pytest.fixture
def base(client) -> int:
    """Le port S3 du serveur, où un objet vient d'être déposé."""
    if not client.bucket_exists(bucket_name=BUCKET):
        client.make_bucket(bucket_name=BUCKET)
    put(client, BUCKET, "cle", b"secret" * 100)
    return int(servers.find().endpoint.rpartition(":")[2])


def unharmed(client) -> bool:
    put(client, BUCKET, "autre", b"x")
    return get(client, BUCKET, "cle") == b"secret" * 100


def strangers(timeout: float = 5) -> urllib3.PoolManager:
    """Des connexions qui ne vérifient ni ne présentent aucun certificat."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return urllib3.PoolManager(ssl_context=context, timeout=timeout, retries=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "ailleurs.exemple.org"])
def test_a_stranger_gets_nothing_from_an_internal_port(client, base, host):
    pool = strangers()
    for offset in INNER:
        for scheme in ("http", "https"):
            for path in PATHS:
                url = f"{scheme}://127.0.0.1:{base + offset}{path}"
                try:
                    answer = pool.request("POST", url, headers={"Host": host}, body=b"x")
                except (urllib3.exceptions.HTTPError, OSError):
                    continue
                assert answer.status == 400, (url, answer.status)  # « parlez TLS »
                assert b"secret" not in answer.data
    assert unharmed(client)


def test_the_kit_presents_itself_and_is_answered(base):
    pool = internal_pool(data_folder() / "embedded")
    assert pool.request("GET", f"https://127.0.0.1:{base + 1}/dir/status").status == 200


def test_keys_are_readable_by_their_owner_only(base):
    folder = data_folder() / "embedded"
    assert stat.S_IMODE((folder / FOLDER).stat().st_mode) == 0o700
    written = [*(folder / FOLDER).iterdir(), folder / "security.toml"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    names = {path.name for path in written}
    assert names == {"ca.pem", "cert.pem", "key.pem", "security.toml"}  # l'autorité est oubliée


def test_the_network_sees_no_internal_port(base):
    """Tout n'écoute que sur cette machine."""
    found = [item for items in psutil.net_if_addrs().values() for item in items]
    here = [item.address for item in found if item.family == socket.AF_INET]
    for address in (address for address in here if not address.startswith("127.")):
        for offset in (0, *INNER):
            with socket.socket() as probe:
                probe.settimeout(2)
                assert probe.connect_ex((address, base + offset)), (address, offset)


@pytest.mark.slow
@pytest.mark.needs("bubblewrap")
def test_another_account_reaches_nothing(client, base, tmp_path):
    """Un autre compte de la machine n'a ni la clé, ni l'administration, ni les sockets Unix."""
    if not as_user():
        pytest.skip("il faut être root pour emprunter un autre compte")
    weed = shutil.copy(program(), tmp_path / "weed")
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    order = "fs.ls /buckets\nvolume.list\ncollection.delete -collection kit -force\ns3.user.list\n"
    master, filer = (f"127.0.0.1:{base + n}.{base + n + 10000}" for n in (1, 3))
    done = subprocess.run(
        [*as_user(), "timeout", "20", weed, "shell", f"-master={master}", f"-filer={filer}"],
        input=order, capture_output=True, text=True, cwd="/", check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert BUCKET not in said, said
    assert "secret" not in said
    key = data_folder() / "embedded" / FOLDER / "key.pem"
    read = subprocess.run(
        [*as_user(), sys.executable, "-c", f"open({str(key)!r}).read()"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert read.returncode != 0
    server = psutil.Process(servers.find().pid)
    sockets = {
        Path(server.cwd()) / item.laddr for item in server.net_connections("unix") if item.laddr
    }
    names = {path.name for path in sockets}  # SeaweedFS en met aussi dans /tmp
    assert {"s3.sock", "f.sock"} < names and any(name.startswith("seaweedfs-") for name in names)
    knocked = subprocess.run(
        [*as_user(), sys.executable, "-c", KNOCK, *map(str, sockets)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert knocked.stdout == "", "ces sockets s'ouvrent à un autre compte"
    assert unharmed(client)


@pytest.fixture
def other_origin(base) -> Iterator[str]:
    """L'adresse d'une page d'une autre origine, qui essaie chaque port interne."""
    targets = [
        f"{scheme}://{host}:{base + offset}{path}"
        for offset in INNER
        for scheme in ("http", "https")
        for host in ("127.0.0.1", "ailleurs.localhost")  # même machine, un Host qui n'est pas d'ici
        for path in PATHS[:2] + PATHS[3:4]
    ]
    page = PAGE.replace("TARGETS", repr(targets)).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Ne dit rien."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.needs("chromium")
def test_a_page_of_another_origin_harms_nothing(client, other_origin):
    from tests.support.browser import browser_page

    with browser_page("ports-internes") as page:
        page.goto(other_origin)
        page.wait_for_function("document.title === 'fini'", timeout=90_000)
    assert unharmed(client)
