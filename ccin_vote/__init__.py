"""Elections for membership organisations: secret, repeatable, checkable.

Read the packages from top to bottom as the data flows: ``rule``, ``election``, ``roll``,
``ballot``, ``seal``, ``log``, ``poll``, ``record``, ``count``, ``report``, ``paper``,
``verify``, ``conduct``, ``cli``. ``count`` cannot see the log; ``verify`` cannot see ``count``.
"""

__version__ = "0.2.0"
