"""What kinds of file the repository holds, and what none of them says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.tidy.house import ROOT, complaint, files, named, prose

# A new kind needs a line here, and so a reason in the commit that adds it.
KINDS = {
    ".css",  # the style of pages
    ".csv",  # small tables that a test or an example reads
    ".html",  # templates of pages
    ".json",  # what a command or an API answers, word for word
    ".jsonl",  # records, one a line
    ".lock",  # requirements.lock
    ".md",
    ".mjs",  # what runs in another language, beside ours, in a benchmark
    ".py",
    ".sql",  # the SQL of a back end, kept so that a review shows how it changes
    ".svg",  # pictures of the guides, drawn by a command; their words are text
    ".toml",
    ".txt",  # what another program wrote, byte for byte: known answers of a test
    ".typed",  # py.typed
    ".yaml",  # the library
}
NAMES = {".ci/run", ".gitattributes", ".gitignore", "LICENSE", "Makefile"}
LINK = re.compile(r"\]\((?!#|mailto:)<?([^)#\s>]+)")
CODE_SPAN = re.compile(r"`[^`]*`")
FOREIGN_FOLDERS = {"vendor", "vendored", "_vendor", "third_party", "thirdparty", "node_modules"}
# Joined here, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("rubygems", "org"),
        ("anaconda", "org"),
    )
]


def test_every_file_is_of_a_kind_that_we_keep() -> None:
    strange = [
        named(path) for path in files() if path.suffix not in KINDS and named(path) not in NAMES
    ]

    assert not strange, complaint(
        "The repository holds text that people read and write.",
        strange,
        "make it from something kept, ignore it, or add its kind to KINDS with a reason",
    )


def test_the_repository_holds_no_code_of_others() -> None:
    foreign = [
        named(path)
        for path in files()
        if FOREIGN_FOLDERS & set(path.relative_to(ROOT).parts) or ".min." in path.name
    ]
    signed = [named(path) for path in files() if path.suffix == ".py" and _claims_rights(path)]

    assert not foreign + signed, complaint(
        "No third-party code in the repository (DESIGN 3.14): it comes from packages.",
        foreign + signed,
        "name the package in pyproject.toml and remake the lock",
    )


def _claims_rights(path: Path) -> bool:
    return "copyright" + " (c)" in path.read_text(encoding="utf-8").lower()


def test_no_file_names_the_host_of_a_package_registry() -> None:
    telling = [
        f"{named(path)}:{number} names a registry"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if any(host in line for host in REGISTRIES)
    ]

    assert not telling, complaint(
        "Where packages come from is the machine's own setting, never the repository's.",
        telling,
        "say the package's name without an address",
    )


def test_every_page_has_one_title_on_its_first_line() -> None:
    untitled = [
        f"{named(path)}: {len(titles)} titles, on lines {', '.join(map(str, titles)) or 'none'}"
        for path in files()
        if path.suffix == ".md"
        and (titles := [n for n, line in prose(path) if line.startswith("# ")]) != [1]
    ]

    assert not untitled, complaint(
        "A Markdown page begins with its title, and has no second one.",
        untitled,
        "begin with '# …', and use '##' below it",
    )


def test_every_link_to_a_file_of_the_repository_leads_somewhere() -> None:
    lost = [
        f"{named(path)}:{number} links to {target}"
        for path in files()
        if path.suffix == ".md"
        for number, line in prose(path)
        for target in LINK.findall(CODE_SPAN.sub("", line))
        if "://" not in target and not (path.parent / target).exists()
    ]

    assert not lost, complaint(
        "A link in a page leads to a file or folder that is there.", lost, "correct the path"
    )


def test_every_text_file_ends_with_one_line_end_and_has_no_carriage_returns() -> None:
    odd = [named(path) for path in files() if _ends_oddly(path.read_bytes())]

    assert not odd, complaint(
        "A file ends with one line end, and its lines end with LF.", odd, "run `make format`"
    )


def _ends_oddly(content: bytes) -> bool:
    return bool(content) and (
        not content.endswith(b"\n") or content.endswith(b"\n\n") or b"\r" in content
    )
