"""Makes the pages of docs/reference and of docs/zh/methodologies, and renews what commands print.

    python docs/build_reference.py            write what is stale
    python docs/build_reference.py --check    write nothing; exit 1 and name what is stale

How a page is made stands in docs/making/, one module a page or family of pages; ``console.py``
there says how a page that is written by hand shows what commands print.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the pages describe the tree they stand in, installed or not

# Imported after the path is set, hence E402.
from docs.making import console, vocabulary  # noqa: E402
from docs.making.checklists import checklists  # noqa: E402
from docs.making.commands import commands  # noqa: E402
from docs.making.errors import errors  # noqa: E402
from docs.making.failures import failures  # noqa: E402
from docs.making.jurisdictions import jurisdictions, policies  # noqa: E402
from docs.making.language import language  # noqa: E402
from docs.making.markdown import NOTICE, page, quoting  # noqa: E402
from docs.making.methodologies import methodology, methodology_list  # noqa: E402
from docs.making.pictures import pictures  # noqa: E402
from docs.making.tongue import CHINESE, ENGLISH, TONGUES  # noqa: E402
from tanpuhui import rules  # noqa: E402

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
MADE = (REFERENCE, DOCS / CHINESE.folder)  # folders in which every page is made


def main() -> None:
    """Write the stale pages, or with ``--check`` name them and exit with 1."""
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(f"usage: python docs/{Path(__file__).name} [--check]")
    pages = {**_reference(), **_by_hand(), **pictures(ROOT)}
    stale = {path for path, text in pages.items() if not _holds(path, text)}
    dead = {path for folder in MADE for path in folder.rglob("*.md") if path not in pages}
    for path in sorted(stale | dead):
        print(f"{path.relative_to(ROOT).as_posix()}: {'dead' if path in dead else 'stale'}")
    if check and stale | dead:
        print("Do this: run `python docs/build_reference.py` and look at what changed")
        sys.exit(1)
    for path in dead - stale:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _reference() -> dict[Path, str]:
    """Every page that is made whole, as it should be now."""
    library = rules.Library(rules.library_folders({}))
    made = {
        "commands.md": commands(),
        "errors.md": errors(),
        "formula.md": language(library),
        "records.md": vocabulary.record_fields(library),
        "scenes.md": vocabulary.scenes(library),
        "checklists.md": checklists(library),
        "units.md": vocabulary.units(library),
        "terms.md": vocabulary.glossary(library),
        "sources.md": vocabulary.sources(library),
        "jurisdictions.md": jurisdictions(library),
        "policies.md": policies(library),
        "failures-of-others.md": failures(),
        "methodologies/README.md": methodology_list(library, ENGLISH),
    }
    made["README.md"] = _contents(made)
    whole = {REFERENCE / name: lines for name, lines in made.items()}
    for tongue in TONGUES:
        folder = DOCS / tongue.folder
        whole[folder / "README.md"] = methodology_list(library, tongue)
        for name in library.ids("methodology"):
            found = library.methodology(name)
            whole[folder / f"{name}.md"] = methodology(library, found, tongue)
    avoided = [a.text for term in library.terms.values() for a in term.avoid if a.where == "text"]
    return {
        path: page(lines if path.name == "terms.md" else quoting(lines, avoided))
        for path, lines in whole.items()
    }


def _contents(made: Mapping[str, list[str]]) -> list[str]:
    rows = [f"- [{lines[0].removeprefix('# ')}]({name})" for name, lines in made.items()]
    return ["# Reference", "", NOTICE, "", "What there is to look up.", "", *rows]


def _by_hand() -> dict[Path, str]:
    """Every page that is written by hand, with its commands run again."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pages = [path for path in found if not any(path.is_relative_to(made) for made in MADE)]
    return {path: console.renewed(path.read_text(encoding="utf-8"), ROOT) for path in pages}


if __name__ == "__main__":
    main()
