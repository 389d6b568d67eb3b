"""Le tableau de bord : ce qui est fait, ce qui reste."""

from __future__ import annotations

from helpers import open_exercises, panel, remove_space
from helpers.spaces import full_name
from tests.support.widgets import press, shown


def test_panel_says_what_is_done_and_what_is_left(client):
    remove_space(client, full_name("exercice-01"))
    tp = open_exercises("01", client)
    box = panel(tp).build()
    assert "0 exercice réussi sur 4, 0 point sur 7." in shown(box)
    assert shown(box).count("○ À faire") == 4
    for name in ("archives", "factures"):
        client.make_bucket(bucket_name=tp.bucket(name))
    tp.create.check()
    assert "✓ Réussi — Créer deux buckets" in shown(box)
    assert "1 exercice réussi sur 4, 1 point sur 7." in shown(box)
    press(box, "Recommencer cet exercice")
    assert not client.bucket_exists(bucket_name=tp.bucket("archives"))
    assert "«\u00a0Créer deux buckets\u00a0»\u00a0: données de départ remises." in shown(box)
    assert "✓ Réussi — Créer deux buckets" in shown(box)
    assert repr(panel(tp)).splitlines()[-1] == "1 exercice réussi sur 4, 1 point sur 7."
