"""What is commented on."""

from django.db import models


class Story(models.Model):
    """An article."""

    title = models.CharField(max_length=100)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return f"/stories/{self.pk}/"
