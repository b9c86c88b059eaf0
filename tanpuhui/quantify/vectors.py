"""The worked vectors of a methodology, run on a back end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from tanpuhui import engine, records, rules
from tanpuhui.engine import Backend, Plan, ProjectKernel, ProjectPlan
from tanpuhui.quantify.projects import quantify_projects
from tanpuhui.rules import Given, Library, Methodology, Vector, VectorFails
from tanpuhui.terms import Fault, hash_of_bytes, hash_of_parts


def failing_vectors(library: Library, methodology_id: str, backend: Backend) -> Iterator[Fault]:
    """Every vector of the methodology that the back end does not meet; nothing where all hold.

    Vectors that set the same parameters run as one table, each as a person of its own.
    """
    methodology = library.methodology(methodology_id)
    vectors = library.vectors(methodology_id)
    held = _made_of(library, methodology, vectors, backend)
    if held in _HELD:
        return
    faults = list(_failing(library, methodology, vectors, backend))
    if not faults:
        _HELD.add(held)
    yield from faults


# What was looked at in this process and held. The same files give the same figures, and a server, a
# suite of tests or the making of the pages asks many times.
_HELD: set[str] = set()


def _made_of(
    library: Library, methodology: Methodology, vectors: tuple[Vector, ...], backend: Backend
) -> str:
    """A hash of all that the figures of the vectors come of."""
    vocabulary = [
        library.folders[0] / "vocabulary" / f"{name}.yaml" for name in ("units", "regions")
    ]
    return hash_of_parts(
        (
            backend.name,
            methodology.id,
            methodology.sha256,
            methodology.factor_set(),
            *(library.scene(scene).sha256 for scene in methodology.scenes()),
            *(hash_of_bytes(path.read_bytes()) for path in vocabulary),
            *(repr(vector) for vector in vectors),
        )
    )


def _failing(
    library: Library, methodology: Methodology, vectors: tuple[Vector, ...], backend: Backend
) -> Iterator[Fault]:
    for chosen in dict.fromkeys(tuple(sorted(vector.set.items())) for vector in vectors):
        alike = [vector for vector in vectors if tuple(sorted(vector.set.items())) == chosen]
        try:
            having = rules.with_values(methodology, dict(chosen), library.units)
            found = list(computed(alike, having, library, backend))
        except Fault as fault:
            fault.place = fault.place or alike[0].place
            yield fault
            continue
        for vector, rows in found:
            yield from _differences(vector, rows, methodology.id, backend)


def computed(
    vectors: list[Vector], methodology: Methodology, library: Library, backend: Backend
) -> Iterator[tuple[Vector, list[dict[str, Any]]]]:
    """Each vector with its rows, as amounts and refusal."""
    if methodology.project is None:
        plan = engine.plan_of(methodology, library.regions)
        # Records of one vector are no past of another's.
        apart = [[vector] for vector in vectors] if engine.history_columns(plan) else [vectors]
        for alike in apart:
            yield from _computed(alike, methodology, plan, backend)
        return
    project_plan = engine.project_plan_of(methodology, library.regions)
    kernel = engine.project_quantifier(backend, project_plan)
    together: dict[tuple[str, date], list[Vector]] = {}
    for vector in vectors:
        where = vector.region or methodology.regions[0]
        together.setdefault((where, vector.day or _first_day(methodology)), []).append(vector)
    for (region, day), alike in together.items():
        yield from _years(alike, project_plan, kernel, region=region, day=day)


def _years(
    vectors: list[Vector], plan: ProjectPlan, kernel: ProjectKernel, *, region: str, day: date
) -> Iterator[tuple[Vector, list[dict[str, Any]]]]:
    """The years of the project of each vector; only one of them where it names it."""
    texts = [
        # Projects of one vector are nothing in another.
        {**{name: str(value) for name, value in given.items()},
         "project": f"{number}:{given.get('project', '')}"}
        for number, vector in enumerate(vectors)
        for given in vector.given
    ]  # fmt: skip
    types = dict.fromkeys((name for row in texts for name in row), pa.string())
    table = records.table_of(texts, types)
    found = quantify_projects(table, plan, kernel, region=region, day=day)
    rows: list[dict[str, Any]] = found.table.to_pylist()
    for number, vector in enumerate(vectors):
        yield (
            vector,
            [
                {**row, "refused": row["refused"] or None}
                for row in rows
                if row["project"].startswith(f"{number}:") and vector.year in (None, row["year"])
            ],
        )


def _computed(
    vectors: list[Vector], methodology: Methodology, plan: Plan, backend: Backend
) -> Iterator[tuple[Vector, list[dict[str, Any]]]]:
    """Each vector with its rows, as amounts, refusal and credit."""
    rows = [
        _row(vector, methodology, number, given)
        for number, vector in enumerate(vectors)
        for given in vector.given
    ]
    for position, row in enumerate(rows):
        row["position"] = position
    types = _types(plan)
    table = engine.with_history(records.table_of(rows, types), plan)
    found = engine.quantifier(backend, plan, types)(table)
    limited = table.append_column("reduction_mg", _reductions(found))
    kinds = dict(zip(limited.column_names, limited.schema.types, strict=True))
    credited = backend.creditor(plan, kinds)(limited)
    credit = dict(
        zip(credited["position"].to_pylist(), credited["credited_mg"].to_pylist(), strict=True)
    )
    amounts = [
        {**row, "credited_mg": credit[position]} for position, row in enumerate(found.to_pylist())
    ]
    for number, vector in enumerate(vectors):
        begin = sum(len(earlier.given) for earlier in vectors[:number])
        yield vector, amounts[begin : begin + len(vector.given)]


def _differences(
    vector: Vector, rows: list[dict[str, Any]], methodology: str, backend: Backend
) -> Iterator[VectorFails]:
    codes = [row["refused"] for row in rows] or ["no-such-year"]
    if vector.refuse is not None:
        if any(code != vector.refuse for code in codes):
            shown = ", ".join(code or "counted" for code in codes)
            yield _failure(vector, methodology, backend, f"refusal {vector.refuse}", shown)
        return
    refused = [code for code in codes if code is not None]
    if refused:
        expected = ", ".join(f"{column} {mg:,} mg" for column, mg in vector.expect.items())
        yield _failure(vector, methodology, backend, expected, f"refusal {refused[0]}")
        return
    for column, wanted in vector.expect.items():
        amounts = [row.get(column) for row in rows]
        got = None if None in amounts else sum(mg for mg in amounts if mg is not None)
        if got != wanted:
            text = "nothing" if got is None else f"{got:,} mg"
            yield _failure(vector, methodology, backend, f"{column} {wanted:,} mg", text)


def _reductions(found: pa.Table) -> pa.ChunkedArray:
    """The reductions; zero for a footprint, which saves nothing."""
    if "reduction_mg" in found.column_names:
        return found["reduction_mg"]
    return pa.chunked_array([pa.repeat(pa.scalar(0, pa.int64()), found.num_rows)])


def _row(vector: Vector, methodology: Methodology, number: int, given: Given) -> dict[str, Any]:
    return {
        "scene": methodology.scenes()[0],
        "region": vector.region or methodology.regions[0],
        "day": vector.day or _first_day(methodology),
        **given,
        # People of one vector are nobody in another.
        "person": f"{number}:{given.get('person', '')}",
    }


def _first_day(methodology: Methodology) -> date:
    """The first day on which an act can count."""
    days = (methodology.valid.from_day, methodology.crediting.from_day)
    return max(day for day in days if day is not None)


def _types(plan: Plan) -> dict[str, pa.DataType]:
    texts = ("scene", "region", "person", "reference", "asset", "evidence")
    types: dict[str, pa.DataType] = dict.fromkeys(texts, pa.string())
    types |= {"day": pa.date32(), "position": pa.int64()}
    for given in plan.inputs():
        types[given.name] = pa.string() if given.quantity.unit is None else pa.float64()
    return types


def _failure(
    vector: Vector, methodology: str, backend: Backend, expected: str, found: str
) -> VectorFails:
    return VectorFails(
        place=vector.place, methodology=methodology, vector=vector.name,
        engine=backend.name, expected=expected, found=found,
    )  # fmt: skip
