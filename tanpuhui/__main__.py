"""``python -m tanpuhui`` is the command ``tanpuhui``."""

from tanpuhui import cli

if __name__ == "__main__":
    cli.main()
