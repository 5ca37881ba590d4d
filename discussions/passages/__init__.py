"""Passages of an article: which words they are, and where these words went when the article was edited. Pure.

`canon` makes plain text of an article's HTML, `align` compares two of them, `anchor` finds a passage again, `grouping`
says which passages share a marker. Nothing here knows Django; offsets are code points of canonical text everywhere.
"""
