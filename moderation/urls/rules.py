"""Rules: writing, trying, and setting live."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views import rule_edit, rules, screens

urlpatterns: list[URLPattern] = [
    path("moderation/rules/", rules.rules, name="rules"),
    path("moderation/rules/new/", rule_edit.rule_new, name="rule-new"),
    path("moderation/rules/try/", rule_edit.rule_try, name="rule-try"),
    path("moderation/rules/import/", rule_edit.rules_import, name="rules-import"),
    path("moderation/rules/export/", rule_edit.rules_export, name="rules-export"),
    path("moderation/rules/starter/", rule_edit.rules_starter, name="rules-starter"),
    path("moderation/rules/<int:rule_id>/", rules.rule, name="rule"),
    path("moderation/rules/<int:rule_id>/edit/", rule_edit.rule_edit, name="rule-edit"),
    path("moderation/rules/<int:rule_id>/act/", rules.rule_act, name="rule-act"),
    path("moderation/rules/<int:rule_id>/backtest/", rules.rule_backtest, name="rule-backtest"),
    path("moderation/rules/<int:rule_id>/revert/", rules.rule_revert, name="rule-revert"),
    path("moderation/backtests/<int:backtest_id>/", rules.backtest, name="backtest"),
    path("moderation/screens/", screens.screens, name="screens"),
    path("moderation/screens/spam/", screens.spam_act, name="spam-act"),
]
