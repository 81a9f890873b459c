"""Planning: suggestions with pegging, purchases, resources, machine times, promises, what-ifs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lot rules on items; suggestions and pegs; purchase orders; moulds; promises held; scenarios."""
    op.create_table(
        "plan_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("demands", sa.Integer(), nullable=False),
        sa.Column("make", sa.Integer(), nullable=False),
        sa.Column("buy", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    with op.batch_alter_table("plan_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_run_ran_at"), ["ran_at"], unique=False)

    op.create_table(
        "resource",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_resource_capacity_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("code", name=op.f("uq_resource_code")),
    )
    op.create_table(
        "scenario",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('open', 'applied', 'discarded')", name=op.f("ck_scenario_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("client_key", name=op.f("uq_scenario_client_key")),
        sa.UniqueConstraint("name", name=op.f("uq_scenario_name")),
    )
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scenario_state"), ["state"], unique=False)

    op.create_table(
        "schedule_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("operations", sa.Integer(), nullable=False),
        sa.Column("cost_before", sa.Integer(), nullable=True),
        sa.Column("cost_after", sa.Integer(), nullable=False),
        sa.Column("late_orders", sa.Integer(), nullable=False),
        sa.Column("changeover_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
    )
    with op.batch_alter_table("schedule_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_run_started_at"), ["started_at"], unique=False)

    op.create_table(
        "machine_time",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('maintenance', 'breakdown', 'overtime')", name=op.f("ck_machine_time_kind_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_machine_time_forward")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_machine_time_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_time")),
    )
    with op.batch_alter_table("machine_time", schema=None) as batch_op:
        batch_op.create_index("ix_machine_time_machine_id_ends_at", ["machine_id", "ends_at"], unique=False)

    op.create_table(
        "purchase_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('ordered', 'received', 'cancelled')", name=op.f("ck_purchase_order_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["partner.id"], name=op.f("fk_purchase_order_supplier_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("client_key", name=op.f("uq_purchase_order_client_key")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "purchase_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_purchase_line_quantity_positive")),
        sa.CheckConstraint("received >= 0", name=op.f("ck_purchase_line_received_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_purchase_line_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_line_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_purchase_line_order_id_position")),
    )
    with op.batch_alter_table("purchase_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_purchase_line_item_id_expected_on", ["item_id", "expected_on"], unique=False
        )

    op.create_table(
        "promise_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("quotation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'used', 'released', 'expired')", name=op.f("ck_promise_hold_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["quotation_id"], ["quotation.id"], name=op.f("fk_promise_hold_quotation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_id"],
            ["sales_order.id"],
            name=op.f("fk_promise_hold_sales_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_hold")),
        sa.UniqueConstraint("client_key", name=op.f("uq_promise_hold_client_key")),
    )
    with op.batch_alter_table("promise_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_hold_quotation_id"), ["quotation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_promise_hold_sales_order_id"), ["sales_order_id"], unique=False)
        batch_op.create_index("ix_promise_hold_state_expires_at", ["state", "expires_at"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("production_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('make', 'buy', 'expedite', 'delay', 'cancel', 'merge')",
            name=op.f("ck_suggestion_kind_known"),
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_suggestion_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_suggestion_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["production_order_id"],
            ["production_order.id"],
            name=op.f("fk_suggestion_production_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_line_id"],
            ["purchase_line.id"],
            name=op.f("fk_suggestion_purchase_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_id"],
            ["sales_order.id"],
            name=op.f("fk_suggestion_sales_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("key", name=op.f("uq_suggestion_key")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_suggestion_item_id", ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suggestion_kind"), ["kind"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_suggestion_production_order_id"), ["production_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_suggestion_purchase_line_id"), ["purchase_line_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_suggestion_sales_order_id"), ["sales_order_id"], unique=False)

    op.create_table(
        "operation_resource",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["production_operation.id"],
            name=op.f("fk_operation_resource_operation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
            name=op.f("fk_operation_resource_resource_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_resource")),
        sa.UniqueConstraint(
            "operation_id", "resource_id", name=op.f("uq_operation_resource_operation_id_resource_id")
        ),
    )
    with op.batch_alter_table("operation_resource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_resource_resource_id"), ["resource_id"], unique=False)

    op.create_table(
        "plan_peg",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sales_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("material_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("suggestion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("production_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_plan_peg_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["suggestion.id"], name=op.f("fk_plan_peg_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_plan_peg_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["material_id"],
            ["production_material.id"],
            name=op.f("fk_plan_peg_material_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["production_order_id"],
            ["production_order.id"],
            name=op.f("fk_plan_peg_production_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_line_id"],
            ["purchase_line.id"],
            name=op.f("fk_plan_peg_purchase_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sales_line_id"], ["sales_line.id"], name=op.f("fk_plan_peg_sales_line_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_plan_peg_suggestion_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_peg")),
    )
    with op.batch_alter_table("plan_peg", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_peg_item_id"), ["item_id"], unique=False)
        for column in (
            "sales_line_id",
            "material_id",
            "consumer_id",
            "suggestion_id",
            "production_order_id",
            "purchase_line_id",
        ):
            there = sa.text(f"{column} IS NOT NULL")
            batch_op.create_index(
                f"ix_plan_peg_{column}", [column], unique=False, sqlite_where=there, postgresql_where=there
            )

    op.create_table(
        "promise_block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_promise_block_forward")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["promise_hold.id"], name=op.f("fk_promise_block_hold_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_promise_block_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_promise_block_machine_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_block")),
    )
    with op.batch_alter_table("promise_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_block_hold_id"), ["hold_id"], unique=False)
        batch_op.create_index(
            "ix_promise_block_machine_id_starts_at", ["machine_id", "starts_at"], unique=False
        )

    op.create_table(
        "promise_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("from_stock", sa.BigInteger(), nullable=False),
        sa.Column("component", sa.Boolean(), nullable=False),
        sa.CheckConstraint("from_stock >= 0", name=op.f("ck_promise_line_stock_not_negative")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_promise_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["promise_hold.id"], name=op.f("fk_promise_line_hold_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_promise_line_item_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_line")),
    )
    with op.batch_alter_table("promise_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_line_hold_id"), ["hold_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_promise_line_item_id"), ["item_id"], unique=False)

    op.create_table(
        "routing_resource",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["routing_operation.id"],
            name=op.f("fk_routing_resource_operation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
            name=op.f("fk_routing_resource_resource_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_resource")),
        sa.UniqueConstraint(
            "operation_id", "resource_id", name=op.f("uq_routing_resource_operation_id_resource_id")
        ),
    )
    with op.batch_alter_table("routing_resource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_routing_resource_resource_id"), ["resource_id"], unique=False)

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lot_rule", sa.String(length=12), nullable=False, server_default="per_order")
        )
        batch_op.add_column(sa.Column("lot_minimum", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("lot_multiple", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("period_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("safety_stock", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("scrap_percent", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_item_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_item_supplier_id"), "partner", ["supplier_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_item_lot_rule_known"),
            "lot_rule IN ('lot_for_lot', 'per_order', 'fixed', 'period')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_item_planning_not_negative"),
            "lot_minimum >= 0 AND lot_multiple >= 0 AND period_days >= 0 AND safety_stock >= 0 AND scrap_percent >= 0",
        )

    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("priority_class", sa.String(length=1), nullable=False, server_default="B")
        )
        batch_op.add_column(
            sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_partner_calendar_id"), ["calendar_id"], unique=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_partner_priority_class_known"), "priority_class IN ('A', 'B', 'C')"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_partner_calendar_id"), "calendar", ["calendar_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("peg", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("purchase_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_peg_purchase_line_id"), ["purchase_line_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_peg_purchase_line_id"),
            "purchase_line",
            ["purchase_line_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("production_operation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_wait_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("resumable", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("campaign", sa.String(length=40), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_production_operation_campaign"), ["campaign"], unique=False)

    with op.batch_alter_table("routing_operation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_wait_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("resumable", sa.Boolean(), nullable=False, server_default=sa.true()))
