"""What apps above want to know of guests.

Unlike the news of `discussions`, these are sent with `send` inside the transaction: a receiver that fails undoes the
whole step, so that a claim never takes half of the comments along.
"""

from __future__ import annotations

from django.dispatch import Signal

#: guest_id: the guest has shown that the address is theirs.
guest_confirmed = Signal()
#: guest_id, user_id: the member takes over what the guest wrote.
guest_claimed = Signal()
