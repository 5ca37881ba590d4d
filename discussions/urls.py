"""Addresses of the discussions: real pages and the targets of their forms; a fragment has a page beside it."""

from __future__ import annotations

from django.urls import path

from discussions import feeds
from discussions.views import (
    article,
    comment,
    comment_counts,
    comment_edit,
    comment_post,
    comment_vote,
    home,
    keeping,
    live,
    mute,
    passage,
    passage_new,
    profile,
    share,
    subscribe,
    subscriptions,
    unsubscribe,
)

app_name = "discussions"

article_urls = [
    path("articles/<str:slug>/", article.article, name="article"),
    path("articles/<str:slug>/thread/", article.thread, name="thread"),
    path("articles/<str:slug>/comment/", comment_post.comment_post, name="comment-post"),
    path("articles/<str:slug>/live/", live.live, name="live"),
    path("articles/<str:slug>/passages/new/", passage_new.passage_new, name="passage-new"),
    path("articles/<str:slug>/passages/<int:passage_id>/", passage.passage, name="passage"),
    path("articles/<str:slug>/passages/<int:passage_id>/keep/", passage.passage_keep, name="passage-keep"),
    path("articles/<str:slug>/lock/", keeping.article_lock, name="article-lock"),
    path("articles/<str:slug>/feed/", feeds.article_feed, name="article-feed"),
    path("articles/<str:slug>/subscribe/", subscribe.article_subscribe, name="article-subscribe"),
    path("articles/<str:slug>/share/", share.article_share, name="article-share"),
    path("articles/<str:slug>/comment-page-<int:number>/", article.old_page, name="old-page"),
]

comment_urls = [
    path("comments/counts.json", comment_counts.comment_counts, name="comment-counts"),
    path("comments/preview/", comment_post.comment_preview, name="comment-preview"),
    path("comments/<int:comment_id>/", comment.comment, name="comment"),
    path("comments/<int:comment_id>/branch/", comment.branch, name="branch"),
    path("comments/<int:comment_id>/card/", comment.comment_card, name="comment-card"),
    path("comments/<int:comment_id>/feed/", feeds.branch_feed, name="branch-feed"),
    path("comments/<int:comment_id>/history/", comment.comment_history, name="comment-history"),
    path("comments/<int:comment_id>/reply/", comment_post.comment_reply, name="comment-reply"),
    path("comments/<int:comment_id>/edit/", comment_edit.comment_edit, name="comment-edit"),
    path("comments/<int:comment_id>/withdraw/", comment_edit.comment_withdraw, name="comment-withdraw"),
    path("comments/<int:comment_id>/vote/", comment_vote.comment_vote, name="comment-vote"),
    path("comments/<int:comment_id>/subscribe/", subscribe.branch_subscribe, name="branch-subscribe"),
    path("comments/<int:comment_id>/mute/", mute.comment_mute, name="comment-mute"),
    path("comments/<int:comment_id>/share/", share.comment_share, name="comment-share"),
    path("comments/<int:comment_id>/pin/", keeping.comment_pin, name="comment-pin"),
    path("comments/<int:comment_id>/lock/", keeping.comment_lock, name="comment-lock"),
]

mail_urls = [
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/confirm/<str:token>/", subscriptions.subscription_confirm, name="subscription-confirm"),
    path("subscriptions/guest/<str:token>/", subscriptions.guest_subscriptions, name="guest-subscriptions"),
    path("subscriptions/unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]

people_urls = [
    path("people/<str:username>/", profile.profile, name="profile"),
    path("my-comments/", profile.my_comments, name="my-comments"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("section/<slug:slug>/", home.section, name="section"),
    *article_urls,
    *comment_urls,
    *mail_urls,
    *people_urls,
]
