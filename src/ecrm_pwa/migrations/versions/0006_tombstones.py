"""Tombstones."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstone",
        sa.Column("scope", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("buried_at", UtcMs(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_tombstone")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
