"""A reader can hold a file and a function in the head."""

import ast

from tests.tidy.house import complaint, files, named, python_files, tree

MOST_LINES_OF_A_FILE = 600
MOST_LINES_OF_A_FUNCTION = 60
MOST_BYTES = 1_000_000


def test_no_python_file_is_longer_than_600_lines() -> None:
    counted = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}

    long = [f"{named(p)}: {n} lines" for p, n in counted.items() if n > MOST_LINES_OF_A_FILE]

    assert not long, complaint(
        f"A Python file has at most {MOST_LINES_OF_A_FILE} lines (aim at 300).",
        long,
        "split it by what its parts decide, not by size",
    )


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]

    assert not long, complaint(
        f"A function has at most {MOST_LINES_OF_A_FUNCTION} lines, its docstring included.",
        long,
        "keep the choices at the top and move each loop's body into a function with a name",
    )


def test_no_file_is_a_large_blob() -> None:
    sizes = {path: path.stat().st_size for path in files()}

    large = [f"{named(path)}: {size:,} bytes" for path, size in sizes.items() if size > MOST_BYTES]

    assert not large, complaint(
        f"A file of the repository has at most {MOST_BYTES:,} bytes.",
        large,
        "make the data from a seed, or keep a small sample of it",
    )
