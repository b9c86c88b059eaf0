"""Where the lake and the keys are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folders of the ledger outside the database.

    Args:
        lake: the root of the lake; paths in the manifest begin there.
        keys: the folder of the secrets, for the owner alone.
    """

    lake: Path
    keys: Path

    def of_domain(self, domain: str) -> Path:
        """The part of the lake where a dedup domain's files lie."""
        return self.lake / f"domain={domain}"

    def secret_of(self, domain: str) -> Path:
        """The file of a dedup domain's secret."""
        return self.keys / f"{domain}.secret"


def places_of(environment: Mapping[str, str], home: Path) -> Places:
    """The folders of a home.

    Args:
        environment: ``TANPUHUI_LAKE`` puts the lake elsewhere; empty is as good as not there.
        home: the platform's home folder.
    """
    whole = home.resolve()
    lake = environment.get("TANPUHUI_LAKE")
    return Places(Path(lake).resolve() if lake else whole / "lake", whole / "keys")
