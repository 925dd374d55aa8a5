#!/usr/bin/env python
"""Run a command, with PostgreSQL and Redis of its own unless the environment names others."""

import os
import sys


def main() -> None:
    from helpdesk import embedded
    from helpdesk.address import Address

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    os.environ.setdefault("BASE_URL", Address.from_environment().url)
    with embedded.servers(command):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
