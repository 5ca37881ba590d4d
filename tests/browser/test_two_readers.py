"""Two readers in two browsers under one article: nothing that either does is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from discussions.actions.recount import recount
from discussions.models import Article, Comment, Vote
from tests.browser.conftest import OpenPage
from tests.factories import make_article, make_comment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def write(page: Page, text: str, composer: str = "#composer-0") -> None:
    page.locator(f"{composer} textarea").fill(text)
    page.locator(f"{composer} button.primary").click()
    expect(page.get_by_text(text)).to_be_visible()


def test_one_posts_and_replies_while_the_other_votes_and_sorts(open_page: OpenPage) -> None:
    article: Article = make_article("The lights went out")
    for n in range(25):
        make_comment(article, body=f"An earlier thought, number {n}.")
    ada, ben = make_user("ada"), make_user("ben")
    writer, voter = open_page(ada), open_page(ben)
    writer.goto(article.get_absolute_url())
    voter.goto(article.get_absolute_url())

    write(writer, "I counted the cars myself this morning.")
    voter.get_by_role("link", name="Newest").click()
    mine = voter.locator("#roots > li", has_text="I counted the cars myself")
    expect(mine).to_have_count(1)
    mine.locator("button[data-vote]").first.click()
    expect(mine.locator("button[data-vote]").first).to_have_attribute("aria-pressed", "true")

    first = Comment.objects.get(author=ada)
    writer.locator(f"#c{first.pk}").get_by_role("link", name="Reply").first.click()
    write(writer, "And again at noon: the same number.", f"#composer-{first.pk}")
    write(writer, "A second thought of its own.")

    voter.reload()
    expect(voter.locator("#roots > li").first).to_contain_text("A second thought of its own.")
    expect(voter.locator(f"#c{first.pk}")).to_contain_text("And again at noon: the same number.")
    expect(voter.locator(f"#c{first.pk} button[data-vote]").first).to_have_attribute("aria-pressed", "true")
    voter.get_by_role("link", name="Most Voted").click()
    expect(voter.locator("#roots > li").first).to_contain_text("I counted the cars myself")

    assert list(Comment.objects.filter(author=ada).order_by("pk").values_list("body", "parent__author__username")) == [
        ("I counted the cars myself this morning.", None),
        ("And again at noon: the same number.", "ada"),
        ("A second thought of its own.", None),
    ]
    assert Vote.objects.get().member == ben
    first.refresh_from_db()
    assert (first.score, first.reply_count) == (1, 1)
    assert recount(repair=False) == []
