"""Subjects become people: numbers given at the door."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tanpuhui.engine import Session
from tanpuhui.pipeline.order import PEOPLE, SUBJECTS, Order

_BOUND = pa.schema([("subject_key", pa.string()), ("person_id", pa.int64())])


def known(session: Session, order: Order, records: Any) -> Any:
    """The people who are bound to the subjects of some records: ``subject_key``, ``person_id``.

    Args:
        records: with the columns of ``SUBJECTS``.
    """
    subjects = session.fetch(records.select(*SUBJECTS.names).distinct(), SUBJECTS)
    bound = order.bindings.bind(subjects).select(PEOPLE.names).cast(PEOPLE)
    people = bound.filter(bound["person_id"].is_valid()).select(_BOUND.names)
    return session.table("people", people)
