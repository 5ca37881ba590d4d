"""Requests in, pages out. Views parse and answer; what is written is written by the actions."""
