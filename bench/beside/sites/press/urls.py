"""A page with all comments by the template tags, and the REST API."""

from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from press.models import Story


def story(request, pk):
    """Show the article with its comments."""
    return render(request, "story.html", {"story": get_object_or_404(Story, pk=pk)})


urlpatterns = [
    path("stories/<int:pk>/", story),
    # Before xtd's own include, which switches REST framework's pages off.
    path("comments/api/", include("django_comments_xtd.api.urls")),
    path("comments/", include("django_comments_xtd.urls")),
]
