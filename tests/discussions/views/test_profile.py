"""The page of a person, and a guest's list of their own comments."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Guest, User
from accounts.participants import SESSION_KEY
from discussions.models import Visibility
from tests.factories import make_comment, make_guest, make_moderator, make_user

pytestmark = pytest.mark.django_db
URL = "/people/ann/"


@pytest.fixture
def ann() -> User:
    return make_user("ann", name="Ann Lee", about="Bread & <bridges>.")


def be(client: Client, guest: Guest) -> None:
    session = client.session
    session[SESSION_KEY] = guest.pk
    session.save()


def test_the_page(client: Client, ann: User) -> None:
    comment = make_comment(by=ann, body="I walk there.")
    page = client.get(URL)
    html = page.content.decode()
    assert page.status_code == 200
    assert "<bdi>Ann Lee</bdi>" in html
    assert "@ann" in html
    assert "Bread &amp; &lt;bridges&gt;." in html
    assert "I walk there." in html
    assert comment.article.get_absolute_url() in html
    assert f"/comments/{comment.pk}/" in html
    assert ann.email not in html


def test_somebody_who_is_not_here(client: Client) -> None:
    assert client.get("/people/nobody/").status_code == 404


@pytest.mark.parametrize("handle", ["ANN", "Ann"])
def test_the_handle_in_other_letters(client: Client, ann: User, handle: str) -> None:
    assert client.get(f"/people/{handle}/").status_code == 200


@pytest.mark.parametrize("handle", ["%00", "a%27 OR 1=1", "é", "a" * 3000])
def test_strange_handles(client: Client, handle: str) -> None:
    assert client.get(f"/people/{handle}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_wrong_verbs(client: Client, ann: User, method: str) -> None:
    assert getattr(client, method)(URL).status_code == 405
    assert getattr(client, method)("/my-comments/").status_code == 405


def test_a_page_without_comments(client: Client, ann: User) -> None:
    assert "There is nothing to read here yet." in client.get(URL).content.decode()
    client.force_login(ann)
    assert "You have not written anything yet." in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("visibility", "words"),
    [("held", "Waiting for review"), ("removed", "Removed"), ("withdrawn", "Withdrawn"), ("collapsed", "Collapsed")],
)
def test_states_in_words(client: Client, ann: User, visibility: str, words: str) -> None:
    make_comment(by=ann, body="Mine.", visibility=visibility, visibility_reason="Too hot.")
    client.force_login(ann)
    html = client.get(URL).content.decode()
    assert words in html
    assert "Too hot." in html
    assert "Mine." in html


def test_others_do_not_see_what_is_not_public(client: Client, ann: User) -> None:
    make_comment(by=ann, body="Held back.", visibility=Visibility.HELD, visibility_reason="Secret reason.")
    for viewer in (None, make_user()):
        if viewer:
            client.force_login(viewer)
        html = client.get(URL).content.decode()
        assert "Held back." not in html
        assert "Secret reason." not in html


def test_moderators_see_everything_and_are_marked(client: Client, ann: User) -> None:
    make_comment(by=ann, body="Held back.", visibility=Visibility.HELD)
    nora = make_moderator("nora", name="Nora Park")
    client.force_login(nora)
    assert "Held back." in client.get(URL).content.decode()
    assert "Moderator" in client.get("/people/nora/").content.decode()
    ann.groups.add(Group.objects.get(name="Moderators"))
    assert "Moderator" in Client().get(URL).content.decode()


def test_buttons_are_the_authors(client: Client, ann: User) -> None:
    comment = make_comment(by=ann)
    links = (f"/comments/{comment.pk}/edit/", f"/comments/{comment.pk}/withdraw/")
    assert not any(link in client.get(URL).content.decode() for link in links)
    client.force_login(ann)
    assert all(link in client.get(URL).content.decode() for link in links)


def test_later_pages(client: Client, ann: User) -> None:
    for number in range(25):
        make_comment(by=ann, body=f"Number {number}.")
    first = client.get(URL)
    after = first.context["page"].after
    assert f'href="?after={after}"' in first.content.decode()
    second = client.get(URL, {"after": after}).content.decode()
    assert "Number 0." in second
    assert "Number 24." not in second
    assert '<meta name="robots" content="noindex">' in second


def test_a_forged_cursor(client: Client, ann: User) -> None:
    response = client.get(URL, {"after": "x"})
    assert response.status_code == 400
    assert "start from the first page" in response.content.decode()


def test_text_of_others_is_escaped_everywhere(client: Client) -> None:
    person = make_user("eve", name='"><script>1</script>', about="<img src=x onerror=1>")
    make_comment(by=person, visibility_reason="<b>why</b>", visibility=Visibility.COLLAPSED)
    html = client.get("/people/eve/").content.decode()
    assert "<script>1" not in html
    assert "<img" not in html
    assert "<b>why" not in html


def test_queries_are_constant(client: Client, ann: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (1, 30):
        for _ in range(count):
            make_comment(by=ann)
        # The person, whether they keep the house, comments, articles.
        with django_assert_num_queries(4):
            client.get(URL)


def test_queries_of_a_member(client: Client, ann: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_comment(by=ann)
    client.force_login(make_user())
    client.get("/")  # who is of the staff is known for a minute
    # Session and member first; then as above, and how much is new to them.
    with django_assert_num_queries(7):
        client.get(URL)


def test_my_comments_of_a_guest(client: Client) -> None:
    bo = make_guest("Bo")
    mine = make_comment(by=bo, body="Mine.", visibility=Visibility.HELD, visibility_reason="First one.")
    make_comment(by=make_guest("Bo"), body="Not mine.")
    be(client, bo)
    html = client.get("/my-comments/").content.decode()
    assert "Mine." in html
    assert "First one." in html
    assert "Not mine." not in html
    assert f"/comments/{mine.pk}/withdraw/" in html
    assert "/guest/" in html


def test_my_comments_of_a_member_are_on_their_page(client: Client, ann: User) -> None:
    client.force_login(ann)
    assert client.get("/my-comments/").headers["Location"] == URL


def test_my_comments_of_a_visitor(client: Client) -> None:
    assert client.get("/my-comments/").headers["Location"] == "/guest/"
