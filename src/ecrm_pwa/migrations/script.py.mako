"""${message}."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
