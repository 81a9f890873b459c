"""The words of certificates of origin: general (CCPIT), Form E, RCEP and Form A.

The numbers of the boxes are those of the forms and stand before these labels.
"""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    "origin_general": ("CERTIFICATE OF ORIGIN", "一般原产地证明书"),
    "origin_form_e": ("CERTIFICATE OF ORIGIN – FORM E", "中国—东盟自贸区原产地证书 FORM E"),
    "origin_rcep": ("CERTIFICATE OF ORIGIN – RCEP", "RCEP 原产地证书"),
    "origin_form_a": ("CERTIFICATE OF ORIGIN – GSP FORM A", "普惠制原产地证书 FORM A"),
    # boxes
    "co_number": ("Certificate No.", "证书号"),
    "co_sheet": ("Data sheet No.", "制单编号"),
    "co_exporter": ("Exporter", "出口方"),
    "co_consignee": ("Consignee", "收货方"),
    "co_from": (
        "Goods consigned from (exporter's name, address, country)",
        "发货人（名称、地址、国家）",
    ),
    "co_to": ("Goods consigned to (consignee's name, address, country)", "收货人（名称、地址、国家）"),
    "co_producer": ("Producer's name, address, country", "生产商名称、地址、国家"),
    "co_transport": ("Means of transport and route", "运输方式和路线"),
    "co_departure": ("Departure date", "离港日期"),
    "co_vessel": ("Vessel / aircraft", "船名 / 航班号"),
    "co_discharge": ("Port of discharge", "卸货口岸"),
    "co_destination": ("Country / region of destination", "目的地国家（地区）"),
    "co_authority": ("For certifying authority use only", "签证机构用栏"),
    "co_official": ("For official use", "官方使用"),
    "co_item": ("Item No.", "项目号"),
    "co_marks": ("Marks and numbers", "唛头及包装号"),
    "co_goods": ("Number and kind of packages; description of goods", "包装数量及种类；货物描述"),
    "co_hs": ("H.S. code", "商品编码"),
    "co_criterion": ("Origin criterion", "原产地标准"),
    "co_origin": ("RCEP country of origin", "RCEP 原产国"),
    "co_quantity": ("Quantity", "数量"),
    "co_weight": ("Gross weight or other quantity", "毛重或其他数量"),
    "co_weight_value": ("Gross weight or other quantity, value (FOB)", "毛重或其他数量及价格（FOB）"),
    "co_quantity_value": ("Quantity and value (FOB)", "数量及价格（FOB）"),
    "co_invoice": ("Number and date of invoices", "发票号码及日期"),
    "co_remarks": ("Remarks", "备注"),
    "co_declaration": ("Declaration by the exporter", "出口方声明"),
    "co_certification": ("Certification", "证明"),
    "co_sign": ("Place and date, signature and stamp", "地点和日期，签字及盖章"),
    "co_fob": ("FOB", "FOB"),
    "co_gross": ("G.W.", "毛重"),
    # ticks
    "tick_issued_retroactively": ("Issued retroactively", "后补发证书"),
    "tick_movement_certificate": ("Movement certificate", "流动证明"),
    "tick_exhibition": ("Exhibition", "展览"),
    "tick_third_party_invoicing": ("Third party invoicing", "第三方发票"),
    "tick_back_to_back": ("Back-to-back certificate of origin", "背对背原产地证书"),
    "co_ticks": ("Mark where it applies", "在适用处打勾"),
}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "co_route_from": ("FROM {place}", "自{place}"),
    "co_route_to": ("TO {place}", "至{place}"),
    "co_route_on": ("ON {day}", "{day}"),
    "co_route_by": ("BY {vessel}", "由{vessel}运输"),
    "co_route_via": ("VIA {place}", "经{place}"),
    "co_packages": ("{words} ({count}) {package} OF {goods}", "{words}（{count}）{package} {goods}"),
    "co_packages_total": ("TOTAL: {words} ({count}) {package} ONLY", "合计：{words}（{count}）{package}整"),
    "co_packed_before": ("{goods} (PACKED WITH THE ITEM ABOVE)", "{goods}（与上项拼箱）"),
    "co_third_party": ("THIRD PARTY INVOICING: {name}", "第三方发票：{name}"),
    "co_declares": (
        "The exporter declares that the above details are correct, that the goods were produced in {country} "
        "and that they comply with the rules of origin of this certificate.",
        "出口方声明：以上内容正确无误，货物产自{country}，符合本证书项下的原产地规则。",
    ),
    "co_certifies": (
        "It is certified, on the basis of the control carried out, that the declaration by the exporter is "
        "correct.",
        "经审核，证明出口方的声明正确无误。",
    ),
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""
