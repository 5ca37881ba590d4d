"""One verb a file: the only writers of what moderation stores."""
