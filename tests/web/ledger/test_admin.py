"""The administrator's pages: to look at, not to change."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client, override_settings

from tanpuhui import web
from tests.web.ledger.hand_in import Desk, walk, write


@pytest.mark.parametrize("page", ["batch", "segment", "domain"])
def test_an_administrator_may_look_and_not_change(
    store: web.Store, hankou: Desk, tmp_path: Path, page: str
) -> None:
    from tanpuhui.web.participants.models import Login

    hankou.post(write(tmp_path / "steps.csv", walk("1", "ann", 500)))
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(Login.objects.create_superuser("op"))

        listed = client.get(f"/admin/ledger/{page}/").content.decode()

        assert "hankou" in listed
        assert client.get(f"/admin/ledger/{page}/add/").status_code == 403
