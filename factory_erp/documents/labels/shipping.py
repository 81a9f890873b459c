"""Words of bookings, instructions to forwarders, verified gross masses and shipping advices."""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    # titles
    "booking_note": ("BOOKING NOTE", "集装箱货物托运单"),
    "shippers_instruction": ("SHIPPER'S LETTER OF INSTRUCTION", "货物运输委托书"),
    "vgm_declaration": ("VERIFIED GROSS MASS DECLARATION", "集装箱重量验证声明"),
    "shipping_advice": ("SHIPPING ADVICE", "装运通知"),
    # parties and references
    "shipper": ("Shipper", "发货人"),
    "to_forwarder": ("To (forwarder)", "致（货运代理）"),
    "dock_receipt_no": ("D/R No.", "托单编号"),
    "instruction_no": ("Instruction No.", "委托书编号"),
    "booking_no": ("Booking No.", "订舱号"),
    "bill_no": ("B/L No.", "提单号"),
    "amount_of_goods": ("Value of the shipment", "金额"),
    # carriage
    "pre_carriage": ("Pre-carriage by", "前程运输"),
    "place_of_receipt": ("Place of receipt", "收货地点"),
    "place_of_delivery": ("Place of delivery", "交货地点"),
    "final_destination": ("Final destination", "最终目的地"),
    "on_board": ("On board", "装船日期"),
    "eta": ("ETA", "预计到港日"),
    "carrier": ("Carrier", "承运人"),
    "containers_wanted": ("Containers wanted", "箱型及箱量"),
    "cargo_ready": ("Cargo ready on", "货好日期"),
    "pick_up_at": ("Pick up at", "装货地址"),
    # cargo
    "container_seal_marks": ("Container / Seal No.; Marks & numbers", "箱号 / 封号；标记与号码"),
    "number_of_packages": ("No. of packages", "件数"),
    "kind_and_goods": ("Kind of packages; description of goods", "包装种类与货名"),
    "hs_code": ("HS code", "商品编码"),
    "gross_kg": ("Gross weight (kg)", "毛重 kg"),
    "measurement_m3": ("Measurement (m³)", "尺码 m³"),
    # how it is carried
    "freight": ("Freight & charges", "运费与附加费"),
    "prepaid": ("prepaid", "预付"),
    "collect": ("collect", "到付"),
    "payable_at": ("Payable at", "付款地点"),
    "original_bills": ("Number of original B/Ls", "正本提单份数"),
    "waybill": ("no original: waybill or telex release", "无正本：海运单或电放"),
    "service_receiving": ("Service on receiving", "接货方式"),
    "service_delivery": ("Service on delivery", "交货方式"),
    "type_of_goods": ("Type of goods", "货物种类"),
    "goods_ordinary": ("ordinary", "普通"),
    "goods_reefer": ("reefer", "冷藏"),
    "goods_vehicle": ("vehicles", "车辆"),
    "goods_liquid": ("liquid", "液体"),
    "goods_live": ("live animals", "活动物"),
    "goods_bulk": ("bulk", "散货"),
    "goods_dangerous": ("dangerous", "危险品"),
    "dangerous": ("Dangerous goods: class, UN No.", "危险品：类别、联合国编号"),
    "temperature": ("Reefer temperature", "冷藏温度"),
    "latest_shipment": ("Latest date of shipment", "最迟装运期"),
    "credit_expiry": ("Expiry of the L/C", "信用证效期"),
    "vgm_method": ("VGM method", "VGM 方式"),
    "vgm_by_forwarder": ("found by the terminal or forwarder", "由码头或货代称重"),
    "instructions": ("Special instructions", "特别要求"),
    # verified gross mass
    "seal_no": ("Seal No.", "封号"),
    "container_no": ("Container No.", "集装箱号"),
    "container_type": ("Type", "箱型"),
    "cargo_mass": ("Cargo and packing (kg)", "货物及包装 kg"),
    "dunnage": ("Dunnage (kg)", "衬垫及加固 kg"),
    "tare": ("Tare (kg)", "箱体自重 kg"),
    "vgm": ("VGM (kg)", "验证总重 kg"),
    "max_gross": ("Max. gross (kg)", "最大总重 kg"),
    "vgm_how": ("Method", "验证方式"),
    "method_1": ("Method 1", "方式一"),
    "method_2": ("Method 2", "方式二"),
    "weighed_on": ("Weighed on", "称重日期"),
    "found_on": ("Determined on", "验证日期"),
    "weighed_at": ("Weighed at", "称重地点"),
    "found_at": ("Determined at", "验证地点"),
    "equipment": ("Weighing equipment and its certificate", "称重设备及检定证书"),
    "authorised_person": ("Authorised person", "授权人"),
    # shipping advice
    "policy_no": ("Insurance policy No.", "保险单号"),
    "container_and_seal": ("Containers and seals", "集装箱及封号"),
}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "instruct": (
        "Please carry the goods described below for us, arrange the papers named here and send us the draft "
        "of the bill of lading before you issue it.",
        "请按下列要求为我司安排货物运输及有关单证，签发提单前请先将提单确认件发我司核对。",
    ),
    "shipper_declares": (
        "We declare that the particulars above are correct, and that the goods are not dangerous unless this "
        "is stated.",
        "兹声明以上所列内容真实无误；除已注明者外，所托货物不属于危险品。",
    ),
    "vgm_declared": (
        "We declare that the gross mass of each packed container named below was verified under SOLAS 1974, "
        "chapter VI, regulation 2.",
        "兹声明：下列载货集装箱的总重已按照《国际海上人命安全公约》（SOLAS 1974）第 VI 章第 2 条验证。",
    ),
    "vgm_method_1": (
        "Method 1: the packed and sealed container was weighed on certified equipment (regulation VI/2.4.1).",
        "方式一：使用经检定的设备对装载完毕并加封的集装箱整体称重（第 VI/2.4.1 条）。",
    ),
    "vgm_method_2": (
        "Method 2: all packages, pallets, dunnage and securing material were weighed and the tare of the "
        "container was added, by a certified method (regulation VI/2.4.2).",
        "方式二：采用经认可的方法，将所有货物、包装、托盘、衬垫及系固材料的重量与箱体自重相加"
        "（第 VI/2.4.2 条）。",
    ),
    "advice_greeting": (
        "We are pleased to tell you that the goods named below have been shipped:",
        "兹通知贵司，下列货物已装运：",
    ),
    "advice_insure": (
        "Under {term} the insurance from here on is yours to arrange.",
        "按 {term} 条件，此后的保险由贵司办理。",
    ),
    "advice_insured": (
        "Under {term} the goods are insured by us.",
        "按 {term} 条件，货物由我司投保。",
    ),
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""
