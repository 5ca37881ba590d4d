"""What people of the demo say to the house and in it, and which guideline a reason rests on."""

from __future__ import annotations

#: A word of the reason that the plan gives a removed comment → the guideline. Everything else is about people.
GUIDELINES = {
    "spam": "no-advertising",
    "reasons": "give-reasons",
    "razones": "give-reasons",
    "أسباب": "give-reasons",
    "Improve": "improve-the-discussion",
    "how it was said": "answer-what-was-said",
}
DEFAULT_GUIDELINE = "ideas-not-people"
DEFAULT_REASON = "Criticise ideas, not people. The point itself is welcome."

RETURNED = (
    "Please take the name out of the second sentence; the rest can stand as it is.",
    "Say where the figure comes from, and this can be published at once.",
    "The first half is about the street, the second about a neighbour. Please keep the first.",
)
REPORT_NOTES = (
    "", "", "", "This is the third time in this thread.", "It is about me, and it is not true.",
    "The link leads to a shop.", "Nobody asked for this tone.", "Same text under the other article.",
)  # fmt: skip
ESCALATION = "The name may be that of a private person. I would rather not decide this alone."
STAFF_NOTE = "Was in a heated argument with the same two people last week; a hint was enough then."
APPEALS = (
    "I quoted the minutes of the meeting word for word. If the quotation is rude, the minutes are.",
    "I was answering an insult that is still there. Please read the whole branch.",
    "It was a joke between neighbours, and my neighbour laughed.",
    "The figures I gave are on the town's own page. I can send the address.",
)
ANSWER = "Thank you. Could you tell us on which page of the minutes it stands?"
UPHELD = "The quotation would have been fine. The sentence after it is yours, and it is about a person."
OVERTURNED = "Read together with the comment above, it is an answer and no attack. We should have seen that."
