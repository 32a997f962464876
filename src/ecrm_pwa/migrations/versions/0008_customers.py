"""Customers."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("hamlet", sa.Text(), nullable=False),
        sa.Column("landmark", sa.Text(), nullable=False),
        sa.Column("birth_day", sa.BigInteger(), nullable=True),
        sa.Column("birth_month", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.Column("updated_at", UtcMs(), nullable=False),
        sa.Column("import_id", Id(), nullable=True),
        sa.Column("merged_into", Id(), nullable=True),
        sa.Column("erased_at", UtcMs(), nullable=True),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31", name=op.f("ck_customer_birth_day")),
        sa.CheckConstraint("birth_month BETWEEN 1 AND 12", name=op.f("ck_customer_birth_month")),
        sa.ForeignKeyConstraint(
            ["business_id", "merged_into"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_business_id_merged_into"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_customer_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_import_id", "customer", ["business_id", "import_id"], unique=False)
    op.create_index("ix_customer_merged_into", "customer", ["business_id", "merged_into"], unique=False)
    op.create_index("ix_customer_search", "customer", ["business_id", "search", "id"], unique=False)
    op.create_index(
        "uq_customer_phone",
        "customer",
        ["business_id", "phone"],
        unique=True,
        sqlite_where=sa.text("merged_into IS NULL"),
        postgresql_where=sa.text("merged_into IS NULL"),
    )
    op.create_table(
        "customer_alias",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_alias_business_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_alias")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_customer_alias_business_id_customer_id"),
        "customer_alias",
        ["business_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "customer_consent",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("given", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("version", sa.LargeBinary(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("received_at", UtcMs(), nullable=False),
        sa.CheckConstraint("door IN ('owner', 'staff', 'customer')", name=op.f("ck_customer_consent_door")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_customer_consent_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_consent_business_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["version"], ["consent_text.version"], name=op.f("fk_customer_consent_version")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_consent")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_customer_consent_account_id"), "customer_consent", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_customer_consent_business_id_customer_id"),
        "customer_consent",
        ["business_id", "customer_id"],
        unique=False,
    )
    op.create_index(op.f("ix_customer_consent_version"), "customer_consent", ["version"], unique=False)
    op.create_table(
        "customer_link",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.Column("revoked_at", UtcMs(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_customer_link_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_link_business_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_customer_link_token_hash")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_customer_link_account_id"), "customer_link", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_customer_link_business_id_customer_id"), "customer_link", ["business_id", "customer_id"], unique=False
    )
    op.create_table(
        "customer_number_wish",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_number_wish_business_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "customer_id", name=op.f("pk_customer_number_wish")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
