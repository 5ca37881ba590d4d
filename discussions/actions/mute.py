"""Not wanting to be mailed about an article, a branch or somebody: the only writer of mutes."""

from __future__ import annotations

from typing import Any

from accounts.models import Guest
from accounts.participants import Participant
from discussions.models import Comment, Mute

#: What can be muted from a comment, in the words of the form.
WHAT = ("article", "branch", "writer")


def mute(person: Participant, comment: Comment, what: str) -> Mute | None:
    """Keep mails from `person`: about the comment's article, its branch, or its writer; None for a writer who is gone.

    Muting twice is muting once.
    """
    whose: dict[str, Any] = {"guest": person} if isinstance(person, Guest) else {"member": person}
    about: dict[str, Any] = {"comment": comment} if what == "branch" else {"article": comment.article}
    if what == "writer":
        about = {"writer": comment.author} if comment.author else {"guest_writer": comment.guest}
    return None if None in about.values() else Mute.objects.get_or_create(**whose, **about)[0]


def unmute(person: Participant, mute_id: int) -> bool:
    """Take a mute of this person back; return whether there was one."""
    return Mute.objects.of(person).filter(pk=mute_id).delete()[0] > 0
