from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tanpuhui.ledger import seals
from tests.ledger.seals import sealed
from tests.ledger.seals.sealed import KEY, OLD_KEY, OTHER_KEY, TRUST, WITNESS, changed, failed

STEPS_OF_A_LINE = ["key", "signature", "origin", "log", "record", "record", "batch", "commitment"]


def _verified(proof: seals.LineProof, trust: seals.Trust = TRUST) -> seals.Report:
    """Through the file, as everybody gets it."""
    return seals.verify_bytes(proof.to_bytes(), trust, file="proof.json")


def _the_failure(report: seals.Report) -> seals.Step:
    (step,) = [step for step in report.steps if not step.holds]
    return step


@pytest.mark.parametrize("line", range(sealed.LINES))
def test_a_line_is_proved_with_the_public_key_alone(line: int) -> None:
    report = _verified(sealed.sealed().proof(line))

    assert report.holds, report
    assert [step.step for step in report.steps] == STEPS_OF_A_LINE
    assert not report.has_own_key


def test_a_proof_survives_its_file() -> None:
    proof = sealed.sealed().proof(3)

    assert seals.LineProof.from_bytes(proof.to_bytes()) == proof


def test_without_a_key_the_proof_says_that_its_own_was_used() -> None:
    report = _verified(sealed.sealed().proof(0), seals.Trust())

    assert report.holds
    assert report.has_own_key
    assert "shows nothing about who that is" in report.steps[1].said


def test_a_forger_with_a_key_of_their_own_is_seen_once_the_verifier_has_the_log_s_key() -> None:
    forged = replace(
        sealed.sealed().proof(0),
        checkpoint=sealed.sealed().checkpoint(key=OTHER_KEY),
        key=OTHER_KEY.verifier().to_text(),
    )

    assert _verified(forged, seals.Trust()).holds
    failure = _the_failure(_verified(forged))
    assert failure.step == "signature"
    assert OTHER_KEY.verifier().signer() in (failure.found or "")
    assert KEY.verifier().signer() in (failure.expected or "")


def test_a_changed_gram_is_named_by_its_line() -> None:
    proof = sealed.sealed().proof(3)
    more = replace(proof, line=changed(proof.line, credited_mg=proof.line["credited_mg"] + 1_000))

    failure = _the_failure(_verified(more))

    assert failure.step == "commitment"
    assert failure.where == "batch hankou-000003-1e46d731, line 3"
    assert failure.expected == proof.commitment.hex()
    assert failure.found == seals.commitment(proof.salt, more.line).hex()


def test_the_salt_of_another_line_opens_nothing() -> None:
    proof = replace(sealed.sealed().proof(3), salt=sealed.salt_of(2))

    assert failed(_verified(proof)) == ["commitment"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("batch", "hankou-000004-1e46d731"), ("programme", "other"), ("domain", "110000"),
     ("posted_order", 4), ("line", 2), ("library_version", "0.2.0"),
     ("programme_sha256", "00" * 32)],
)  # fmt: skip
def test_a_line_of_another_batch_place_or_rules_is_seen(column: str, value: Any) -> None:
    found = sealed.sealed()
    proof = found.proof(3)
    # Even were it committed to: a batch that holds a line of another one.
    line = changed(proof.line, **{column: value})
    leaves = [*found.leaves[:3], seals.commitment(proof.salt, line), *found.leaves[4:]]
    tree = seals.HashedLeaves(leaves)
    record = replace(found.record, root=seals.root(tree, 5).hex())
    forged = replace(found, leaves=leaves, record=record, rows=[*found.rows[:3], line, line],
                     entries=[*found.entries[:2], record.to_bytes(), found.entries[3]])  # fmt: skip

    failure = _the_failure(_verified(forged.proof(3)))

    assert failure.step == "record"
    assert column in failure.said
    assert failure.found == str(value)


def test_a_commitment_that_is_not_in_the_batch_is_seen() -> None:
    found = sealed.sealed()
    proof = replace(found.proof(3), line=found.rows[2] | {"line": 3})
    proof = replace(proof, commitment=seals.commitment(proof.salt, proof.line))

    failure = _the_failure(_verified(proof))

    assert failure.step == "batch"
    assert failure.expected == found.record.root


def test_a_record_that_was_changed_is_not_in_the_log() -> None:
    found = sealed.sealed()
    more = replace(found.record, credited_mg=found.record.credited_mg + 1)
    proof = replace(found.proof(0), record=more.to_bytes())

    assert failed(_verified(proof)) == ["log"]


def test_a_proof_against_another_size_of_the_log_or_the_batch_is_seen() -> None:
    found = sealed.sealed()
    proof = found.proof(4)

    of_log = replace(proof, in_log=found.in_log(3))
    # Line 4 is the last of 5; a tree of 5 and one of 6 have other shapes.
    of_batch = replace(proof, in_batch=replace(proof.in_batch, size=6))

    assert failed(_verified(of_log)) == ["log"]
    assert failed(_verified(of_batch)) == ["record", "batch"]


def test_a_key_that_did_not_sign_is_no_claim_that_holds() -> None:
    proof = replace(sealed.sealed().proof(0), key=OTHER_KEY.verifier().to_text())

    assert failed(_verified(proof)) == ["key"]


def test_a_key_of_another_name_is_not_that_of_the_log() -> None:
    other = replace(KEY, name="example.org/another")
    checkpoint = seals.Checkpoint(KEY.name, 4, seals.root(sealed.sealed().log(), 4)).signed(other)
    proof = replace(sealed.sealed().proof(0), checkpoint=checkpoint, key=other.verifier().to_text())

    failure = _the_failure(_verified(proof, seals.Trust((other.verifier(),))))

    assert failure.step == "origin"
    assert (failure.expected, failure.found) == (KEY.name, "example.org/another")


# Named after https://github.com/sigstore/rekor/issues/721: which key verifies an old log?
def test_rekor_721_an_old_checkpoint_names_its_key_and_verifies_with_it() -> None:
    found = sealed.sealed()
    old = replace(
        found.proof(0),
        checkpoint=found.checkpoint(key=OLD_KEY),
        key=OLD_KEY.verifier().to_text(),
    )

    both = seals.Trust((KEY.verifier(), OLD_KEY.verifier()))
    assert _verified(old, both).holds

    failure = _the_failure(_verified(old))
    assert failure.step == "signature"
    assert "an old checkpoint needs the key of its time" in failure.said
    assert failure.found == f"signed by {OLD_KEY.verifier().signer()}"


def test_a_checkpoint_signed_by_the_old_and_the_new_key_verifies_with_either() -> None:
    found = sealed.sealed()
    note = found.checkpoint().cosigned(OLD_KEY.sign(found.checkpoint().text))
    proof = replace(found.proof(0), checkpoint=note)

    for key in (KEY, OLD_KEY):
        assert _verified(proof, seals.Trust((key.verifier(),))).holds


def test_a_witness_that_was_asked_for_must_have_signed() -> None:
    found = sealed.sealed()
    asked = replace(TRUST, witnesses=(WITNESS.cosigner(),))
    note = found.checkpoint()
    seen = note.cosigned(WITNESS.cosign(note.text, time=1_772_500_000))

    assert failed(_verified(found.proof(0), asked)) == ["witness"]
    report = _verified(replace(found.proof(0), checkpoint=seen), asked)
    assert report.holds
    assert any("1772500000" in step.said for step in report.steps)


def _consistency(proof: seals.ConsistencyProof, trust: seals.Trust = TRUST) -> seals.Report:
    return seals.verify_bytes(proof.to_bytes(), trust, file="growth.json")


@pytest.mark.parametrize("sizes", [(0, 4), (1, 2), (1, 3), (3, 4), (4, 4), (0, 1, 2, 3, 4)])
def test_a_log_that_only_grew_is_shown_to_have_done_so(sizes: tuple[int, ...]) -> None:
    proof = sealed.sealed().growth(*sizes)

    report = _consistency(proof)

    assert seals.ConsistencyProof.from_bytes(proof.to_bytes()) == proof
    assert report.holds, report
    assert [one.size for one in report.checkpoints] == list(sizes)


def test_an_entry_changed_after_it_was_signed_is_no_growth() -> None:
    found = sealed.sealed()
    forged = replace(found, entries=[b"an earlier record, changed", *found.entries[1:]])
    proof = replace(forged.growth(3, 4), checkpoints=(found.checkpoint(3), forged.checkpoint(4)))

    failure = _the_failure(_consistency(proof))

    assert failure.step == "consistency"
    assert "the root at size 3 is not the one that was signed" in failure.said
    assert failure.where == "checkpoint 1 to 2"


def test_checkpoints_of_two_logs_are_no_history() -> None:
    other = seals.new_signing_key("example.org/carbon/other", seed=b"o" * 32)
    found = sealed.sealed()
    proof = replace(
        found.growth(3, 4), checkpoints=(found.checkpoint(3, key=other), found.checkpoint(4))
    )

    report = _consistency(proof, seals.Trust((KEY.verifier(), other.verifier())))

    assert failed(report) == ["consistency"]


def test_a_log_does_not_shrink() -> None:
    found = sealed.sealed()
    proof = replace(found.growth(3, 4), checkpoints=(found.checkpoint(4), found.checkpoint(3)))

    assert failed(_consistency(proof)) == ["consistency"]


def _files(folder: Path, **contents: bytes) -> list[Path]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def test_two_roots_signed_for_one_size_are_two_histories(tmp_path: Path) -> None:
    found = sealed.sealed()
    forged = replace(found, entries=[b"told to somebody else", *found.entries[1:]])
    files = _files(tmp_path, a=found.checkpoint().to_bytes(), b=forged.checkpoint().to_bytes())

    first, second = seals.verify_files(files, TRUST)

    assert first.holds
    assert failed(second) == ["one view"]
    assert str(files[0]) in second.steps[-1].said


def test_checkpoints_of_two_sizes_need_the_proof_that_leads_from_one_to_the_other(
    tmp_path: Path,
) -> None:
    found = sealed.sealed()
    old, new, proof = _files(
        tmp_path,
        old=found.checkpoint(3).to_bytes(),
        new=found.checkpoint(4).to_bytes(),
        proof=found.growth(3, 4).to_bytes(),
    )

    assert all(report.holds for report in seals.verify_files([old, new, proof], TRUST))
    assert all(report.holds for report in seals.verify_files([old], TRUST))
    assert [report.holds for report in seals.verify_files([old, new], TRUST)] == [True, False]


def test_a_checkpoint_alone_needs_a_key() -> None:
    content = sealed.sealed().checkpoint().to_bytes()

    assert seals.verify_bytes(content, TRUST, file="checkpoint").holds
    assert failed(seals.verify_bytes(content, seals.Trust(), file="checkpoint")) == ["signature"]


@pytest.mark.parametrize("content", [b"", b"hello\n", b"{}", b'{"format": 1}', b"\x00\xff",
                                     b'{"format": "tanpuhui-line-proof/v9"}'])  # fmt: skip
def test_what_is_no_proof_does_not_hold(content: bytes) -> None:
    assert not seals.verify_bytes(content, TRUST, file="it").holds


def test_a_column_that_lines_do_not_have_is_refused_though_nobody_committed_to_it() -> None:
    proof = sealed.sealed().proof(0)
    more = replace(proof, line=changed(proof.line, bonus_mg=1_000))

    failure = _the_failure(_verified(more))

    assert failure.step == "commitment"
    assert "no column bonus_mg" in failure.said


def test_a_line_without_what_every_line_has_is_no_line() -> None:
    proof = sealed.sealed().proof(0)

    for column, value in (("credited_mg", None), ("credited_mg", "145000"), ("line_kind", 1)):
        report = _verified(replace(proof, line=changed(proof.line, **{column: value})))
        assert failed(report) == ["commitment"]


def test_a_field_that_the_format_does_not_have_is_refused() -> None:
    told = json.loads(sealed.sealed().proof(0).to_bytes())

    report = seals.verify_bytes(json.dumps({**told, "note": "hi"}).encode(), TRUST, file="it")

    assert failed(report) == ["form"]


def test_a_file_that_cannot_be_read_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(seals.NothingToVerify):
        seals.verify_files([tmp_path / "none.json"], TRUST)
    with pytest.raises(seals.NothingToVerify, match=r"export\.json is missing"):
        seals.verify_files([tmp_path], TRUST)
