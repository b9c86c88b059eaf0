from __future__ import annotations

import pytest

from tanpuhui.ledger import seals

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_the_example_of_the_specification_is_read() -> None:
    text = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"

    found = seals.Checkpoint.from_text(text)

    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert found.root.hex().startswith("0ac5186a91863e8e")
    assert found.to_text() == text


def test_further_lines_are_kept_as_they_stand() -> None:
    text = f"log\n0\n{ROOT}\nwhatever\n  else\n"

    found = seals.Checkpoint.from_text(text)

    assert found.extensions == ("whatever", "  else")
    assert found.to_text() == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "three lines"),
        ("log\n1\n", "three lines"),
        (f"log\n1\n{ROOT}", "three lines"),
        (f"\n1\n{ROOT}\n", "line 1 is empty"),
        (f"log\n\n{ROOT}\n", "line 2 is empty"),
        (f"log\n01\n{ROOT}\n", "line 2, the size"),
        (f"log\n+1\n{ROOT}\n", "line 2, the size"),
        (f"log\n-1\n{ROOT}\n", "line 2, the size"),
        (f"log\n1 \n{ROOT}\n", "line 2, the size"),
        (f"log\n１\n{ROOT}\n", "line 2, the size"),
        (f"log\n1\n{ROOT[:-4]}\n", "line 3, the root"),
        (f"log\n1\n{ROOT[:-2]}J=\n", "line 3, the root"),
        (f"log\n1\n{ROOT}=\n", "line 3, the root"),
        (f"log\n1\n{ROOT}\n\n", "line 4 is empty"),
        (f"log\n1\n{ROOT}\nx\n\ny\n", "line 5 is empty"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(seals.NotInForm, match=problem):
        seals.Checkpoint.from_text(text)
