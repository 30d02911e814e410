"""Logs. No name, ID number, face, token or key reaches one: callers log ids, codes and counts only."""

import traceback
from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The process's structured logger."""
    return Logger(service="viva")


def log_crash(where: str, error: BaseException) -> None:
    """Keep where something broke, without the exception's text, which may quote input."""
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    logger().error("crash", extra={"where": where, "error": type(error).__name__, "frames": frames[-12:]})
