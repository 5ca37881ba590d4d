"""The house is kept: one noun a file."""

from __future__ import annotations

from moderation.models.appeal import Appeal, AppealMessage
from moderation.models.audit import AuditEntry, AuditHead
from moderation.models.case import Case, Skip, StaffNote
from moderation.models.decision import VISIBILITY, Decision, Outcome
from moderation.models.guideline import DsaCategory, Guideline, GuidelineText, GuidelineVersion
from moderation.models.hot_branch import HotBranch
from moderation.models.notification import Notification
from moderation.models.policy import Policy, SectionModerator
from moderation.models.report import Report, UnlawfulNotice
from moderation.models.rule import Backtest, Rule, RuleHit, RuleVersion
from moderation.models.rule_measure import NetworkTrace, RuleDay, RuleMeasure
from moderation.models.sanction import Sanction
from moderation.models.signal import Fingerprint, RecordedSignal
from moderation.models.spam import SpamModel

__all__ = [
    "VISIBILITY", "Appeal", "AppealMessage", "AuditEntry", "AuditHead", "Backtest", "Case", "Decision", "DsaCategory",
    "Fingerprint", "Guideline", "GuidelineText", "GuidelineVersion", "HotBranch", "NetworkTrace", "Notification",
    "Outcome", "Policy", "RecordedSignal", "Report", "Rule", "RuleDay", "RuleHit", "RuleMeasure", "RuleVersion",
    "Sanction", "SectionModerator", "Skip", "SpamModel", "StaffNote", "UnlawfulNotice",
]  # fmt: skip
