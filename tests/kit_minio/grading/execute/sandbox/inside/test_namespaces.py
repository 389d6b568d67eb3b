"""Ce qui enferme une copie, essayé de l'intérieur : elle ne reprend rien de ce qui est ôté."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kit_minio.grading.execute.kernel import Kernel
from tests.support.cells import run_cell

pytestmark = pytest.mark.needs("bubblewrap")

TRIES = {
    "namespaces": "assert libc.unshare(0x10000000) == -1",
    "mount": "assert libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None) == -1",
    "root": """
for call in (os.setuid, os.setgid):
    try:
        call(0)
    except OSError:
        continue
    raise AssertionError(call)
""",
    "capabilities": """
lines = open('/proc/self/status').read().splitlines()
status = dict(line.split(':\\t') for line in lines if ':\\t' in line)
assert {int(status[name], 16) for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd')} == {0}
assert status['NoNewPrivs'] == '1'
""",
    "network": "assert [name for _, name in socket.if_nameindex()] == ['lo']",
    "supervisor": """
os.kill(1, 9)
try:
    open('/proc/1/mem', 'rb')
except OSError:
    pass
else:
    raise AssertionError('lu')
""",
}


@pytest.mark.parametrize("name", TRIES)
def test_a_copy_cannot_get_out(start: Callable[..., Kernel], name: str) -> None:
    setup = "import ctypes, os, socket\nlibc = ctypes.CDLL(None)\n"
    kernel = start()
    assert run_cell(kernel, setup + TRIES[name]) == ""
    assert run_cell(kernel, "1 + 1") == ""
