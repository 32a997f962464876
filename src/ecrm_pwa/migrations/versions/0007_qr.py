"""QR printed."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import UtcMs

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("business", sa.Column("qr_at", UtcMs(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
