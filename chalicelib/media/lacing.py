"""Sizes of the frames that share one Matroska block (RFC 9559 §10.3)."""

from chalicelib.media.ebml import EbmlError, read_size

XIPH, FIXED, EBML = 1, 2, 3


def lace_sizes(content: bytes, lacing: int) -> tuple[int, list[int]]:
    """Return (bytes of the lacing head, size of each frame). `content` begins after the block's four bytes.

    Raises EbmlError where the sizes do not add up.
    """
    if not content:
        raise EbmlError(0, "a laced block without a count")
    count, at = content[0] + 1, 1
    sizes: list[int] = []
    if lacing == FIXED:
        each, rest = divmod(len(content) - 1, count)
        if rest:
            raise EbmlError(0, "a fixed lace that does not divide")
        return 1, [each] * count
    if lacing == XIPH:
        for _ in range(count - 1):
            size = 0
            while at < len(content) and content[at] == 255:
                size, at = size + 255, at + 1
            if at >= len(content):
                raise EbmlError(0, "a Xiph lace that does not end")
            size, at = size + content[at], at + 1
            sizes.append(size)
    elif count > 1:
        first, length = read_size(content, at)
        sizes.append(first or 0)
        at += length
        for _ in range(count - 2):
            coded, length = read_size(content, at)
            # A difference: the coded value less half its range, so that it may be negative.
            sizes.append(sizes[-1] + (coded or 0) - ((1 << (7 * length - 1)) - 1))
            at += length
    last = len(content) - at - sum(sizes)
    if last < 0 or any(size < 0 for size in sizes):
        raise EbmlError(0, "a lace whose sizes do not add up")
    return at, [*sizes, last]
