"""All that is kept of the sealed logs of a dedup domain, as plain values for reconciling.

Whatever stands in a row is read, and a row that names nothing else is read too: it is a finding.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tanpuhui import pipeline
from tanpuhui.web.ledger.models import Batch, Checkpoint, Domain, Log, LogEntry, LogKey
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.publishing import CHECKPOINT

rows = pipeline.reconcile


def published(places: Places) -> Mapping[str, rows.Published]:
    """By programme, what lies in the folder of its log. To be asked before rows are read."""
    above = places.log_of("")
    names = sorted(one.name for one in above.iterdir() if one.is_dir()) if above.is_dir() else []
    return {name: _published(places.log_of(name)) for name in names}


def _published(folder: Path) -> rows.Published:
    """The checkpoint is read first: the tiles that it stands on were written before it."""
    try:
        checkpoint = (folder / CHECKPOINT).read_bytes()
    except OSError:
        checkpoint = None
    files = (
        Path(inside, name).relative_to(folder).as_posix()
        for inside, _, names in os.walk(folder)
        for name in names
    )
    return rows.Published(folder, checkpoint, tuple(sorted(set(files) - {CHECKPOINT})))


def of_domain(
    row: Domain, places: Places, listed: Mapping[str, rows.Published]
) -> tuple[rows.KeptLog, ...]:
    """The logs of the programmes of a dedup domain, and what names no programme that has posted.

    Args:
        listed: what ``published`` said before.
    """
    domains = dict(Batch.objects.values_list("number", "domain_id"))
    ours = set(Batch.objects.filter(domain=row).values_list("programme", flat=True))
    others = set(Batch.objects.exclude(programme__in=ours).values_list("programme", flat=True))
    logs = {log.programme: log for log in Log.objects.exclude(pk__in=others)}
    keys = _by_log(LogKey, others, ("vkey", "from_size"), "from_size", "pk")
    entries = _by_log(LogEntry, others, ("batch_id", "place", "record"), "place", "batch_id")
    checkpoints = _by_log(Checkpoint, others, ("size", "note"), "size", "pk")
    with_files = {name for name, found in listed.items() if found.checkpoint or found.files}
    names = {*logs, *keys, *entries, *checkpoints, *(with_files - others)}
    return tuple(
        rows.KeptLog(
            programme=name,
            origin=log.origin if log else None,
            size=log.size if log else None,
            edge=bytes(log.edge) if log else None,
            keys=tuple(rows.KeptKey(*values) for values in keys[name]),
            entries=tuple(
                rows.KeptEntry(batch, domains.get(batch), place, record)
                for batch, place, record in entries[name]
            ),
            checkpoints=tuple(rows.KeptCheckpoint(*values) for values in checkpoints[name]),
            published=listed.get(name, rows.Published(places.log_of(name), None, ())),
        )
        for name in sorted(names)
        for log in (logs.get(name),)
    )


def _by_log(
    table: Any, others: Iterable[str], columns: tuple[str, ...], *order: str
) -> defaultdict[str, list[tuple[Any, ...]]]:
    """The rows of a table by log, in order; not those of other domains' programmes."""
    found: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for log, *values in (
        table.objects.exclude(log_id__in=others).order_by("log_id", *order)
        .values_list("log_id", *columns)
    ):  # fmt: skip
        found[log].append(tuple(values))
    return found
