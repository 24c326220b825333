"""The command that verifies a record of disclosures."""

import sys

from shared.audit.verify import main

sys.exit(main(sys.argv[1:]))
