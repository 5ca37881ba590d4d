"""What the moderators of the demo have done and have still to do: `manage.py seed_demo` tells, this furnishes.

Rows are written as the actions would have written them on the days they tell of, the audit log included.
"""
