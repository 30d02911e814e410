"""Roster photos from an officer's machine: pack, upload, read the report, delete."""
