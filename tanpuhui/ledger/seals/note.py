"""Signed notes: a text and the signatures under it, as other people's logs write them.

    a text, some lines
    <an empty line>
    — name-of-a-key base64(four bytes that number the key, then the signature)

A signature by a key that one does not know is kept and says nothing; that is how witnesses sign
beside a log, and how a log signs with an old and a new key while it changes them. Two kinds of key
are verified here: Ed25519 over the text (0x01), and a witness's Ed25519 over the text and a time
(0x04, ``cosignature/v1``). Others are kept as they are.

Source: https://c2sp.org/signed-note and https://c2sp.org/tlog-cosignature.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from tanpuhui.ledger.seals.faults import NotAKey, NotInForm, UnknownSigner, WrongSignature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
MOST_SIGNATURES = 100
MOST_BYTES = 1_000_000  # of a note
_DASH = "\N{EM DASH} "
_KEY_BYTES, _ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 32, 4, 8, 64
_LATEST_TIME = 2**63 - 1
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True)
class Signature:
    """A signature line under a note, by whichever key.

    Args:
        name: of the key; without spaces and plus signs.
        key_id: four bytes that tell the keys of one name apart.
        content: what the key made; for a cosignature a time of 8 bytes comes first.
    """

    name: str
    key_id: bytes
    content: bytes

    def signer(self) -> str:
        """The key's name and number, as its text form begins."""
        return f"{self.name}+{self.key_id.hex()}"

    def line(self) -> str:
        """The line, without its end."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.content)}"


@dataclass(frozen=True)
class Note:
    """A text with signatures; what the text says counts only once one of them was verified.

    Args:
        text: lines, the last one ended too.
        signatures: in the order of their lines; one or more.
    """

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """The note as a file has it."""
        lines = "".join(f"{signature.line()}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Note:
        """Read a note; no signature is verified by that.

        Raises:
            NotInForm: it is no signed note, and why not.
        """
        if len(content) > MOST_BYTES:
            raise _no_note(f"it has more than {MOST_BYTES:,} bytes")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise _no_note(f"it is not UTF-8 (byte {error.start})") from None
        _refuse_control_characters(text)
        body, gap, signed = text.rpartition("\n\n")
        if not gap:
            raise _no_note("no empty line stands between the text and its signatures")
        if not signed.endswith("\n"):
            raise _no_note("its last line has no end" if signed else "it has no signature")
        lines = signed[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise _no_note(f"it has more than {MOST_SIGNATURES} signatures")
        return cls(f"{body}\n", tuple(_signature(line) for line in lines))

    def cosigned(self, *signatures: Signature) -> Note:
        """The note with further signatures under it."""
        return replace(self, signatures=(*self.signatures, *signatures))

    def verified(self, keys: Sequence[VerifierKey]) -> tuple[Verified, ...]:
        """The signatures by keys that are known; the text may be trusted as far as these are.

        Args:
            keys: those that are trusted, old ones among them.

        Returns:
            One or more, in the order of the note's lines. Signatures by other keys are left out.

        Raises:
            WrongSignature: one by a known key does not verify; then the note is refused whole.
            UnknownSigner: none is by a known key.
        """
        found = tuple(
            Verified(key, key.verified_at(self.text, signature))
            for signature in self.signatures
            for key in keys
            if (key.name, key.key_id()) == (signature.name, signature.key_id)
        )
        if not found:
            raise UnknownSigner(
                signers=tuple(signature.signer() for signature in self.signatures),
                given=tuple(key.signer() for key in keys),
            )
        return found


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name: what a verifier must have from elsewhere.

    Args:
        name: of the log or the witness, an address without scheme by custom.
        kind: 0x01 for a log's Ed25519, 0x04 for a witness's.
        public: 32 bytes.
    """

    name: str
    kind: int
    public: bytes

    def key_id(self) -> bytes:
        """The four bytes that signature lines name the key by."""
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.public
        return sha256(named).digest()[:_ID_BYTES]

    def signer(self) -> str:
        """The key's name and number, as signature lines have them."""
        return f"{self.name}+{self.key_id().hex()}"

    def to_text(self) -> str:
        """The text form (``vkey``): name, number and key, parted by plus signs."""
        return f"{self.signer()}+{to_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def from_text(cls, text: str) -> VerifierKey:
        """Read a key of one of the two kinds that are verified here.

        Raises:
            NotAKey: it is none, and why.
        """
        name, number, key = _parts(text)
        kind, public = key[0], key[1:]
        if kind not in (ED25519, COSIGNATURE):
            raise NotAKey(text=text, problem=f"its kind is {kind:#04x}; 0x01 and 0x04 are known")
        if len(public) != _KEY_BYTES:
            raise NotAKey(text=text, problem=f"the key has {len(public)} bytes, not {_KEY_BYTES}")
        found = cls(name, kind, public)
        if found.key_id().hex() != number:
            problem = f"its number is {number}, and that of its key {found.key_id().hex()}"
            raise NotAKey(text=text, problem=problem)
        return found

    def verified_at(self, text: str, signature: Signature) -> int | None:
        """Verify a signature that names this key.

        Returns:
            When a witness says it signed, seconds since 1970; None for a log's signature.

        Raises:
            WrongSignature: the key did not sign this text.
        """
        content, message, time = signature.content, text, None
        if self.kind == COSIGNATURE:
            time = int.from_bytes(content[:_TIME_BYTES])
            content = content[_TIME_BYTES:]
            message = cosigned_message(text, time)
        if len(content) != _SIGNATURE_BYTES or (time or 0) > _LATEST_TIME:
            raise WrongSignature(signer=self.signer())
        # A command that verifies nothing need not wait for the library.
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(content, message.encode())
        except (InvalidSignature, ValueError):  # a key that is no point of the curve
            raise WrongSignature(signer=self.signer()) from None
        return time


@dataclass(frozen=True)
class Verified:
    """A signature that holds: by whom, and for a witness at what time (seconds since 1970)."""

    key: VerifierKey
    time: int | None


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name. Its text form is what lies in the folder of keys.

    Args:
        name: as the verifier key has it.
        seed: 32 secret bytes, never printed.
    """

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey(name={self.name!r})"

    @classmethod
    def from_text(cls, text: str) -> SigningKey:
        """Read the text form.

        Raises:
            NotAKey: it is none; the fault holds nothing of the text.
        """
        hidden = f"{_PRIVATE}…"
        if not text.startswith(_PRIVATE):
            raise NotAKey(text=hidden, problem=f"a signing key begins with {_PRIVATE}")
        try:
            name, number, key = _parts(text.removeprefix(_PRIVATE))
        except NotAKey as fault:
            raise NotAKey(text=hidden, problem=fault.problem) from None
        if key[0] != ED25519 or len(key) != 1 + _KEY_BYTES:
            raise NotAKey(text=hidden, problem="it is no Ed25519 key")
        found = cls(name, key[1:])
        if found.verifier().key_id().hex() != number:
            raise NotAKey(text=hidden, problem="its number is not that of its key")
        return found

    def to_text(self) -> str:
        """The text form, which is secret."""
        number = self.verifier().key_id().hex()
        return f"{_PRIVATE}{self.name}+{number}+{to_base64(bytes([ED25519]) + self.seed)}"

    def verifier(self) -> VerifierKey:
        """The public key that goes with it."""
        return VerifierKey(self.name, ED25519, self._private().public_key().public_bytes_raw())

    def cosigner(self) -> VerifierKey:
        """The public key as a witness's."""
        return replace(self.verifier(), kind=COSIGNATURE)

    def sign(self, text: str) -> Signature:
        """The signature over a note's text, as a log signs."""
        assert text.endswith("\n"), "the text of a note ends its last line"
        signed = self._private().sign(text.encode())
        return Signature(self.name, self.verifier().key_id(), signed)

    def cosign(self, text: str, *, time: int) -> Signature:
        """The signature over a checkpoint's text as a witness signs it.

        Args:
            text: of the checkpoint.
            time: seconds since 1970.
        """
        signed = self._private().sign(cosigned_message(text, time).encode())
        content = time.to_bytes(_TIME_BYTES) + signed
        return Signature(self.name, self.cosigner().key_id(), content)

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


def new_signing_key(name: str, *, seed: bytes) -> SigningKey:
    """A key from 32 random bytes; randomness comes in as an argument.

    Raises:
        NotAKey: the name is empty or has a space or a plus sign.
    """
    assert len(seed) == _KEY_BYTES, f"a seed has {_KEY_BYTES} bytes"
    if not _is_key_name(name):
        raise NotAKey(text=name, problem="a key's name has no space and no plus sign")
    return SigningKey(name, seed)


def cosigned_message(text: str, time: int) -> str:
    """What a witness signs: a first line that names the use, the time, the checkpoint's text."""
    return f"cosignature/v1\ntime {time}\n{text}"


def keys_of(texts: Iterable[str]) -> tuple[VerifierKey, ...]:
    """The keys of some text forms."""
    return tuple(VerifierKey.from_text(text) for text in texts)


def to_base64(content: bytes) -> str:
    """Base 64 of RFC 4648, section 4."""
    return base64.b64encode(content).decode()


def from_base64(text: str) -> bytes | None:
    r"""The bytes, or None where the text is not exactly what ``to_base64`` writes for them.

    >>> from_base64("AA=="), from_base64("AB==")  # the second has bits that mean nothing
    (b'\x00', None)
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if to_base64(content) == text else None


def _signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise _no_note(f"a line below the empty one does not begin with an em dash: {line!r}")
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    content = from_base64(encoded) if space else None
    if not _is_key_name(name):
        raise _no_note(f"the name of a key is not well formed: {name!r}")
    if content is None:
        raise _no_note(f"the signature by {name} is not in Base 64")
    if len(content) <= _ID_BYTES:
        raise _no_note(f"the signature by {name} is too short")
    return Signature(name, content[:_ID_BYTES], content[_ID_BYTES:])


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    number, plus, encoded = rest.partition("+")
    key = from_base64(encoded)
    if not plus or not _is_key_name(name):
        raise NotAKey(text=text, problem="it is not of the form name+number+key")
    if not re.fullmatch("[0-9a-f]{8}", number):
        raise NotAKey(text=text, problem="its number is not eight digits of 0–9 and a–f")
    if not key:
        raise NotAKey(text=text, problem="its last part is not in Base 64")
    return name, number, key


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _refuse_control_characters(text: str) -> None:
    for letter in text:
        if letter < " " and letter != "\n":
            raise _no_note(f"it has the control character {ord(letter):#04x}")


def _no_note(problem: str) -> NotInForm:
    return NotInForm(form="signed note", problem=problem)
