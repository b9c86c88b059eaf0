"""``tanpuhui library new``: the files of a methodology, with every key and nothing invented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.faults import FileExists, WrongNewId
from tanpuhui.cli.library_skeleton import Draft, drafted
from tanpuhui.rules import Library

PART = re.compile(r"[a-z][a-z0-9_]*|[0-9]{4}")
FEWEST_PARTS = 2


@click.command(
    epilog="""\b
Examples
  tanpuhui library new food.own_bowl.example_2026 --scene plant_based_meal
  tanpuhui library new rates.example_2026 --scene walk --scene bus_ride --into mine

\b
Writes a methodology, its worked vectors, one factor and the document they come from. What only the
document can say is left null; 'tanpuhui library check --library DIR' then names every gap, with
file and line. Nothing is ever written over.
A planned id ('tanpuhui library list') brings its titles and its standing along.
"""
)
@click.argument("id_", metavar="ID")
@click.option(
    "--scene", "scenes", multiple=True, metavar="SCENE",
    help="A scene whose records it takes. May be repeated: each becomes a case.",
)  # fmt: skip
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path("mine"),
    metavar="DIR", show_default=True, help="The library to write into; it is made where it is not.",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def new(
    id_: str, scenes: tuple[str, ...], into: Path, libraries: tuple[Path, ...], as_json: bool
) -> None:
    """Write the skeleton of the methodology ID: every key, with what belongs there."""
    library = shared.open_library(libraries)
    files = drafted(library, _draft(library, id_, scenes))
    for name in files:
        if (into / name).exists() and not name.endswith("sources.yaml"):
            raise FileExists(file=str(into / name))
    for name, text in files.items():
        _write(into / name, text)
    written = [str(into / name) for name in files]
    if as_json:
        click.echo(json.dumps({"id": id_, "files": written}, ensure_ascii=False, indent=2))
        return
    click.echo("写好 written")
    for name in written:
        click.echo(f"  {name}")
    click.echo(f"下一步 next: tanpuhui library check --library {into}   （逐条指出待填之处）")


def _draft(library: Library, id_: str, scenes: tuple[str, ...]) -> Draft:
    parts = id_.split(".")
    wrong = next((part for part in parts if not PART.fullmatch(part)), None)
    if wrong is not None:
        problem = f"{wrong!r} is not of small letters, digits and underscores"
        raise WrongNewId(id=id_, problem=problem)
    if len(parts) < FEWEST_PARTS:
        raise WrongNewId(id=id_, problem="it has no family in front, such as food")
    if id_ in library.ids("methodology"):
        raise FileExists(file=library.methodology(id_).file)
    planned = next((planned for planned in library.planned if planned.id == id_), None)
    return Draft(id_, tuple(library.scene(scene) for scene in scenes), planned)


def _write(path: Path, text: str) -> None:
    """A new file; the list of documents, where there is one, gets an entry more at its end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        text = path.read_text(encoding="utf-8") + text.removeprefix("sources:\n")
    path.write_text(text, encoding="utf-8")
