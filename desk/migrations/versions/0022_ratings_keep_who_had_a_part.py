"""A request for a rating keeps who had a part in its matter and where; a rating keeps for whom its stars count."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENT = desk.store.UtcDateTime(timezone=True)
_DAYS_OPEN = 14


def upgrade() -> None:
    _parts()
    _requests()
    _ratings()


def _parts() -> None:
    op.create_table(
        "rating_parts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("officer_name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("share", sa.Double(), nullable=False),
        sa.CheckConstraint("share > 0 AND share <= 1", name=op.f("ck_rating_parts_share_of_one")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["rating_requests.id"], name=op.f("fk_rating_parts_request_id_rating_requests")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_rating_parts_officer_id_officers")),
        *(
            sa.ForeignKeyConstraint([name], ["units.id"], name=op.f(f"fk_rating_parts_{name}_units"))
            for name in ("unit_id", "team_id", "office_id", "region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_parts")),
        sa.UniqueConstraint("request_id", "officer_id", name=op.f("uq_rating_parts_request_id_officer_id")),
    )
    op.create_index(op.f("ix_rating_parts_officer_id"), "rating_parts", ["officer_id"])
    # Until now the officer who resolved the case had the whole; units are as they lie at this moment.
    team, office, region = (
        f"(SELECT a.id FROM units a WHERE u.path LIKE a.path || '%' AND a.kind = '{kind}')"
        for kind in ("team", "office", "region")
    )
    op.execute(
        "INSERT INTO rating_parts (request_id, officer_id, officer_name, unit_id, team_id, office_id, region_id, share)"
        f" SELECT r.id, o.id, COALESCE(r.officer_name, o.name), u.id, {team}, {office}, {region}, 1"
        " FROM rating_requests r JOIN cases c ON c.id = r.case_id JOIN units u ON u.id = c.unit_id"
        " JOIN officers o ON o.id = r.officer_id"
        " ORDER BY r.id"
    )


def _requests() -> None:
    for column in (
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("open_until", _MOMENT, nullable=True),
        sa.Column("reminded_at", _MOMENT, nullable=True),
        sa.Column("left_out", sa.String(), nullable=True),
    ):
        op.add_column("rating_requests", column)
    of_conversation = "SELECT {} FROM conversations v JOIN chats h ON h.id = v.chat_id WHERE v.id = conversation_id"
    of_case = "SELECT {} FROM cases c WHERE c.id = case_id"
    for column_name, by_case, otherwise in (
        ("person_id", of_case.format("c.person_id"), of_conversation.format("h.person_id")),
        ("enterprise_id", of_case.format("c.enterprise_id"), "SELECT CAST(NULL AS INTEGER)"),
        ("topic", of_case.format("c.topic"), 'SELECT e."group" FROM guidance_entries e WHERE e.id = entry'),
        ("language", of_conversation.format("v.language"), of_conversation.format("v.language")),
    ):
        op.execute(
            f"UPDATE rating_requests SET {column_name} ="
            f" CASE WHEN case_id IS NULL THEN ({otherwise}) ELSE ({by_case}) END"
        )
    _open_for_days()
    with op.batch_alter_table("rating_requests") as table:
        table.alter_column("person_id", existing_type=sa.String(), nullable=False)
        table.alter_column("language", existing_type=sa.String(), nullable=False)
        table.create_foreign_key(op.f("fk_rating_requests_person_id_persons"), "persons", ["person_id"], ["id"])
        table.create_foreign_key(
            op.f("fk_rating_requests_enterprise_id_enterprises"), "enterprises", ["enterprise_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_rating_requests_left_out_known"), "left_out IN ('staff', 'same_enterprise')"
        )
        table.create_index(op.f("ix_rating_requests_enterprise_id"), ["enterprise_id"])
        table.drop_constraint("fk_rating_requests_officer_id_officers", type_="foreignkey")
        table.drop_column("officer_id")
        table.drop_column("officer_name")


def _open_for_days() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Moments are texts of fixed width in SQLite; the fraction of a second is kept as it was.
        op.execute(
            "UPDATE rating_requests SET open_until ="
            f" strftime('%Y-%m-%d %H:%M:%S', asked_at, '+{_DAYS_OPEN} days') || substr(asked_at, 20)"
            " WHERE asked_at IS NOT NULL"
        )
    else:
        op.execute(f"UPDATE rating_requests SET open_until = asked_at + INTERVAL '{_DAYS_OPEN} days'")


def _ratings() -> None:
    for column in (
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("officer_stars", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("for_service", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("for_rule", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("for_officer", sa.Integer(), nullable=True),
    ):
        op.add_column("ratings", column)
    op.execute("UPDATE ratings SET person_id = (SELECT r.person_id FROM rating_requests r WHERE r.id = request_id)")
    op.execute("UPDATE ratings SET for_officer = stars")
    with op.batch_alter_table("ratings") as table:
        table.alter_column("person_id", existing_type=sa.String(), nullable=False)
        for name in ("reasons", "for_service", "for_rule"):
            table.alter_column(
                name, existing_type=sa.JSON() if name == "reasons" else sa.Boolean(), server_default=None
            )
        table.create_foreign_key(op.f("fk_ratings_person_id_persons"), "persons", ["person_id"], ["id"])
        for name in ("officer_stars", "for_officer"):
            table.create_check_constraint(op.f(f"ck_ratings_{name}_one_to_five"), f"{name} BETWEEN 1 AND 5")


def downgrade() -> None:
    with op.batch_alter_table("ratings") as table:
        table.drop_constraint("fk_ratings_person_id_persons", type_="foreignkey")
        for name in ("officer_stars", "for_officer"):
            table.drop_constraint(op.f(f"ck_ratings_{name}_one_to_five"), type_="check")
        for name in ("for_officer", "for_rule", "for_service", "reasons", "officer_stars", "person_id"):
            table.drop_column(name)
    op.add_column("rating_requests", sa.Column("officer_id", sa.Integer(), nullable=True))
    op.add_column("rating_requests", sa.Column("officer_name", sa.String(), nullable=True))
    last = "FROM rating_parts p WHERE p.request_id = rating_requests.id ORDER BY p.id DESC LIMIT 1"
    op.execute(f"UPDATE rating_requests SET officer_id = (SELECT p.officer_id {last})")
    op.execute(f"UPDATE rating_requests SET officer_name = (SELECT p.officer_name {last})")
    with op.batch_alter_table("rating_requests") as table:
        table.create_foreign_key(op.f("fk_rating_requests_officer_id_officers"), "officers", ["officer_id"], ["id"])
        table.drop_index(op.f("ix_rating_requests_enterprise_id"))
        table.drop_constraint("fk_rating_requests_person_id_persons", type_="foreignkey")
        table.drop_constraint("fk_rating_requests_enterprise_id_enterprises", type_="foreignkey")
        table.drop_constraint(op.f("ck_rating_requests_left_out_known"), type_="check")
        for name in ("left_out", "reminded_at", "open_until", "language", "topic", "enterprise_id", "person_id"):
            table.drop_column(name)
    op.drop_index(op.f("ix_rating_parts_officer_id"), "rating_parts")
    op.drop_table("rating_parts")
