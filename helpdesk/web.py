"""
Pages, API and sockets: uvicorn in as many processes as WEB_CONCURRENCY says, behind one address.

They are copies of one that has loaded everything and only watches over them.
"""

import argparse

import uvicorn

from helpdesk.copies import Copies
from helpdesk.env import env_int

PROCESSES = 2
LARGEST_FRAME = 65536  # bytes of a frame, which is held whole before anybody looks at it


def main() -> None:
    options = argparse.ArgumentParser(prog="helpdesk.web", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--patience", type=int, default=10, help="seconds for requests at the end")
    said = options.parse_args()
    config = configuration(said.host, said.port, said.patience)
    listening = config.bind_socket()
    config.load()

    def serve() -> None:
        uvicorn.Server(config).run(sockets=[listening])

    Copies("web", [serve] * max(env_int("WEB_CONCURRENCY", PROCESSES), 1)).run()


def configuration(host: str, port: int, patience: int) -> uvicorn.Config:
    return uvicorn.Config(
        "helpdesk.asgi:application",
        host=host,
        port=port,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        # A window for compressing is 40 kB for every socket, and each push would be pressed into all of them.
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=patience,
    )


if __name__ == "__main__":
    main()
