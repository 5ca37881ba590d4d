"""Sanctions, appeals and policies."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views import appeal, appeal_desk, person, policies, sanction

people: list[URLPattern] = [
    path("moderation/people/<int:user_id>/", person.person, name="person"),
    path("moderation/guests/<int:guest_id>/", person.guest_person, name="guest-person"),
    path("moderation/people/<int:user_id>/sanction/", sanction.impose_on_member, name="sanction"),
    path("moderation/guests/<int:guest_id>/sanction/", sanction.impose_on_guest, name="guest-sanction"),
    path("moderation/people/<int:user_id>/note/", person.person_note, name="person-note"),
    path("moderation/guests/<int:guest_id>/note/", person.guest_note, name="guest-note"),
    path("moderation/people/<int:user_id>/address/", person.person_address, name="person-address"),
    path("moderation/guests/<int:guest_id>/address/", person.guest_address, name="guest-address"),
    path("moderation/sanctions/<int:sanction_id>/lift/", sanction.lift_sanction, name="lift"),
    path("sanctions/<int:sanction_id>/acknowledge/", sanction.acknowledge_sanction, name="acknowledge"),
]

appeals: list[URLPattern] = [
    path("decisions/<int:decision_id>/appeal/", appeal.appeal_decision, name="appeal-decision"),
    path("sanctions/<int:sanction_id>/appeal/", appeal.appeal_sanction, name="appeal-sanction"),
    path("appeals/<int:appeal_id>/", appeal.appeal, name="appeal"),
    path("appeals/<int:appeal_id>/answer/", appeal.appeal_answer, name="appeal-answer"),
    path("moderation/appeals/<int:appeal_id>/", appeal_desk.appeal_desk, name="appeal-desk"),
    path("moderation/appeals/<int:appeal_id>/lean/", appeal_desk.appeal_lean, name="appeal-lean"),
    path("moderation/appeals/<int:appeal_id>/decide/", appeal_desk.appeal_decide, name="appeal-decide"),
    path("moderation/appeals/<int:appeal_id>/message/", appeal_desk.appeal_message, name="appeal-message"),
]

urlpatterns: list[URLPattern] = [
    *people,
    *appeals,
    path("moderation/policies/", policies.policies, name="policies"),
    path("moderation/policies/<int:policy_id>/clear/", policies.policy_clear, name="policy-clear"),
]
