"""Elections for membership organisations: secret, repeatable, checkable.

Read the packages from the ground up as the data flows: ``rule``, ``election``, ``roll``,
``ballot``, ``seal``, ``log``, ``poll``, ``record``, ``count``, ``report``, ``verify``, ``store``,
``correspondence``; then who acts: ``officer``, ``scrutineer``, ``voter``, ``anyone``,
``rehearsal``; then ``cli``. ``count`` cannot see the log; ``verify`` cannot see ``count``.
"""

__version__ = "0.2.0"
