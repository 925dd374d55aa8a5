"""The settings of journeys' sites: the product's, but for where compiled templates are."""

import os
from pathlib import Path

from helpdesk.settings import *  # noqa: F403
from tests.support.compiled import compiled_once

HOME = Path(os.environ["HELPDESK_TEST_HOME"])
TEMPLATES[0]["OPTIONS"] |= compiled_once(HOME)  # noqa: F405
