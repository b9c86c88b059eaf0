"""The pictures of the guides, drawn by the command that a reader would type."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from click.testing import CliRunner

from tanpuhui import cli

# By picture, the scene and the file of records that it compares.
COMPARED = {
    "bus_ride.svg": ("bus_ride", "bus_rides.csv"),
    "shared_bike_ride.svg": ("shared_bike_ride", "bike_rides.csv"),
}
DAY = "2024-06-01"
WRITTEN = re.compile(r">([^<>]+)<")


def pictures(root: Path) -> dict[Path, str]:
    """Every picture as it should be now.

    A picture is current when its words and figures are: where a letter stands depends a little on
    the fonts of the machine that draws.
    """
    made = {}
    for name, (scene, file) in COMPARED.items():
        path = root / "docs" / "guides" / "pictures" / name
        now = _drawn(scene, root / "examples" / "compare" / file)
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        made[path] = old if WRITTEN.findall(old) == WRITTEN.findall(now) else now
    return made


def _drawn(scene: str, file: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "drawn.svg")
        words = ["compare", "--scene", scene, str(file), "--day", DAY, "--engine", "reference"]
        result = CliRunner().invoke(cli.command, [*words, "--out", str(out)])
        assert result.exit_code == 0, result.output
        return out.read_text(encoding="utf-8")
