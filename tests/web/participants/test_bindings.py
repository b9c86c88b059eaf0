"""A partner's user becomes a person: once, and whatever the order of rows."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable

import pyarrow as pa

from tanpuhui import pipeline, web
from tanpuhui.rules import OpenedBy


def subjects(names: Iterable[str]) -> pa.Table:
    """Subjects as the pipeline hands them over."""
    keys = [hashlib.md5(name.encode()).hexdigest() for name in names]
    return pa.table({"scope": ["meituan"] * len(keys), "subject_key": keys}, pipeline.SUBJECTS)


def bound(names: Iterable[str], opened_by: OpenedBy = "partner", domain: str = "here") -> pa.Table:
    """What ``bind`` answers."""
    from tanpuhui.web.participants.bindings import DomainBindings

    return DomainBindings(domain, opened_by).bind(subjects(names))


def numbers(table: pa.Table) -> dict[str, int | None]:
    """Persons by subject."""
    assert table.schema == pipeline.PEOPLE
    return dict(zip(table["subject_key"].to_pylist(), table["person_id"].to_pylist(), strict=True))


def test_a_subject_gets_a_person_once(store: web.Store) -> None:
    first = numbers(bound("abc"))

    later = numbers(bound("bcd"))

    assert {first[key] for key in first} == {1, 2, 3}
    assert {key: later[key] for key in later if key in first} == {
        key: first[key] for key in first if key in later
    }
    assert set(later.values()) - set(first.values()) == {4}


def test_numbers_follow_the_keys_and_not_the_rows(store: web.Store) -> None:
    names = [f"user {number}" for number in range(1_000)]
    random.Random(7).shuffle(names)

    found = numbers(bound(names))

    assert [found[key] for key in sorted(found)] == list(range(1, 1_001))


def test_the_rows_come_back_in_their_order(store: web.Store) -> None:
    bound("bd")

    given = subjects("abcde")
    found = bound("abcde")

    assert found["subject_key"].to_pylist() == given["subject_key"].to_pylist()


def test_where_persons_open_accounts_the_unknown_have_none(store: web.Store) -> None:
    known = numbers(bound("b"))

    found = bound("abc", opened_by="person")

    assert found["person_id"].to_pylist() == [None, *known.values(), None]


def test_the_same_key_in_another_domain_is_another_person(store: web.Store) -> None:
    here, there = numbers(bound("a")), numbers(bound("a", domain="there"))

    assert list(here.values()) != list(there.values())


def test_nobody_is_nobody(store: web.Store) -> None:
    assert bound("").num_rows == 0


def test_an_undone_transaction_has_opened_no_account(store: web.Store) -> None:
    from django.db import transaction

    from tanpuhui.web.participants.models import Binding, Person

    with transaction.atomic():
        bound("abc")
        transaction.set_rollback(True)

    assert (Person.objects.count(), Binding.objects.count()) == (0, 0)


def test_two_batches_may_bind_in_one_transaction(store: web.Store) -> None:
    from django.db import transaction

    with transaction.atomic():
        first, second = numbers(bound("ab")), numbers(bound("bc"))

    assert len({*first.values(), *second.values()}) == 3


def _secrets(people: list[int]) -> dict[int, str | None]:
    from tanpuhui.web.participants.bindings import DomainBindings

    table = DomainBindings("here", "partner").secrets(pa.table({"person_id": people}))
    assert table.schema == pipeline.SECRETS
    return dict(zip(table["person_id"].to_pylist(), table["secret"].to_pylist(), strict=True))


def test_everybody_has_a_secret_of_their_own_that_stays(store: web.Store) -> None:
    bound("abc")

    found = _secrets([3, 1, 2])

    assert set(found) == {1, 2, 3}
    assert all(secret is not None and len(secret) == 32 for secret in found.values())
    assert len(set(found.values())) == 3
    assert _secrets([1]) == {1: found[1]}


def test_an_erased_secret_is_gone_for_good_and_those_of_others_stay(store: web.Store) -> None:
    from tanpuhui.web.participants.bindings import erase_secret

    bound("ab")
    before = _secrets([1, 2])

    assert erase_secret(1)

    assert _secrets([1, 2]) == {1: None, 2: before[2]}
    assert not erase_secret(1)
    bound("ab")
    assert _secrets([1]) == {1: None}


def test_of_nobody_there_are_no_secrets(store: web.Store) -> None:
    assert _secrets([]) == {}
