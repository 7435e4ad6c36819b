"""A channel: an open socket and the handlers the loop calls; subclasses give them meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.engine.reactor.poller import ERROR, HANGUP, READ, WRITE, PollerFullError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from core.engine.reactor.loop import Loop


class Channel:
    """Asyncore's idea: one object per socket, called when something can be done with it.

    `interest` is what the poller watches for; it is changed with `want` when it changes, and
    never asked for. A mask is a hint: while a child process is being made, which holds our
    sockets for a moment, epoll may report one that is closed, and its number may be another's.
    """

    __slots__ = ("fd", "interest", "loop", "sock", "watched")

    def __init__(self, loop: Loop, sock: socket.SocketType) -> None:
        self.loop = loop
        self.sock = sock
        self.fd = sock.fileno()
        self.interest = 0
        self.watched = False

    def want(self, mask: int) -> None:
        """Watch for this from now on; costs a system call only when it is a change.

        Raises `PollerFullError` when the channel is new to a poller that takes no more.
        """
        if not self.watched:
            loop = self.loop
            try:
                loop.poller.register(self.fd, mask)
            except OSError as error:  # too many watched, or no memory (epoll_ctl(2))
                raise PollerFullError from error
            loop.handlers[self.fd] = self.handler()
            self.watched = True
        elif mask != self.interest:
            self.loop.poller.modify(self.fd, mask)
        self.interest = mask

    def unwatch(self) -> None:
        """Leave the loop's map; the socket stays open."""
        if self.watched:
            loop = self.loop
            del loop.handlers[self.fd]
            loop.poller.unregister(self.fd)
            self.watched = False

    def close(self) -> None:
        """Leave the map and have the socket closed this turn; harmless when repeated.

        The number stays taken until the turn's events are handled: one of them may be about it.
        epoll drops a closed descriptor by itself (epoll(7), questions and answers), which saves a
        system call a socket. Our sockets are not inherited, so no other process keeps one open.
        """
        if self.fd >= 0:
            if self.watched:
                loop = self.loop
                del loop.handlers[self.fd]
                if not loop.forgets:
                    loop.poller.unregister(self.fd)
                self.watched = False
            self.fd = -1
            self.loop.closing.append(self.sock)

    def refresh(self) -> None:
        """Have the loop call another handler from now on, if `handler` names another one."""
        if self.watched:
            self.loop.handlers[self.fd] = self.handler()

    def handler(self) -> Callable[[int], None]:
        """The bound method that the loop calls for this channel's events."""
        return self.handle_event

    def handle_event(self, mask: int) -> None:
        """Take what the poller saw and split it into the handlers below."""
        if mask & WRITE:
            self.handle_write()
        if mask & (READ | ERROR | HANGUP) and self.fd >= 0:
            self.handle_read()

    def handle_read(self) -> None:
        """There may be something to read, an end, or an error to fetch."""

    def handle_write(self) -> None:
        """There may be room to write, or a connect has ended."""

    def handle_error(self) -> None:
        """An exception escaped from a handler: let go of the socket, whatever else happens."""
        self.close()
