"""The web pages on a developer's machine: built when their sources changed, served as the CDN would.

Light, since `viva --help` looks for what is in here: take names from the modules.
"""
