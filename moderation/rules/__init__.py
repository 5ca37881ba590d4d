"""The rules that administrators write, and what comes of them for one comment.

Nothing in here knows a database: a rule is validated JSON, a comment is the facts that are known of it, and the engine
answers with what the rules say and why. `moderation.actions.rules` keeps rules, `moderation.rules_screen` asks them.
"""
