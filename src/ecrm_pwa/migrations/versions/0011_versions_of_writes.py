"""Which version of a record a write has made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("write_key", sa.Column("version", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
