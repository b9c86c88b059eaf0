"""The key of a log: made once, kept among the keys, changed by name, and never replaced in silence.

The file has one line, the private key. While the key is changed it has two, so that whoever dies
between the file and the database leaves both; the database says which one signs.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from tanpuhui.ledger import seals
from tanpuhui.web.ledger import durable
from tanpuhui.web.ledger.faults import LakeNotWritable
from tanpuhui.web.ledger.log_faults import BadLogOrigin, ForeignLogKey, LogKeyLost
from tanpuhui.web.ledger.models import Domain, Log, LogKey
from tanpuhui.web.ledger.places import Places

SEED_BYTES = 32
_OWNERS = 0o600
_ORIGIN = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~-]+)*")


def origin_of(programme: str, domain: Domain, places: Places) -> str:
    """The name of a log that is to begin.

    Raises:
        BadLogOrigin: the operator's own beginning is none.
    """
    if places.origin is None:
        return f"tanpuhui.invalid/{domain.lake_mark.hex[:8]}/{programme}"
    if not _ORIGIN.fullmatch(places.origin.rstrip("/")):
        raise BadLogOrigin(origin=places.origin)
    return f"{places.origin.rstrip('/')}/{programme}"


def key_at(log: Log, size: int) -> LogKey:
    """The newest key that signed the checkpoint of a size."""
    keys = log.keys.filter(from_size__lte=size).order_by("-from_size", "-pk")
    return keys[:1].get()


def signing_key(log: Log, places: Places) -> seals.SigningKey:
    """The key that signs a log now.

    Raises:
        LogKeyLost: it is not among the keys.
    """
    return held(log.programme, key_at(log, log.size).vkey, places)


def held(programme: str, vkey: str, places: Places) -> seals.SigningKey:
    """The private half of a log's key.

    Args:
        vkey: the public half.

    Raises:
        LogKeyLost: it is not among the keys.
    """
    path = places.log_key_of(programme)
    try:
        keys = _keys_in(path)
    except FileNotFoundError:
        reason = "is lost"
    except (OSError, UnicodeDecodeError, seals.NotAKey):
        reason = "cannot be read"
    else:
        for key in keys:
            if key.verifier().to_text() == vkey:
                return key
        reason = "is another one than the log's"
    raise LogKeyLost(programme=programme, file=str(path), reason=reason, wanted=vkey)


def names_in(path: Path) -> set[str]:
    """Of which logs a file holds keys; empty where it holds none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return {key.name for key in _keys_in(path)}
    except (UnicodeDecodeError, seals.NotAKey):
        return set()


def refuse_foreign(programme: str, origin: str, places: Places) -> None:
    """Look at the file of a key, if it is there, before a log begins with it.

    Raises:
        ForeignLogKey: it holds no key of that log.
    """
    path = places.log_key_of(programme)
    try:
        names = {key.name for key in _keys_in(path)}
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, seals.NotAKey) as error:
        found = "it cannot be read as a key"
        raise ForeignLogKey(file=str(path), found=found, wanted=origin) from error
    if names != {origin}:
        found = f"it is of {', '.join(sorted(names))}"
        raise ForeignLogKey(file=str(path), found=found, wanted=origin)


def first_key(programme: str, origin: str, places: Places) -> seals.SigningKey:
    """The key of a log that begins; one that a poster who died has left is used.

    Raises:
        ForeignLogKey: the file holds the key of another log.
        LakeNotWritable: the key cannot be kept.
    """
    path = places.log_key_of(programme)
    made = seals.new_signing_key(origin, seed=secrets.token_bytes(SEED_BYTES))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write_once(path, made.to_text() + "\n")
    except OSError as error:
        raise LakeNotWritable(path=str(path), reason=error.strerror or str(error)) from error
    refuse_foreign(programme, origin, places)
    (key, *_) = _keys_in(path)
    return key


def keep(programme: str, keys: list[seals.SigningKey], places: Places) -> None:
    """Have these keys in the file, and no others.

    Raises:
        LakeNotWritable: the file cannot be written; what was there stays.
    """
    path = places.log_key_of(programme)
    content = "".join(f"{key.to_text()}\n" for key in keys)
    try:
        durable.replace(path, content.encode("ascii"), mode=_OWNERS)
    except OSError as error:
        raise LakeNotWritable(path=str(path), reason=error.strerror or str(error)) from error


def new_key(log: Log) -> seals.SigningKey:
    """A further key of a log, from new random bytes."""
    return seals.new_signing_key(log.origin, seed=secrets.token_bytes(SEED_BYTES))


def _keys_in(path: Path) -> list[seals.SigningKey]:
    lines = path.read_text(encoding="ascii").split()
    if not lines:
        raise seals.NotAKey(text="", problem="the file is empty")
    return [seals.SigningKey.from_text(line) for line in lines]
