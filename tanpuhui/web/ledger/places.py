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
        origin: how the names of logs begin, such as the operator's address on the web; None where
            the operator says none. A log keeps the name it began with.
    """

    lake: Path
    keys: Path
    origin: str | None = None

    def of_domain(self, domain: str) -> Path:
        """The part of the lake where a dedup domain's files lie."""
        return self.lake / f"domain={domain}"

    def secret_of(self, domain: str) -> Path:
        """The file of a dedup domain's secret."""
        return self.keys / f"{domain}.secret"

    def log_of(self, programme: str) -> Path:
        """The folder in which a programme's log is published."""
        return self.lake / "log" / programme

    def log_key_of(self, programme: str) -> Path:
        """The file of the key that signs a programme's log."""
        return self.keys / f"{programme}.log-key"


def places_of(environment: Mapping[str, str], home: Path) -> Places:
    """The folders of a home.

    Args:
        environment: ``TANPUHUI_LAKE`` puts the lake elsewhere, ``TANPUHUI_LOG_ORIGIN`` says how
            the names of logs begin; empty is as good as not there.
        home: the platform's home folder.
    """
    whole = home.resolve()
    lake = environment.get("TANPUHUI_LAKE")
    return Places(
        lake=Path(lake).resolve() if lake else whole / "lake",
        keys=whole / "keys",
        origin=environment.get("TANPUHUI_LOG_ORIGIN") or None,
    )
