"""Faces with OpenCV alone: find, check, align, embed, match, and tell a head that turns from a photo.

Its parts are imported by their own names: who only counts faces does not wait for what matches them.
"""
