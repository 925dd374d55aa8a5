#!/usr/bin/env python
"""Run a command, with PostgreSQL and Redis of its own unless the environment names others."""

import os
import sys


def main() -> None:
    from helpdesk import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    embedded.ensure(*sys.argv[1:2])

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
