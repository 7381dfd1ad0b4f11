"""What Anchorline knows about its documents: sources, records, types and errors.

Nothing here reads a published file, opens an index or knows of a question.
"""
