"""What the sealed log proves, to whom it is handed: verified as anybody would, and by others."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pymerkle
import pytest

from tanpuhui.ledger import seals
from tanpuhui.web.ledger.log_answers import ProvedLine
from tests.ledger.seals import by_rfc
from tests.web.ledger.hand_in import Desk, ride, walk, write

WITNESS = seals.new_signing_key("witness.example", seed=b"w" * 32)


def _keys(desk: Desk) -> list[seals.VerifierKey]:
    status = desk.store.log_status(desk.programme.id)
    return [seals.VerifierKey.from_text(vkey) for vkey, _ in status.keys]


def _report(desk: Desk, proof: bytes, *witnesses: seals.VerifierKey) -> seals.Report:
    return seals.verify_bytes(proof, seals.Trust(_keys(desk), witnesses), file="proof")


def _prove(desk: Desk, record_id: str, partner: str = "hankou-bank") -> tuple[ProvedLine, ...]:
    return desk.store.prove(desk.programme, partner, record_id)


@pytest.fixture
def posted(hankou: Desk, tmp_path: Path) -> Desk:
    """Three batches: two walks on one day, one on the next, and one that was withdrawn."""
    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250), walk("r2", "u2", 1000)))
    hankou.post(write(tmp_path / "b.csv", walk("r3", "u1", 500, day="2026-03-02")))
    asked = hankou.store.withdrawal(
        [("hankou-bank", "r2")], programme=hankou.programme, library=hankou.library,
        because="partner-error",
    )  # fmt: skip
    hankou.store.correct(asked)
    return hankou


def test_every_line_of_a_record_has_a_proof_that_holds(posted: Desk) -> None:
    (act,) = _prove(posted, "r1")
    first, taken_back = _prove(posted, "r2")

    # 7,250 and 1,000 steps x 0.02 g.
    assert (act.kind, act.credited_mg) == ("act", 145_000)
    assert (first.kind, first.credited_mg) == ("act", 20_000)
    assert (taken_back.kind, taken_back.credited_mg) == ("reversal", -20_000)
    for line in (act, first, taken_back):
        report = _report(posted, line.proof)
        assert report.holds, report.to_json()
        assert {step.step for step in report.steps} == {
            "key", "signature", "origin", "log", "record", "batch", "commitment",
        }  # fmt: skip


def test_a_proof_checks_by_the_rfc_alone_and_by_the_package_pymerkle(posted: Desk) -> None:
    (line,) = _prove(posted, "r1")
    proof = seals.LineProof.from_bytes(line.proof)
    record = seals.BatchRecord.from_bytes(proof.record)
    log_root = seals.Checkpoint.from_text(proof.checkpoint.text).root

    entry = sha256(b"\x00" + proof.record).digest()
    for leaf, where, root in (
        (proof.commitment, proof.in_batch, bytes.fromhex(record.root)),
        (entry, proof.in_log, log_root),
    ):
        assert by_rfc.root_of_leaf(leaf, where.index, where.size, list(where.path)) == root
        _assert_by_pymerkle(leaf, where, root)


def _assert_by_pymerkle(leaf: bytes, where: seals.Inclusion, root: bytes) -> None:
    """Their path has the leaf's hash first; the rest is ours, and their verifier judges it."""
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(where.size):
        theirs.append_entry(b"%d" % number)
    proof = theirs.prove_inclusion(where.index + 1, where.size)
    proof.path = [leaf, *where.path]
    pymerkle.verify_inclusion(leaf, root, proof, index=where.index + 1, size=where.size)
    proof.path[-1] = b"\0" * 32
    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_inclusion(leaf, root, proof, index=where.index + 1, size=where.size)


def test_one_changed_milligram_is_found(posted: Desk) -> None:
    (line,) = _prove(posted, "r1")
    told = json.loads(line.proof)
    assert told["line"]["credited_mg"] == ["int64", "145000"]
    told["line"]["credited_mg"] = ["int64", "145001"]

    report = _report(posted, json.dumps(told).encode())

    assert [step.step for step in report.steps if not step.holds] == ["commitment"]


def test_a_line_that_was_changed_in_the_lake_gets_no_proof(posted: Desk) -> None:
    from tanpuhui.web.ledger.log_faults import SealBroken

    (file,) = posted.store.places.lake.glob("**/lines/**/local_day=2026-03-02/*.parquet")
    table = pq.read_table(file, partitioning=None)
    more = table["credited_mg"].to_pylist()[0] + 1
    changed = table.set_column(
        table.schema.get_field_index("credited_mg"), table.schema.field("credited_mg"), [[more]]
    )
    pq.write_table(changed, file)

    with pytest.raises(SealBroken) as refused:
        _prove(posted, "r3")

    assert "commitment" in str(refused.value)


def test_a_record_that_did_not_count_has_nothing_to_prove(posted: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger.log_faults import NothingToProve

    posted.post(write(tmp_path / "c.csv", walk("none", "u3", 0)))

    with pytest.raises(NothingToProve, match="refused, no-steps"):
        _prove(posted, "none")
    with pytest.raises(NothingToProve, match="never received"):
        _prove(posted, "r99")


def test_a_batch_from_before_seals_is_said_to_be_none(posted: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger.log_faults import NoLog, NotSealed
    from tanpuhui.web.ledger.models import Batch, Checkpoint, Log, LogEntry, LogKey

    for rows in (LogEntry, Checkpoint, LogKey, Log):
        rows.objects.all().delete()
    (posted.store.places.log_of("hankou") / "checkpoint").unlink()

    with pytest.raises(NoLog, match="3, were posted"):
        posted.store.log_status("hankou")
    with pytest.raises(NotSealed):
        _prove(posted, "r1")
    with pytest.raises(NotSealed):
        posted.store.export_batch(Batch.objects.all()[0].name, tmp_path / "out")
    posted.post(write(tmp_path / "c.csv", walk("r4", "u3", 100)))
    assert _report(posted, _prove(posted, "r4")[0].proof).holds
    assert posted.store.log_status("hankou").unsealed == 3


# -- a person's secret erased ---------------------------------------------------------------------


def test_erasing_a_secret_closes_that_persons_lines_and_leaves_all_other_proofs_valid(
    posted: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import SecretErased

    before = _prove(posted, "r2")[0].proof
    person = posted.store.person_of(posted.programme, "u1", "hankou-bank")
    assert person is not None

    assert posted.store.erase_secret(person)

    with pytest.raises(SecretErased, match="secret was erased"):
        _prove(posted, "r1")
    assert _report(posted, before).holds
    assert all(_report(posted, line.proof).holds for line in _prove(posted, "r2"))
    batch = posted.store.batches("hankou")[0].name
    posted.store.export_batch(batch, tmp_path / "out")
    (report,) = seals.verify_files([tmp_path / "out"], seals.Trust(_keys(posted)))
    assert report.holds, report.to_json()
    assert report.counts == {"lines": 2, "opened": 1, "closed": 1, "wrong": 0}


def test_without_the_secret_a_commitment_cannot_be_guessed_from_the_line(posted: Desk) -> None:
    from tanpuhui.web.participants.models import Person

    (line,) = _prove(posted, "r1")
    proof = seals.LineProof.from_bytes(line.proof)
    person = Person.objects.get(pk=proof.line["person_id"])
    assert person.secret is not None
    secret = person.secret.hex
    named = (line.batch, line.line)

    # Whoever knows all of the line but the secret has 2**122 secrets to try. What stands in for an
    # erased one where new lines are posted, or any other person's, opens nothing.
    domain = posted.store.places.secret_of("hankou").read_text()
    others = [domain[:32], domain[32:], "0" * 32, secret[::-1]]
    others += [p.secret.hex for p in Person.objects.exclude(pk=person.pk) if p.secret]
    others += [sha256(f"{person.pk}{domain}".encode()).hexdigest()[:32]]
    assert seals.commitment(seals.salt(secret, *named), proof.line) == proof.commitment
    for guessed in others:
        assert seals.commitment(seals.salt(guessed, *named), proof.line) != proof.commitment


def test_a_later_batch_of_somebody_whose_secret_is_erased_is_sealed_and_closed(
    posted: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import SecretErased

    person = posted.store.person_of(posted.programme, "u1", "hankou-bank")
    assert person is not None
    posted.store.erase_secret(person)

    answer = posted.post(write(tmp_path / "c.csv", walk("r5", "u1", 100, day="2026-03-03")))

    with pytest.raises(SecretErased):
        _prove(posted, "r5")
    posted.store.export_batch(answer.result["batch"], tmp_path / "out")
    (report,) = seals.verify_files([tmp_path / "out"], seals.Trust(_keys(posted)))
    assert report.holds
    assert report.counts["closed"] == 1


# -- whole batches, checkpoints, keys -------------------------------------------------------------


def test_every_batch_exports_to_a_folder_that_verifies(posted: Desk, tmp_path: Path) -> None:
    posted.post(write(tmp_path / "c.csv", walk("none", "u3", 0)))  # a batch without a line

    for number, batch in enumerate(posted.store.batches("hankou")):
        posted.store.export_batch(batch.name, tmp_path / f"out{number}")

    folders = [tmp_path / f"out{number}" for number in range(4)]
    reports = seals.verify_files(folders, seals.Trust(_keys(posted)))
    assert [report.counts["lines"] for report in reports] == [2, 1, 1, 0]
    for report in reports:
        assert report.holds, report.to_json()


def test_an_unknown_batch_is_not_exported(posted: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger.log_faults import NoSuchBatch

    with pytest.raises(NoSuchBatch):
        posted.store.export_batch("hankou-000009-00000000", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_kept_checkpoint_is_shown_to_be_the_beginning_of_the_log(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import NoCheckpoint

    notes = []
    for number in range(1, 6):
        hankou.post(write(tmp_path / f"{number}.csv", walk(f"r{number}", f"u{number}", 100)))
        notes.append(hankou.store.log_status("hankou").checkpoint)

    for old in range(1, 6):
        proof = hankou.store.consistency("hankou", old)
        kept = tmp_path / "kept"
        kept.write_text(notes[old - 1])
        (tmp_path / "proof").write_bytes(proof)
        reports = seals.verify_files([kept, tmp_path / "proof"], seals.Trust(_keys(hankou)))
        assert all(report.holds for report in reports)
    for wrong in (0, 6):
        with pytest.raises(NoCheckpoint):
            hankou.store.consistency("hankou", wrong)


def test_a_log_whose_files_were_damaged_proves_nothing_until_they_are_mended(posted: Desk) -> None:
    from tanpuhui.web.ledger.log_faults import SealBroken

    (tile,) = posted.store.places.log_of("hankou").glob("tile/0/000.p/3")
    content = bytearray(tile.read_bytes())
    content[40] ^= 1
    tile.write_bytes(content)

    with pytest.raises(SealBroken):
        _prove(posted, "r1")

    assert posted.store.publish_whole_log("hankou")
    assert _report(posted, _prove(posted, "r1")[0].proof).holds


def test_a_new_key_signs_beside_the_old_one_once_and_then_alone(
    posted: Desk, tmp_path: Path
) -> None:
    (old,) = _keys(posted)
    vkey = posted.store.rotate_log_key("hankou")

    assert [key.to_text() for key in _keys(posted)] == [old.to_text(), vkey]
    both = posted.store.log_status("hankou")
    note = seals.Note.from_bytes(both.checkpoint.encode())
    assert len(note.verified(_keys(posted))) == 2
    published = (posted.store.places.log_of("hankou") / "checkpoint").read_text()
    assert published == both.checkpoint
    proof = _prove(posted, "r1")[0].proof
    assert seals.verify_bytes(proof, seals.Trust([old]), file="").holds

    posted.post(write(tmp_path / "c.csv", walk("r4", "u3", 100)))

    note = seals.Note.from_bytes(posted.store.log_status("hankou").checkpoint.encode())
    assert [one.key.to_text() for one in note.verified(_keys(posted))] == [vkey]
    assert len(posted.store.places.log_key_of("hankou").read_text().split()) == 1
    assert _report(posted, posted.store.consistency("hankou", 1)).holds


def test_a_lost_key_is_replaced_only_where_that_is_said(posted: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger.log_faults import LogKeyLost

    posted.store.places.log_key_of("hankou").unlink()

    with pytest.raises(LogKeyLost):
        posted.store.rotate_log_key("hankou")
    posted.store.rotate_log_key("hankou", is_lost=True)

    posted.post(write(tmp_path / "c.csv", walk("r4", "u3", 100)))
    assert _report(posted, _prove(posted, "r4")[0].proof).holds


def test_a_witnesss_signature_is_kept_under_the_checkpoint_that_it_signed(
    posted: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import NoCosignature

    note = seals.Note.from_bytes(posted.store.log_status("hankou").checkpoint.encode())
    signature = WITNESS.cosign(note.text, time=1_780_000_000)
    keys = [WITNESS.cosigner()]

    added = posted.store.cosign("hankou", note.cosigned(signature).to_bytes(), keys, file="f")

    assert added == (WITNESS.cosigner().signer(),)
    (line,) = _prove(posted, "r1")
    assert _report(posted, line.proof, WITNESS.cosigner()).holds
    with pytest.raises(NoCosignature, match="already"):
        posted.store.cosign("hankou", f"{signature.line()}\n".encode(), keys, file="f")


def test_what_no_given_witness_signed_is_not_added(posted: Desk) -> None:
    from tanpuhui.web.ledger.log_faults import NoCosignature

    note = seals.Note.from_bytes(posted.store.log_status("hankou").checkpoint.encode())
    forged = replace(WITNESS.cosign("something else\n", time=1), key_id=WITNESS.cosigner().key_id())
    other = seals.Checkpoint("other.example/log", 1, b"r" * 32).to_text()
    of_other = seals.Note(other, (WITNESS.cosign(other, time=1),))

    for content in (note.to_bytes(), note.cosigned(forged).to_bytes(), of_other.to_bytes(), b"?"):
        with pytest.raises(NoCosignature):
            posted.store.cosign("hankou", content, [WITNESS.cosigner()], file="f")


def test_the_logs_of_two_programmes_do_not_prove_each_others_lines(
    posted: Desk, shanxi: Desk, tmp_path: Path
) -> None:
    shanxi.post(write(tmp_path / "c.csv", ride("r1", "u1", 2)))
    (line,) = _prove(shanxi, "r1", "meituan")

    assert _report(shanxi, line.proof).holds
    assert not _report(posted, line.proof).holds
    store = posted.store
    assert store.log_status("hankou").origin != store.log_status(shanxi.programme.id).origin
