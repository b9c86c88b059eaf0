"""The secret of a dedup domain: made once, kept outside database and lake, and never replaced."""

from __future__ import annotations

import secrets
import uuid
from pathlib import Path

from tanpuhui.terms import hash_of_parts
from tanpuhui.web.ledger import durable
from tanpuhui.web.ledger.faults import LakeNotWritable, WrongSecret
from tanpuhui.web.ledger.models import Domain
from tanpuhui.web.ledger.places import Places

SECRET_BYTES = 32


def domain_and_secret(domain: str, places: Places) -> tuple[Domain, str]:
    """The row of a dedup domain and the secret that fits it; both are made at the first posting.

    The row is committed by itself, before anything is posted, so that several first posters meet in
    one row and can wait for each other.

    Raises:
        WrongSecret: the row is there and its secret is not, or another one is.
        LakeNotWritable: the secret cannot be kept.
    """
    known = Domain.objects.filter(pk=domain).first()
    path = places.secret_of(domain)
    secret = _made(path) if known is None else _kept(path, domain)
    if known is None:
        known, _ = Domain.objects.get_or_create(
            pk=domain,
            defaults={"secret_check": check_of(domain, secret), "lake_mark": uuid.uuid4()},
        )
    if known.secret_check != check_of(domain, secret):
        raise WrongSecret(domain=domain, file=str(path), reason="is not the one it began with")
    return known, secret


def check_of(domain: str, secret: str) -> str:
    """Tells secrets apart, and tells nothing of them."""
    return hash_of_parts(("secret check", domain, secret))


def _made(path: Path) -> str:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return durable.write_once(path, secrets.token_hex(SECRET_BYTES))
    except OSError as error:
        raise LakeNotWritable(path=str(path), reason=error.strerror or str(error)) from error


def _kept(path: Path, domain: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is lost" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise WrongSecret(domain=domain, file=str(path), reason=reason) from error
