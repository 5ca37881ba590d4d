"""Production's settings with limits that one generator on one machine does not reach; each is still counted."""

from __future__ import annotations

from config.settings.production import *
from core import limits

limits.LIMITS.update(dict.fromkeys(("post", "vote", "poll"), "100000/minute"))
