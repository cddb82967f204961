"""Status bar and key bar."""
