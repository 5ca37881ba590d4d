"""What the demo site is filled with: six articles, their readers and what they say to each other.

Most of it knows no model and no clock; `accounts`, `rows` and `seed` turn the plan into rows (`manage.py seed_demo`).

* `newsroom.load_articles()` returns the `DemoArticle`s of `articles/*.md`, newest first. Times are ages in minutes,
  so that the site looks alive whenever it is seeded.
* `people.readers()` returns every `Reader`, members and guests; `author_index` of a comment points into this tuple.
* `script.load_script(topic)` returns the comments of a discussion that are written by hand, in time order.
* `plan.plan_discussion(rng, comments=…, language_mix=…, …)` yields `DemoComment`s: parents before replies, in time
  order, replies heavy-tailed and up to twelve levels deep, votes heavy-tailed, a few held, removed, collapsed,
  withdrawn, edited. The same `random.Random(seed)` gives the same discussion.
* `plan.plan_for(rng, article, scale=1.0)` does that with everything an article's front matter says.

Texts are data: `texts/readers.txt`, `texts/scripts/<topic>.toml`, `texts/voices/<language>[-<topic>].toml`. `wording`
fills their templates, `composer` puts sentences together into a comment, `shape` decides who answers whom and when,
`appeal` how many votes that gets.
"""

from __future__ import annotations
