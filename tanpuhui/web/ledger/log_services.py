"""What changes a log besides posting: a new key, and witnesses' signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from tanpuhui.ledger import seals
from tanpuhui.web.ledger import log_keys, log_queries, publishing
from tanpuhui.web.ledger.log_faults import NoCheckpoint, NoCosignature
from tanpuhui.web.ledger.models import Checkpoint, Log, LogKey
from tanpuhui.web.ledger.places import Places

_DASH = "\N{EM DASH} ".encode()


def rotate(programme: str, places: Places, *, is_lost: bool) -> str:
    """Give a log a new key; the text form of the new public key.

    The last checkpoint gets the new key's signature beside the old one's, so whoever trusts the old
    key sees the new one beside it. From the next entry on the new key signs alone.

    Args:
        is_lost: whether the present key is lost, so that it need not be there.

    Raises:
        NoLog: the programme has none.
        LogKeyLost: the present key is not among the keys, and was not said to be lost.
        LakeNotWritable: the new key cannot be kept; nothing is changed then.
    """
    log_queries.log_of(programme)
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=programme)
        old = [] if is_lost else [log_keys.signing_key(log, places)]
        new = log_keys.new_key(log)
        log_keys.keep(programme, [*old, new], places)
        vkey = new.verifier().to_text()
        LogKey.objects.create(log=log, vkey=vkey, from_size=log.size)
        note = log_queries.note_at(log, log.size)
        _keep(log, log.size, note.cosigned(new.sign(note.text)))
    log_keys.keep(programme, [new], places)
    publishing.publish(programme, places)
    return vkey


def cosign(
    programme: str, content: bytes, keys: Sequence[seals.VerifierKey], places: Places, *, file: str
) -> tuple[str, ...]:
    """Add witnesses' signatures to a checkpoint of the log; the names of those that were added.

    Args:
        content: a signed checkpoint of this log; or the lines of signatures alone, which are of the
            last one.
        keys: of the witnesses. What none of them signed is left out.
        file: what a fault calls it.

    Raises:
        NoLog: the programme has none.
        NoCosignature: it is no checkpoint of this log, or holds no signature by these keys.
    """
    log_queries.log_of(programme)
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=programme)
        if content.startswith(_DASH):
            last = log_queries.note_at(log, log.size)
            content = last.text.encode() + b"\n" + content
        try:
            given = seals.Note.from_bytes(content)
            checkpoint = seals.Checkpoint.from_text(given.text)
            signed = {one.key.signer() for one in given.verified(keys)}
            kept = log_queries.note_at(log, checkpoint.size)
        except (seals.NotInForm, seals.UnknownSigner, seals.WrongSignature, NoCheckpoint) as fault:
            raise NoCosignature(file=file, problem=fault.what().rstrip(".")) from fault
        if kept.text != given.text:
            problem = f"it is not this log's checkpoint of size {checkpoint.size}"
            raise NoCosignature(file=file, problem=problem)
        known = {signature.signer() for signature in kept.signatures}
        added = [one for one in given.signatures if one.signer() in signed - known]
        if not added:
            raise NoCosignature(file=file, problem="these witnesses' signatures are there already")
        _keep(log, checkpoint.size, kept.cosigned(*added))
    publishing.publish(programme, places)
    return tuple(signature.signer() for signature in added)


def _keep(log: Log, size: int, note: seals.Note) -> None:
    # Read again as everybody will, so that nothing is kept that cannot be read.
    whole = seals.Note.from_bytes(replace(note).to_bytes())
    Checkpoint.objects.filter(log=log, size=size).update(note=whole.to_bytes().decode())
