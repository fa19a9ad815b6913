"""What a scanner said of each file, and small pictures made of pictures.

Files that were kept before have neither: with a scanner they are looked through by and by.
"""

import sqlalchemy as sa
from alembic import op

from desk.store import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_scans",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_as", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'clean', 'found')", name=op.f("ck_file_scans_state_known")),
        sa.ForeignKeyConstraint(["sha256"], ["file_contents.sha256"], name=op.f("fk_file_scans_sha256_file_contents")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_scans")),
    )
    op.create_index(op.f("ix_file_scans_next_attempt_at"), "file_scans", ["next_attempt_at"])
    op.create_table(
        "file_previews",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["file_contents.sha256"], name=op.f("fk_file_previews_sha256_file_contents")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_previews")),
    )


def downgrade() -> None:
    op.drop_table("file_previews")
    op.drop_index(op.f("ix_file_scans_next_attempt_at"), table_name="file_scans")
    op.drop_table("file_scans")
