"""Portal, the face for citizens. Decides what a person is shown of the books, in which words.

One page: the three books of a programme, what became of the records, and the statement of a person
with the formula of each line. Chinese, or English with ``?lang=en``; no script, no other server.
It holds no model and saves nothing.

Takes: a programme, the library, the ledger, and whether all of it is simulated.
Gives: pages.
Refuses: other hosts than this machine, methods that change something; an unknown person in words.
"""

from tanpuhui.web.portal.reasons import reason_of
from tanpuhui.web.portal.serving import Site, listening
from tanpuhui.web.portal.site import ENVIRON_KEY, Portal, Simulated

__all__ = ["ENVIRON_KEY", "Portal", "Simulated", "Site", "listening", "reason_of"]
