"""Imports and merges."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_import",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", UtcMs(), nullable=True),
        sa.Column("undone_at", UtcMs(), nullable=True),
        sa.CheckConstraint("source IN ('contacts', 'file', 'paste')", name=op.f("ck_customer_import_source")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_customer_import_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_customer_import_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_import")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_customer_import_account_id"), "customer_import", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_customer_import_business_id_made_at"), "customer_import", ["business_id", "made_at"], unique=False
    )
    op.create_table(
        "customer_import_row",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(create_constraint=True, name="is_chosen"), nullable=False),
        sa.Column("is_done", sa.Boolean(create_constraint=True, name="is_done"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("hamlet", sa.Text(), nullable=False),
        sa.Column("landmark", sa.Text(), nullable=False),
        sa.Column("birth_day", sa.BigInteger(), nullable=True),
        sa.Column("birth_month", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('new', 'known', 'same_name', 'same_number', 'no_number', 'bad_number', 'unread')",
            name=op.f("ck_customer_import_row_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "import_id"],
            ["customer_import.business_id", "customer_import.id"],
            name=op.f("fk_customer_import_row_business_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "import_id", "position", name=op.f("pk_customer_import_row")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_customer_import_row_business_id_import_id_verdict_position"),
        "customer_import_row",
        ["business_id", "import_id", "verdict", "position"],
        unique=False,
    )
    op.create_table(
        "customer_merge",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kept_id", Id(), nullable=False),
        sa.Column("gone_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("undone_at", UtcMs(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_customer_merge_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "gone_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_merge_business_id_gone_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "kept_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_merge_business_id_kept_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_merge")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_customer_merge_account_id"), "customer_merge", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_customer_merge_business_id_gone_id"), "customer_merge", ["business_id", "gone_id"], unique=False
    )
    op.create_index(
        op.f("ix_customer_merge_business_id_kept_id"), "customer_merge", ["business_id", "kept_id"], unique=False
    )


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
