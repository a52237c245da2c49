"""A wire between a program and a server on this machine, which a test can hold still, cut and mend."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Wire:
    """Passes on whatever comes to `port` of 127.0.0.1. Held still, it takes connections and lets nothing through; cut, it ends all and refuses new ones."""

    def __init__(self, to_port: int) -> None:
        self._to, self._moving, self._pairs = to_port, threading.Event(), []
        self._moving.set()
        self._listener = self._listening(0)
        self.port = self._listener.getsockname()[1]

    def hold(self) -> None:
        self._moving.clear()

    def let_go(self) -> None:
        self._moving.set()

    def cut(self) -> None:
        """Whoever has a connection sees it end; whoever asks for one is refused."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._pairs = []

    def mend(self) -> None:
        self._listener = self._listening(self.port)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        with suppress(OSError):
            self.cut()

    def _listening(self, port: int) -> socket.socket:
        made = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(made,), daemon=True).start()
        return made

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._pairs += [near, far]
                for from_, to in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(from_, to), daemon=True).start()

    def _pass_on(self, from_: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while content := from_.recv(65_536):
                self._moving.wait()
                to.sendall(content)
        for one in (from_, to):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
