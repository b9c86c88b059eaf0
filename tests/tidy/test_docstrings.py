"""What the package offers is described where it is offered."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import tanpuhui
from tests.tidy.house import complaint


def test_every_public_method_says_what_the_caller_gets() -> None:
    silent = sorted(
        f"{owner.__module__}.{owner.__qualname__}.{name}" for owner, name in _silent_methods()
    )

    assert not silent, complaint(
        "A public method has a docstring, its own or that of the method it overrides.",
        silent,
        "say in one line what the caller gets",
    )


def _silent_methods() -> Iterator[tuple[type, str]]:
    for owner in _classes():
        for name, member in vars(owner).items():
            offered = inspect.isfunction(member) or isinstance(
                member, property | classmethod | staticmethod
            )
            if isinstance(member, property) and not _is_ours(member):
                continue  # Django's metaclass gives classes of ours a property of its own
            # getdoc finds the words of the method that this one overrides.
            if offered and not name.startswith("_") and not inspect.getdoc(getattr(owner, name)):
                yield owner, name


def _is_ours(member: property) -> bool:
    return member.fget is not None and member.fget.__module__.startswith("tanpuhui")


def _classes() -> Iterator[type]:
    for found in pkgutil.walk_packages(tanpuhui.__path__, "tanpuhui."):
        if found.name.endswith(".__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            is_public = inspect.isclass(value) and not name.startswith("_")
            if is_public and value.__module__ == module.__name__:
                yield value
