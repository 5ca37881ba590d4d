"""Live updates as one open answer per reader: `text/event-stream`, served by the ASGI process alone."""
