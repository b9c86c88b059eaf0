"""What a long command does at the moment, on stderr; nothing where stderr is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

STEPS_ZH = {
    "waiting for another batch": "等待另一批次入账",
    "sweep": "清理未完成的文件",
    "intake": "接收与校验",
    "people": "识别账户",
    "quantify": "核算",
    "dedup": "去重",
    "limits": "限额",
    "ledger": "入账",
    "incentives": "积分",
    "verdicts": "逐条结论",
    "books": "三本账",
    "commit": "提交",
}


@contextmanager
def steps_on_stderr() -> Iterator[Callable[[str], None]]:
    """A function to be called with the name of each step when it begins."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def told(step: str) -> None:
            progress.update(task, description=f"{STEPS_ZH.get(step, step)} · {step}")

        yield told
