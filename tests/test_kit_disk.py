"""kit.py sur un disque plein : la seconde installation dit la cause."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.disks import disk
from tests.support.small_kit import Kit, assert_one_sentence, make_wheel


@pytest.mark.slow
def test_full_disk_is_named_whether_the_log_is_written_or_not(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    make_wheel(wheels, "tiny_base", {"tiny_base.py": "VALUE = 'entier'\n"})
    make_wheel(wheels, "tiny_test", {"tiny_test.py": ""})
    # Une page libérée peut suffire à tout le reste : celui-ci n'y tient pas.
    make_wheel(wheels, "tiny_large", {"tiny_large.py": f"VALUE = '{'x' * 1024**2}'\n"})
    with disk(tmp_path / "disque", "size=80m") as folder:
        kit = Kit(folder / "kit", wheels)
        kit.answer("lab")
        kit.require("tiny-large==1.0")
        for left in (0, 4096):
            with (folder / "lourd").open("wb", buffering=0) as file:
                with suppress(OSError):
                    while True:
                        file.write(bytes(4096))
                file.truncate(file.tell() - left)
            sentence = assert_one_sentence(kit.run("lab"))
            assert "le disque est plein\u00a0: libérez 1 Go" in sentence, left
        (folder / "lourd").unlink()
        assert kit.answer("lab")[0]["base"] == "entier"
