"""Profile versions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("business", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
