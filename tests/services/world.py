"""The people and comments that a run begins with: `python -m tests.services.world`, in the settings of the set.

Prints, as JSON, what the clients have to know.
"""

from __future__ import annotations

import json
from typing import Any

import django

MEMBERS = 8
STOCK = 240


def build() -> dict[str, Any]:
    """Write the rows and return what is to be known of them."""
    from moderation.models import GuidelineVersion
    from tests.factories import make_article, make_comment, make_moderator, make_section, make_user

    article = make_article("The lights went out", section=make_section())
    authors = [make_user(f"author{n}", email=f"author{n}@example.org") for n in range(4)]
    stock = [make_comment(article, by=authors[n % 4], body=f"I saw it from window {n}.").pk for n in range(STOCK)]
    version = GuidelineVersion.objects.in_force().select_related("guideline").get(guideline__number=2)
    return {
        "article": article.slug,
        "article_id": article.pk,
        "stock": stock,
        "guideline": version.guideline.slug,
        "version": version.pk,
        "members": [_person(make_user(f"member{n}", email=f"member{n}@example.org")) for n in range(MEMBERS)],
        "moderator": _person(make_moderator("keeper")),
    }


def _person(user: Any) -> dict[str, Any]:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {"id": user.pk, "email": user.email, "session": client.cookies["sessionid"].value}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(build()))
