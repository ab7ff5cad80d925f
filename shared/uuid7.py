"""UUIDs of version 7, ordered by time (RFC 9562, section 5.7)."""

from uuid import UUID


def uuid7(epoch_ms: int, random_bytes: bytes) -> UUID:
    """Make a UUIDv7 of that time with 10 random bytes (RFC 9562: 74 of their 80 bits are used)."""
    value = (epoch_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(random_bytes[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def epoch_ms_of(identifier: UUID) -> int:
    """Return the time in a UUIDv7, epoch ms."""
    return identifier.int >> 80
