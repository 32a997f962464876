"""Installed on a phone."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import UtcMs

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("installed_at", UtcMs(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
