"""What a connection that is cut does to a posting: nothing, and the file can be handed in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import blows
from tests.web.ledger.hand_in import Desk, walk, write


@pytest.mark.parametrize("step", ["sweep", "ledger", "commit"])
def test_a_connection_to_the_database_that_is_cut_posts_nothing_and_the_file_can_come_again(
    hankou: Desk, tmp_path: Path, step: str
) -> None:
    from django.db import DatabaseError, InterfaceError, connection

    hankou.post(write(tmp_path / "first.csv", walk("1", "ann", 500)))
    file = write(tmp_path / "steps.csv", walk("2", "bo", 7_250))

    def cut(begun: str) -> None:
        if begun == step:
            blows.cut()

    with pytest.raises((DatabaseError, InterfaceError)):
        hankou.post(file, told=cut)
    connection.close()  # the next is a new process

    assert hankou.store.books("hankou").person.credited_mg == 10_000
    posted = hankou.post(file)
    # 10 g and 7,250 steps at 0.02 g.
    assert (posted.repeated, posted.result["credited_mg"]) == (False, 145_000)
    found = hankou.store.reconcile("hankou")
    assert (found.findings, found.left, found.behind) == ((), (), ())
    assert hankou.store.log_status("hankou").size == 2
