"""Export documents: papers of orders, letters of credit, what was typed for papers, options, mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KINDS = (
    "kind IN ("
    + ", ".join(
        f"'{kind}'"
        for kind in (
            "proforma_invoice",
            "sales_contract",
            "commercial_invoice",
            "packing_list",
            "shipping_marks",
            "carton_labels",
            "loading_plan",
            "booking_note",
            "shippers_instruction",
            "vgm_declaration",
            "origin_general",
            "origin_form_e",
            "origin_rcep",
            "origin_form_a",
            "beneficiary_certificate",
            "inspection_certificate",
            "weight_certificate",
            "bill_of_exchange",
            "shipping_advice",
            "customs_declaration",
            "declaration_elements",
            "purchase_order",
        )
    )
    + ")"
)

_ONE_OWNER = (
    "(CASE WHEN shipment_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN sales_order_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN purchase_order_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def upgrade() -> None:
    """Documents beyond the two of a shipment; containers and pallets; letters of credit; rebate."""
    op.create_table(
        "mail_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint("language", name=op.f("uq_mail_template_language")),
    )
    op.create_table(
        "number_pattern",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("pattern", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_number_pattern_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_pattern")),
        sa.UniqueConstraint("kind", name=op.f("uq_number_pattern_kind")),
    )
    op.create_table(
        "document_option",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_document_option_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_option")),
        sa.UniqueConstraint("partner_id", "kind", name=op.f("uq_document_option_partner_id_kind")),
    )
    with op.batch_alter_table("document_option", schema=None) as batch_op:
        batch_op.create_index(
            "uq_document_option_general",
            ["kind"],
            unique=True,
            postgresql_where=sa.text("partner_id IS NULL"),
            sqlite_where=sa.text("partner_id IS NULL"),
        )

    op.create_table(
        "letter_of_credit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("rules", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("expiry_place", sa.String(length=80), nullable=False),
        sa.Column("issuing_bank", sa.Text(), nullable=False),
        sa.Column("advising_bank", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("beneficiary", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_plus", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_minus", sa.BigInteger(), nullable=False),
        sa.Column("max_amount_words", sa.String(length=40), nullable=False),
        sa.Column("additional_amounts", sa.Text(), nullable=False),
        sa.Column("available_with", sa.Text(), nullable=False),
        sa.Column("available_by", sa.String(length=40), nullable=False),
        sa.Column("drafts_at", sa.Text(), nullable=False),
        sa.Column("drawee", sa.Text(), nullable=False),
        sa.Column("partial_shipments", sa.String(length=40), nullable=False),
        sa.Column("transshipment", sa.String(length=40), nullable=False),
        sa.Column("place_of_receipt", sa.String(length=140), nullable=False),
        sa.Column("port_of_loading", sa.String(length=140), nullable=False),
        sa.Column("port_of_discharge", sa.String(length=140), nullable=False),
        sa.Column("place_of_delivery", sa.String(length=140), nullable=False),
        sa.Column("latest_shipment", sa.Date(), nullable=True),
        sa.Column("shipment_period", sa.Text(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("charges", sa.Text(), nullable=False),
        sa.Column("presentation_days", sa.Integer(), nullable=True),
        sa.Column("presentation_text", sa.String(length=140), nullable=False),
        sa.Column("confirmation", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'advised', 'used', 'closed')", name=op.f("ck_letter_of_credit_state_known")
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_letter_of_credit_amount_not_negative")),
        sa.CheckConstraint(
            "tolerance_plus >= 0 AND tolerance_minus >= 0",
            name=op.f("ck_letter_of_credit_tolerance_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["partner.id"], name=op.f("fk_letter_of_credit_customer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_of_credit")),
        sa.UniqueConstraint("client_key", name=op.f("uq_letter_of_credit_client_key")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_of_credit_number")),
    )
    with op.batch_alter_table("letter_of_credit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_of_credit_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_letter_of_credit_state_expiry", ["state", "expires_on"], unique=False)

    op.create_table(
        "document_input",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(shipment_id IS NULL) <> (sales_order_id IS NULL)", name=op.f("ck_document_input_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_id"],
            ["sales_order.id"],
            name=op.f("fk_document_input_sales_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_document_input_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_input")),
        sa.UniqueConstraint(
            "sales_order_id", "kind", "variant", name=op.f("uq_document_input_sales_order_id_kind_variant")
        ),
        sa.UniqueConstraint(
            "shipment_id", "kind", "variant", name=op.f("uq_document_input_shipment_id_kind_variant")
        ),
    )
    op.create_table(
        "document_mail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attached", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client_key", sa.String(length=96), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed')", name=op.f("ck_document_mail_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_document_mail_partner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_document_mail_shipment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_mail")),
        sa.UniqueConstraint("client_key", name=op.f("uq_document_mail_client_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_document_mail_message_id")),
    )
    with op.batch_alter_table("document_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_mail_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_mail_shipment_id"), ["shipment_id"], unique=False)
        batch_op.create_index("ix_document_mail_state", ["state"], unique=False)

    op.create_table(
        "foreign_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_foreign_paper_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_paper")),
        sa.UniqueConstraint(
            "shipment_id", "kind", "variant", name=op.f("uq_foreign_paper_shipment_id_kind_variant")
        ),
    )
    op.create_table(
        "pallet_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("carton_ranges", sa.Text(), nullable=False),
        sa.Column("cartons_each", sa.Integer(), nullable=False),
        sa.Column("tare_g", sa.Integer(), nullable=False),
        sa.Column("length_mm", sa.Integer(), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("height_mm", sa.Integer(), nullable=False),
        sa.CheckConstraint("cartons_each > 0 AND tare_g >= 0", name=op.f("ck_pallet_group_cartons_positive")),
        sa.CheckConstraint("first >= 1 AND last >= first", name=op.f("ck_pallet_group_range_forward")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_pallet_group_shipment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pallet_group")),
        sa.UniqueConstraint("shipment_id", "first", name=op.f("uq_pallet_group_shipment_id_first")),
    )
    op.create_table(
        "shipment_container",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=11), nullable=False),
        sa.Column("seal", sa.String(length=30), nullable=False),
        sa.Column("tare_g", sa.Integer(), nullable=False),
        sa.Column("max_gross_g", sa.Integer(), nullable=False),
        sa.Column("dunnage_g", sa.Integer(), nullable=False),
        sa.Column("weighed_g", sa.Integer(), nullable=False),
        sa.Column("carton_ranges", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "tare_g >= 0 AND max_gross_g >= 0 AND dunnage_g >= 0",
            name=op.f("ck_shipment_container_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipment.id"],
            name=op.f("fk_shipment_container_shipment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_container")),
        sa.UniqueConstraint(
            "shipment_id", "position", name=op.f("uq_shipment_container_shipment_id_position")
        ),
    )
    op.create_table(
        "supplier_invoice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("goods_name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "quantity > 0 AND net_minor >= 0 AND tax_minor >= 0",
            name=op.f("ck_supplier_invoice_figures_sound"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_supplier_invoice_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipment.id"],
            name=op.f("fk_supplier_invoice_shipment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["partner.id"], name=op.f("fk_supplier_invoice_supplier_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_invoice")),
        sa.UniqueConstraint("client_key", name=op.f("uq_supplier_invoice_client_key")),
        sa.UniqueConstraint("number", "line_no", name=op.f("uq_supplier_invoice_number_line_no")),
    )
    with op.batch_alter_table("supplier_invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_invoice_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_invoice_shipment_id"), ["shipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_invoice_supplier_id"), ["supplier_id"], unique=False)

    with op.batch_alter_table("packaging_level", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_lie", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("bears_g", sa.Integer(), nullable=True))

    with op.batch_alter_table("carton_group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prefix", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sscc_first", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_carton_group_shipment_id_first"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_carton_group_shipment_id_prefix_first"), ["shipment_id", "prefix", "first"]
        )

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gs1_prefix", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("rebate_regime", sa.String(length=12), nullable=False, server_default="manufacturer")
        )
        batch_op.add_column(
            sa.Column("authorised_person", sa.String(length=80), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("logo", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("signature", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("chop", sa.String(length=64), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            batch_op.f("ck_company_rebate_regime_known"), "rebate_regime IN ('manufacturer', 'trading')"
        )

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_document_kind_known"), type_="check")
        batch_op.add_column(sa.Column("variant", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "purchase_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))
        batch_op.alter_column(
            "number", existing_type=sa.VARCHAR(length=24), type_=sa.String(length=40), existing_nullable=False
        )
        batch_op.alter_column(
            "shipment_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        )
        batch_op.create_index("ix_document_issued_at", ["issued_at"], unique=False)
        batch_op.create_index("ix_document_state_issued_at", ["state", "issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_document_purchase_order_id"), ["purchase_order_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_document_sales_order_id"), ["sales_order_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_document_sales_order_id"),
            "sales_order",
            ["sales_order_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_document_partner_id"), "partner", ["partner_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_document_purchase_order_id"),
            "purchase_order",
            ["purchase_order_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_check_constraint(batch_op.f("ck_document_kind_known"), _KINDS)
        batch_op.create_check_constraint(batch_op.f("ck_document_one_owner"), _ONE_OWNER)
    # Until here every document was of a shipment, and addressed to its consignee.
    op.execute(
        "UPDATE document SET partner_id ="
        " (SELECT consignee_id FROM shipment WHERE shipment.id = document.shipment_id)"
    )

    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("eta", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("on_board", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("booking_number", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("bill_number", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("place_of_receipt", sa.String(length=80), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("final_destination", sa.String(length=80), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("notify", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("remarks", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("credit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("presented_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_shipment_credit_id"), ["credit_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_shipment_credit_id"),
            "letter_of_credit",
            ["credit_id"],
            ["id"],
            ondelete="RESTRICT",
        )
