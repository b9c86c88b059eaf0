from __future__ import annotations

import base64
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tanpuhui.ledger import seals

KEY = seals.new_signing_key("example.org/log", seed=b"k" * 32)
WITNESS = seals.new_signing_key("witness.example/w1", seed=b"w" * 32)
TEXT = "one line\nanother line\n"
# A note and its key that the authors of Go's package note publish in its documentation.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
FOO_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The examples of the specification; their keys are not published, so they are read, not verified.
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIU"
    "BkBIfZ+qnA==\n"
)


def _note(*signatures: seals.Signature) -> seals.Note:
    return seals.Note(TEXT, signatures or (KEY.sign(TEXT),))


@pytest.mark.parametrize(("key", "note"), [(GO_KEY, GO_NOTE), (FOO_KEY, FOO_NOTE)])
def test_a_note_that_other_people_signed_is_verified_by_their_key(key: str, note: str) -> None:
    read = seals.Note.from_bytes(note.encode())

    (verified,) = read.verified([seals.VerifierKey.from_text(key)])

    assert verified.key.to_text() == key
    assert read.to_bytes() == note.encode()


@pytest.mark.parametrize("note", [POEM, SOFA])
def test_the_examples_of_the_specification_are_read_and_written_back(note: str) -> None:
    assert seals.Note.from_bytes(note.encode()).to_bytes() == note.encode()


def test_the_text_of_a_note_may_have_empty_lines_and_ends_at_the_last_one() -> None:
    assert seals.Note.from_bytes(POEM.encode()).text.endswith("sole:\n\ned è subito sera.\n")


def test_the_time_of_the_cosignature_in_the_specification_is_where_it_says() -> None:
    cosignature = seals.Note.from_bytes(SOFA.encode()).signatures[1]

    assert int.from_bytes(cosignature.content[:8]) == 1679315147  # as its text prints it
    assert len(cosignature.content) == 8 + 64


def test_a_witness_signs_a_first_line_a_time_and_the_text() -> None:
    signature = WITNESS.cosign(TEXT, time=1679315147)

    message = f"cosignature/v1\ntime 1679315147\n{TEXT}".encode()
    public = Ed25519PrivateKey.from_private_bytes(b"w" * 32).public_key()
    public.verify(signature.content[8:], message)
    (verified,) = _note(signature).verified([WITNESS.cosigner()])
    assert verified.time == 1679315147


def test_a_witness_s_signature_with_another_time_is_wrong() -> None:
    signature = WITNESS.cosign(TEXT, time=1679315147)
    later = replace(signature, content=(1679315148).to_bytes(8) + signature.content[8:])

    with pytest.raises(seals.WrongSignature):
        _note(later).verified([WITNESS.cosigner()])


def test_a_key_of_a_log_does_not_verify_what_the_same_key_signed_as_a_witness() -> None:
    with pytest.raises(seals.UnknownSigner):
        _note(WITNESS.cosign(TEXT, time=1)).verified([WITNESS.verifier()])


def test_signatures_of_unknown_keys_are_kept_and_say_nothing() -> None:
    unknown = seals.Signature("somebody.example", b"\1\2\3\4", b"whatever they made")
    note = _note(unknown, KEY.sign(TEXT), WITNESS.cosign(TEXT, time=5))

    again = seals.Note.from_bytes(note.to_bytes())

    assert again == note
    assert [one.key for one in again.verified([KEY.verifier()])] == [KEY.verifier()]


def test_a_note_without_a_known_signature_names_who_signed_it() -> None:
    with pytest.raises(seals.UnknownSigner) as refused:
        _note().verified([WITNESS.verifier()])

    assert refused.value.signers == (KEY.verifier().signer(),)
    assert refused.value.given == (WITNESS.verifier().signer(),)


def test_one_wrong_signature_of_a_known_key_refuses_the_whole_note() -> None:
    wrong = replace(KEY.sign(TEXT), content=b"\0" * 64)

    with pytest.raises(seals.WrongSignature):
        _note(KEY.sign(TEXT), wrong).verified([KEY.verifier()])


def test_a_changed_text_is_noticed() -> None:
    with pytest.raises(seals.WrongSignature):
        replace(_note(), text=TEXT.replace("one", "two")).verified([KEY.verifier()])


def test_an_old_and_a_new_key_of_one_name_are_told_apart_by_their_numbers() -> None:
    new = seals.new_signing_key("example.org/log", seed=b"n" * 32)
    note = _note(KEY.sign(TEXT), new.sign(TEXT))

    assert len(note.verified([KEY.verifier(), new.verifier()])) == 2
    assert len(note.verified([new.verifier()])) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no empty line"),
        (b"text\n", "no empty line"),
        (b"text\n\n", "no signature"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA=", "no end"),
        (b"text\n\n- a AAAAAAA=\n", "em dash"),
        (b"text\n\n\xe2\x80\x94 a b\n", "Base 64"),
        (b"text\n\n\xe2\x80\x94 a\n", "Base 64"),
        (b"text\n\n\xe2\x80\x94 a AAAA\n", "too short"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAB=\n", "Base 64"),  # its last bits mean nothing
        (b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "name of a key"),
        ("text\n\n— a\u3000b AAAAAAA=\n".encode(), "name of a key"),
        (b"te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n", "control character 0x09"),
        (b"text\r\n\n\xe2\x80\x94 a AAAAAAA=\n", "control character 0x0d"),
        (b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n", "UTF-8"),
        (b"text\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 101, "more than 100"),
    ],
)
def test_what_is_no_signed_note_is_refused_with_what_is_wrong(content: bytes, problem: str) -> None:
    with pytest.raises(seals.NotInForm, match=problem):
        seals.Note.from_bytes(content)


def test_sixteen_signatures_and_more_are_accepted() -> None:
    note = _note(*(seals.Signature(f"w{n}", b"abcd", b"x" * 4_700) for n in range(16)))

    assert seals.Note.from_bytes(note.to_bytes()) == note


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "of the form"),
        ("name", "of the form"),
        (GO_KEY[:-1], "Base 64"),
        (GO_KEY.replace("c74f20a3", "c74f20a4"), "its number is"),
        (GO_KEY.replace("c74f20a3", "C74F20A3"), "eight digits"),
        (GO_KEY.replace("PeterNeumann", "Peter Neumann"), "of the form"),
        (f"x+00000000+{base64.b64encode(bytes([2]) + b'k' * 32).decode()}", "its kind is 0x02"),
        (f"x+00000000+{base64.b64encode(bytes([1]) + b'k' * 31).decode()}", "31 bytes"),
    ],
)
def test_what_is_no_key_is_refused_with_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(seals.NotAKey, match=problem):
        seals.VerifierKey.from_text(text)


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing() -> None:
    key = seals.VerifierKey("example.org/log", 1, b"\xff" * 32)
    note = _note(seals.Signature(key.name, key.key_id(), b"\0" * 64))

    with pytest.raises(seals.WrongSignature):
        note.verified([seals.VerifierKey.from_text(key.to_text())])


def test_a_signing_key_survives_its_text_and_is_never_shown() -> None:
    again = seals.SigningKey.from_text(KEY.to_text())

    assert again == KEY
    assert "6b6b6b" not in repr(KEY)
    assert repr(KEY) == "SigningKey(name='example.org/log')"
    with pytest.raises(seals.NotAKey) as refused:
        seals.SigningKey.from_text(KEY.to_text()[:-3])
    assert KEY.to_text()[20:-3] not in str(refused.value)


def test_openssl_verifies_a_note_of_ours(tmp_path: Path) -> None:
    note = _note()
    public = Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key()
    (tmp_path / "key.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (tmp_path / "text").write_text(note.text)
    (tmp_path / "signature").write_bytes(note.signatures[0].content)

    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-in", "text", "-sigfile", "signature"]
    try:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no openssl here")

    assert done.returncode == 0, done.stderr
    assert b"Verified Successfully" in done.stdout
