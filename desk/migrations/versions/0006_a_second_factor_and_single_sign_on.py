"""A second factor, single sign-on, sessions that can be told apart, and passwords that must be changed.

Going back switches every second factor off and forgets whose account at the authority's sign-in is whose.
"""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

METHOD_KNOWN = "method IN ('password', 'single_sign_on')"
SIGN_INS = sa.table(
    "sign_ins",
    *(sa.column(name, desk.store.UtcDateTime()) for name in ("created_at", "last_used_at")),
    *(sa.column(name) for name in ("method", "two_factors", "browser")),
)


def upgrade() -> None:
    moment = desk.store.UtcDateTime(timezone=True)
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
        batch_op.add_column(sa.Column("totp_secret", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("totp_last_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("second_factor_since", moment, nullable=True))
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.alter_column("must_change_password", server_default=None)
    _sessions_say_more(moment)
    op.create_table(
        "pending_sign_ins",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.CheckConstraint(METHOD_KNOWN, name=op.f("ck_pending_sign_ins_method_known")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_pending_sign_ins_officer_id_officers")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_pending_sign_ins")),
    )
    op.create_index("ix_pending_sign_ins_officer_id", "pending_sign_ins", ["officer_id"])
    op.create_index("ix_pending_sign_ins_expires_at", "pending_sign_ins", ["expires_at"])
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_recovery_codes_officer_id_officers")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_officer_id", "recovery_codes", ["officer_id"])
    op.create_table(
        "single_sign_on_attempts",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("cookie_hash", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("way_back", sa.String(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_single_sign_on_attempts")),
    )
    op.create_index("ix_single_sign_on_attempts_expires_at", "single_sign_on_attempts", ["expires_at"])
    op.create_table(
        "officer_identities",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_identities_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_officer_identities_issuer_subject")),
    )


def _sessions_say_more(moment: desk.store.UtcDateTime) -> None:
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_used_at", moment, nullable=True))
        batch_op.add_column(sa.Column("method", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("two_factors", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("browser", sa.String(), nullable=True))
    op.execute(
        SIGN_INS.update().values(
            last_used_at=SIGN_INS.c.created_at, method="password", two_factors=sa.false(), browser=""
        )
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        for name in ("last_used_at", "method", "two_factors", "browser"):
            batch_op.alter_column(name, nullable=False)
        batch_op.create_check_constraint(op.f("ck_sign_ins_method_known"), METHOD_KNOWN)


def downgrade() -> None:
    for name in ("officer_identities", "single_sign_on_attempts", "recovery_codes", "pending_sign_ins"):
        op.drop_table(name)
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_sign_ins_method_known"), type_="check")
        for name in ("browser", "two_factors", "method", "last_used_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("officers", schema=None) as batch_op:
        for name in ("second_factor_since", "totp_last_step", "totp_secret", "must_change_password"):
            batch_op.drop_column(name)
