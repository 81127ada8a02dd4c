"""A process of Tandem that only answers the door: its workers never get to their work. Run by a test, which kills it."""

from __future__ import annotations

from werkzeug.serving import make_server

from plugin.app import create_app
from plugin.config import from_environment


def main() -> None:
    """Serve on a free port, and say which."""
    server = make_server("localhost", 0, create_app(from_environment(), work=False), threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
