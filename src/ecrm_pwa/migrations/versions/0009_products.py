"""Products."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sold_out", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("hidden", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.Column("removed_at", UtcMs(), nullable=True),
        sa.CheckConstraint("price >= 0", name=op.f("ck_product_price")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_product_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_product")),
        sa.UniqueConstraint("business_id", "code", name=op.f("uq_product_business_id_code")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_product_business_id_position"), "product", ["business_id", "position"], unique=False)
    op.create_index(op.f("ix_product_removed_at"), "product", ["removed_at"], unique=False)
    op.create_table(
        "batch",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("product_id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "product_id"],
            ["product.business_id", "product.id"],
            name=op.f("fk_batch_business_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_batch_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_batch")),
        sa.UniqueConstraint("business_id", "code", name=op.f("uq_batch_business_id_code")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_batch_business_id_product_id"), "batch", ["business_id", "product_id"], unique=False)
    op.create_table(
        "product_photo",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("product_id", Id(), nullable=False),
        sa.Column("photo_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "photo_id"],
            ["photo.business_id", "photo.id"],
            name=op.f("fk_product_photo_business_id_photo_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "product_id"],
            ["product.business_id", "product.id"],
            name=op.f("fk_product_photo_business_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "product_id", name=op.f("pk_product_photo")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_product_photo_business_id_photo_id"), "product_photo", ["business_id", "photo_id"], unique=False
    )
    op.create_table(
        "complaint_batch",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "batch_id"],
            ["batch.business_id", "batch.id"],
            name=op.f("fk_complaint_batch_business_id_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "complaint_id"],
            ["complaint.business_id", "complaint.id"],
            name=op.f("fk_complaint_batch_business_id_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "complaint_id", name=op.f("pk_complaint_batch")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_complaint_batch_business_id_batch_id"), "complaint_batch", ["business_id", "batch_id"], unique=False
    )
    op.create_table(
        "rating_batch",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("rating_id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "batch_id"],
            ["batch.business_id", "batch.id"],
            name=op.f("fk_rating_batch_business_id_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "rating_id"],
            ["rating.business_id", "rating.id"],
            name=op.f("fk_rating_batch_business_id_rating_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "rating_id", name=op.f("pk_rating_batch")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_rating_batch_business_id_batch_id"), "rating_batch", ["business_id", "batch_id"], unique=False
    )
    op.add_column("business", sa.Column("listed_at", UtcMs(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
