"""Where the parts of the embedded database lie in the home folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The paths of one embedded database.

    Args:
        home: the platform's home folder, absolute and without symbolic links.
    """

    home: Path

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL; its socket and its log lie in it too."""
        return self.home / "postgres"

    @property
    def unfinished(self) -> Path:
        """A data folder in the making; it takes the name of the other when it is whole."""
        return self.home / "postgres.new"

    @property
    def leases(self) -> Path:
        """The folder of the three lock files."""
        return self.home / "postgres.leases"

    @property
    def log(self) -> Path:
        """What the server says; begun anew when it has grown."""
        return self.data / "server.log"
