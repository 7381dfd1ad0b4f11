"""Coverage-guided fuzzing of the readers. See docs/fuzzing.md; nothing here is collected by pytest."""
