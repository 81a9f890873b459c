"""The words of marks, carton labels, loading plans and purchase orders."""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    # titles
    "shipping_marks": ("SHIPPING MARKS", "唛头"),
    "carton_labels": ("CARTON LABELS", "外箱标签"),
    "loading_plan": ("LOADING PLAN", "装柜图"),
    "purchase_order": ("PURCHASE ORDER", "采购订单"),
    "document_no": ("Document No.", "单据号"),
    # marks
    "main_mark": ("Main mark", "正唛"),
    "side_mark": ("Side mark", "侧唛"),
    "cartons_of_mark": ("Cartons", "箱号范围"),
    # carton labels
    "label_item": ("Item", "货号"),
    "label_buyers_item": ("Buyer's item", "客户货号"),
    "label_po": ("Order No.", "订单号"),
    "label_quantity": ("Qty", "数量"),
    "label_net": ("N.W.", "净重"),
    "label_gross": ("G.W.", "毛重"),
    "label_size": ("Meas.", "尺码"),
    "label_origin": ("Made in", "产地"),
    "label_lot": ("Lot", "批号"),
    "label_carton": ("Carton", "箱号"),
    "label_contents": ("Contents", "品名"),
    "label_mixed": ("MIXED CARTON", "拼箱"),
    "label_sscc": ("SSCC", "系列货运包装箱代码"),
    # loading plan
    "loading_container": ("Container", "集装箱"),
    "loading_cargo": ("Cargo weight / payload", "货重 / 限重"),
    "loading_volume": ("Volume loaded / inside", "装载体积 / 内容积"),
    "loading_cartons": ("Cartons loaded", "装载箱数"),
    "loading_balance": ("Centre of gravity", "重心"),
    "loading_orders": ("Orders", "订单"),
    "loading_left_out": ("Not loaded", "未装入"),
    "loading_step": ("Step", "步骤"),
    "loading_put": ("Carton", "货箱"),
    "loading_rows": ("Deep × across × high", "纵深 × 并列 × 叠高"),
    "loading_place": ("From front wall / left / floor (cm)", "距前壁 / 左壁 / 地板 (cm)"),
    "loading_turned": ("Lies as L×W×H (cm)", "摆放 长×宽×高 (cm)"),
    "loading_note": ("Note", "说明"),
    "loading_door": ("DOOR", "箱门"),
    "loading_front": ("FRONT", "前壁"),
    "loading_plan_view": ("Floor plan, seen from above", "俯视图"),
    "loading_overview": ("Loaded container", "装载效果图"),
    "loading_seal": ("Seal No.", "封条号"),
    "loading_checked": ("Loaded and counted by", "装柜清点人"),
    "unit_of_measure": ("Unit", "单位"),
    # purchase order
    "order_from": ("Buyer", "采购方"),
    "order_to": ("Supplier", "供应商"),
    "deliver_to": ("Deliver to", "交货地址"),
    "order_number": ("Order No.", "订单号"),
    "suppliers_item": ("Supplier's item", "供方货号"),
    "due_on": ("Delivery date", "交货日期"),
    "tax_percent": ("Tax %", "税率 %"),
    "price_with_tax": ("Unit price, tax included", "含税单价"),
    "price_without_tax": ("Unit price, without tax", "不含税单价"),
    "amount_with_tax": ("Amount, tax included", "含税金额"),
    "amount_without_tax": ("Amount, without tax", "不含税金额"),
    "net_sum": ("Sum without tax", "不含税合计"),
    "tax_sum": ("Tax", "税额"),
    "of_which_tax": ("of which tax", "其中税额"),
    "inspection": ("Inspection on receipt", "来料检验要求"),
    "supplier_signature": ("Supplier's signature and stamp", "供应商签字盖章"),
    "order_accepted": ("Order accepted", "订单确认"),
}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "purchase_request": (
        "Please supply the goods below to the quality, quantity and date stated, and send this order back "
        "signed within three working days.",
        "请按下列品质、数量和交期供货，并于三个工作日内签字盖章回传。",
    ),
    "centre_of_gravity": (
        "{along} cm from the front wall (middle {middle} cm), {across} cm from the left wall",
        "距前壁 {along} cm（中点 {middle} cm），距左壁 {across} cm",
    ),
    "after_step": ("After step {step}", "第 {step} 步完成后"),
    "cartons_each": ("{cartons} × {label}", "{cartons} 件 {label}"),
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""
