"""Artifacts as typed views: a diff as files and numbered lines, a table as rows, everything else as text. All inert."""
