"""tanpuhui (碳普惠): the open platform for carbon inclusion.

The packages are the floors of the house, lowest first: ``terms``, ``records``, ``formula``,
``rules``, ``engine``, the steps (``quantify`` …) and ``cli``. ARCHITECTURE.md walks one record
through them.
"""

__version__ = "0.1.0"
