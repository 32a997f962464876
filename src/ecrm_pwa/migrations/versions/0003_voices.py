"""Voices."""

import sqlalchemy as sa
from alembic import op

from ecrm_pwa.base.db import Id, UtcMs

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "write_key",
        sa.Column("scope", Id(), nullable=False),
        sa.Column("key", Id(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("done_at", UtcMs(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_write_key")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "complaint",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("received_at", UtcMs(), nullable=False),
        sa.Column("answered_at", UtcMs(), nullable=True),
        sa.Column("resolved_at", UtcMs(), nullable=True),
        sa.Column("confirmed_at", UtcMs(), nullable=True),
        sa.Column("held", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.CheckConstraint("status IN ('waiting', 'processing', 'resolved')", name=op.f("ck_complaint_status")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_complaint_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("business_id", "code", name=op.f("uq_complaint_business_id_code")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_business_id_made_at"), "complaint", ["business_id", "made_at"], unique=False)
    op.create_index(
        op.f("ix_complaint_business_id_status_made_at"), "complaint", ["business_id", "status", "made_at"], unique=False
    )
    op.create_table(
        "rating",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("rater", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("face", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.Column("received_at", UtcMs(), nullable=False),
        sa.Column("held", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.CheckConstraint("face BETWEEN 1 AND 5", name=op.f("ck_rating_face")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_rating_business_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_rating")),
        sa.UniqueConstraint("business_id", "rater", "day", name=op.f("uq_rating_business_id_rater_day")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_rating_business_id_made_at"), "rating", ["business_id", "made_at"], unique=False)
    op.create_table(
        "complaint_link",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("from_customer", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("created_at", UtcMs(), nullable=False),
        sa.Column("revoked_at", UtcMs(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "complaint_id"],
            ["complaint.business_id", "complaint.id"],
            name=op.f("fk_complaint_link_business_id_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_complaint_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_complaint_link_token_hash")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_complaint_link_business_id_complaint_id"),
        "complaint_link",
        ["business_id", "complaint_id"],
        unique=False,
    )
    op.create_table(
        "complaint_message",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("by_customer", sa.Boolean(create_constraint=True, name="is_bool"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_complaint_message_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "complaint_id"],
            ["complaint.business_id", "complaint.id"],
            name=op.f("fk_complaint_message_business_id_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_complaint_message")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_message_account_id"), "complaint_message", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_complaint_message_business_id_complaint_id"),
        "complaint_message",
        ["business_id", "complaint_id"],
        unique=False,
    )
    op.create_table(
        "complaint_photo",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("photo_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "complaint_id"],
            ["complaint.business_id", "complaint.id"],
            name=op.f("fk_complaint_photo_business_id_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "photo_id"],
            ["photo.business_id", "photo.id"],
            name=op.f("fk_complaint_photo_business_id_photo_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "complaint_id", "photo_id", name=op.f("pk_complaint_photo")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_complaint_photo_business_id_photo_id"), "complaint_photo", ["business_id", "photo_id"], unique=False
    )
    op.create_table(
        "complaint_step",
        sa.Column("business_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_at", UtcMs(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_complaint_step_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "complaint_id"],
            ["complaint.business_id", "complaint.id"],
            name=op.f("fk_complaint_step_business_id_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_complaint_step")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_step_account_id"), "complaint_step", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_complaint_step_business_id_complaint_id"),
        "complaint_step",
        ["business_id", "complaint_id"],
        unique=False,
    )


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the migration")
