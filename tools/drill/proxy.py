"""A TCP proxy that loses its temper: on a signal the connections of that moment are swallowed, never closed.

`python -m tools.drill.proxy PORT` prints its own port. SIGUSR1: whatever is sent over the present connections
vanishes, in both directions, as behind a firewall that forgot them; new connections work.
"""

import asyncio
import signal
import sys
from typing import Final

HOST: Final = "127.0.0.1"
CHUNK: Final = 1 << 16


class Proxy:
    def __init__(self, port: int) -> None:
        self.port = port
        self.generation = 0
        self.busy: set[asyncio.Task[None]] = set()

    def swallow(self) -> None:
        self.generation += 1
        print(f"swallowing {len(self.busy)}", flush=True)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, self.port)
        except OSError:
            writer.close()
            return
        born = self.generation
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass_on(source, sink, born))
            self.busy.add(task)
            task.add_done_callback(self.busy.discard)

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, born: int
    ) -> None:
        try:
            while content := await source.read(CHUNK):
                if born == self.generation:
                    sink.write(content)
                    await sink.drain()
        except OSError:
            pass
        if born == self.generation:
            sink.close()


async def main(port: str) -> None:
    proxy = Proxy(int(port))
    server = await asyncio.start_server(proxy.connect, HOST, 0)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, proxy.swallow)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
