"""Exchanges with one endpoint over kept-alive channels: HTTP/1.1, one exchange at a time on each."""

import math
import select
import time
from contextlib import suppress

import pycurl

from shared.aws.channel import Channel, Exchange
from shared.aws.connector import Connector
from shared.aws.failures import TIMED_OUT, Broken

IDLE_SECONDS = 60  # a NAT gateway drops idle flows after 350 s without a word, so older ones are not trusted
OPENING_STEP_SECONDS = 0.001  # libcurl's sockets are not in our epoll while a channel opens, which is rare


class Channels:
    """The channels to one endpoint; as many as exchanges were ever under way at once.

    Belongs to one thread, and does nothing while its caller is busy elsewhere.

    Args:
        url: of the endpoint; its path does not matter.
        ca_file: the authorities that may vouch for it.
    """

    def __init__(self, url: str, *, ca_file: str) -> None:
        self._poll = select.epoll()
        self._connector = Connector(url, ca_file=ca_file)
        self._opening: dict[pycurl.Curl, Channel] = {}
        self._open: dict[int, Channel] = {}  # by file descriptor
        self._idle: list[Channel] = []  # the one used last is last
        self._ended: list[Exchange] = []
        self._due = math.inf  # no exchange times out before

    @property
    def in_flight(self) -> int:
        """How many exchanges have begun and not yet been returned."""
        return len(self._open) + len(self._opening) - len(self._idle) + len(self._ended)

    def begin(self, exchange: Exchange, now: float) -> None:
        """Send a request, at once where a channel is idle. `now` is by the monotonic clock."""
        self._due = min(self._due, exchange.due)
        if self._idle and self._idle[-1].began_at + IDLE_SECONDS < now:
            for channel in list(self._idle):
                self._drop(channel)
        if self._idle:
            channel = self._idle.pop()
            channel.begin(exchange, now)
            self._write(channel)
        else:
            self._begin_afresh(exchange, now)

    def ended(self, wait_seconds: float) -> list[Exchange]:
        """Drive all exchanges until one has ended or `wait_seconds` are over; return those ended."""
        now = time.monotonic()
        give_up = now + wait_seconds
        while True:
            until = now if self._ended else min(give_up, self._due)
            if self._opening:
                until = min(until, now + OPENING_STEP_SECONDS)
            for fd, events in self._poll.poll(max(0.0, until - now)):
                channel = self._open[fd]
                self._read(channel)
                if events & select.EPOLLOUT and channel.exchange:
                    self._poll.modify(fd, select.EPOLLIN)
                    self._write(channel)
            now = time.monotonic()
            if self._opening:
                self._take_opened()
            if now >= self._due:
                self._time_out(now)
            if self._ended or now >= give_up:
                ended, self._ended = self._ended, []
                return ended

    def abandon(self) -> None:
        """Forget all exchanges. Requests that have left may still be carried out."""
        self._ended.clear()
        for channel, _ in self._under_way():
            self._drop(channel)

    def _begin_afresh(self, exchange: Exchange, now: float) -> None:
        channel = Channel(self._connector.open())
        channel.begin(exchange, now)
        self._opening[channel.curl] = channel

    def _take_opened(self) -> None:
        for curl, failure in self._connector.opened():
            channel = self._opening[curl]
            if failure:
                self._lose(channel, failure)
                continue
            del self._opening[curl]
            channel.fd = curl.getinfo(pycurl.ACTIVESOCKET)
            self._open[channel.fd] = channel
            self._poll.register(channel.fd, select.EPOLLIN)
            self._write(channel)

    def _write(self, channel: Channel) -> None:
        try:
            channel.write()
        except Broken as broken:
            self._lose(channel, str(broken))
            return
        if channel.unsent:
            self._poll.modify(channel.fd, select.EPOLLIN | select.EPOLLOUT)

    def _read(self, channel: Channel) -> None:
        try:
            exchange = channel.read()
        except Broken as broken:
            self._lose(channel, str(broken))
            return
        if exchange is None:
            return
        self._ended.append(exchange)
        if channel.reader.is_last or channel.unsent:
            self._drop(channel)
        else:
            self._idle.append(channel)

    def _lose(self, channel: Channel, failure: str) -> None:
        exchange = channel.exchange
        self._drop(channel)
        if exchange is None:
            return
        if channel.is_proven and not channel.reader.taken_bytes:
            # it may have been let go before the request was seen; a fresh one is not proven, so this is once
            self._begin_afresh(exchange, time.monotonic())
        else:
            self._fail(exchange, failure)

    def _time_out(self, now: float) -> None:
        under_way = self._under_way()
        self._due = min((exchange.due for _, exchange in under_way if exchange.due > now), default=math.inf)
        for channel, exchange in under_way:
            if exchange.due <= now:
                self._drop(channel)
                self._fail(exchange, TIMED_OUT)

    def _under_way(self) -> list[tuple[Channel, Exchange]]:
        channels = (*self._opening.values(), *self._open.values())
        return [(channel, channel.exchange) for channel in channels if channel.exchange]

    def _fail(self, exchange: Exchange, failure: str) -> None:
        exchange.failure = failure
        self._ended.append(exchange)

    def _drop(self, channel: Channel) -> None:
        channel.exchange = None
        if channel in self._idle:
            self._idle.remove(channel)
        if channel.fd < 0:
            del self._opening[channel.curl]
        else:
            del self._open[channel.fd]
            with suppress(OSError):  # libcurl may have closed it
                self._poll.unregister(channel.fd)
        self._connector.close(channel.curl)
