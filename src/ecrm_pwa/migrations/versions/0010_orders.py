"""Orders."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_order",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", Id(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("paste_id", Id(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("received_at", UtcMs(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'processing', 'ready', 'sent', 'completed', 'cancelled', 'returned')",
            name=op.f("ck_customer_order_status"),
        ),
        sa.CheckConstraint("way IN ('pickup', 'delivery')", name=op.f("ck_customer_order_way")),
        sa.CheckConstraint("shipping >= 0 AND discount >= 0", name=op.f("ck_customer_order_money")),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_order_business_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_customer_order_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_order")),
        sa.UniqueConstraint("business_id", "number", name=op.f("uq_customer_order_business_id_number")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_customer_order_business_id_customer_id"),
        "customer_order",
        ["business_id", "customer_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_customer_order_business_id_made_at"), "customer_order", ["business_id", "made_at"], unique=False
    )
    op.create_index(
        op.f("ix_customer_order_business_id_paste_id"), "customer_order", ["business_id", "paste_id"], unique=False
    )
    op.create_index(
        op.f("ix_customer_order_business_id_status_made_at"),
        "customer_order",
        ["business_id", "status", "made_at"],
        unique=False,
    )
    op.create_table(
        "order_line",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("product_id", Id(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_order_line_price")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.ForeignKeyConstraint(
            ["business_id", "order_id"],
            ["customer_order.business_id", "customer_order.id"],
            name=op.f("fk_order_line_business_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "product_id"],
            ["product.business_id", "product.id"],
            name=op.f("fk_order_line_business_id_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_order_line")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_order_line_sum", "order_line", ["business_id", "order_id", "price", "quantity"], unique=False)
    op.create_index(
        op.f("ix_order_line_business_id_product_id"), "order_line", ["business_id", "product_id"], unique=False
    )
    op.create_table(
        "order_link",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("from_customer", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.Column("revoked_at", UtcMs(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "order_id"],
            ["customer_order.business_id", "customer_order.id"],
            name=op.f("fk_order_link_business_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_order_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_order_link_token_hash")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_order_link_business_id_order_id"), "order_link", ["business_id", "order_id"], unique=False)
    op.create_table(
        "order_payment",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("counters", Id(), nullable=True),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("received_at", UtcMs(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('cash', 'transfer', 'qris', 'cod', 'credit', 'forgiven')", name=op.f("ck_order_payment_kind")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_order_payment_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "counters"],
            ["order_payment.business_id", "order_payment.id"],
            name=op.f("fk_order_payment_business_id_counters"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "order_id"],
            ["customer_order.business_id", "customer_order.id"],
            name=op.f("fk_order_payment_business_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_order_payment")),
        sa.UniqueConstraint("business_id", "counters", name=op.f("uq_order_payment_business_id_counters")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_order_payment_account_id"), "order_payment", ["account_id"], unique=False)
    op.create_index(
        "ix_order_payment_sum", "order_payment", ["business_id", "order_id", "kind", "amount"], unique=False
    )
    op.create_table(
        "order_step",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_undo", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_order_step_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "order_id"],
            ["customer_order.business_id", "customer_order.id"],
            name=op.f("fk_order_step_business_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_order_step")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_order_step_account_id"), "order_step", ["account_id"], unique=False)
    op.create_index(op.f("ix_order_step_business_id_order_id"), "order_step", ["business_id", "order_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
