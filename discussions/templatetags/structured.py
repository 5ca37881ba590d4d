"""The discussion for search engines, in the head of its pages."""

from __future__ import annotations

from django import template

from discussions.structured import comment_json_ld, discussion_json_ld

register = template.Library()

register.simple_tag(discussion_json_ld)
register.simple_tag(comment_json_ld)
