#!/usr/bin/env python
"""Run a command, with PostgreSQL and Redis of its own unless the environment names others."""

import os
import sys


def main() -> None:
    from helpdesk import embedded
    from helpdesk.address import Address
    from helpdesk.env import MissingSetting

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    os.environ.setdefault("BASE_URL", Address.from_environment().url)
    try:
        with embedded.servers(command):
            if command == "up" and not {"-h", "--help"} & set(sys.argv):
                from helpdesk.launcher import launch

                return launch()
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except (Exception, MissingSetting) as error:
        if command != "receive_mail":
            raise
        # A mail server would send the mail back because of our trouble.
        sys.stderr.write(f"{error}\n")
        sys.exit(os.EX_TEMPFAIL)


if __name__ == "__main__":
    main()
