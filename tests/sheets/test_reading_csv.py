"""Text files: encodings, separators, quotation marks, and what other programs leave in them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.sheets.delimited import sniff
from factory_erp.sheets.reading import read_bytes, read_file
from factory_erp.sheets.table import Limits, Row, Sheet, SheetRefused

CHINESE = "货号,名称,数量\r\nCUP-1,不锈钢保温杯,12\r\n上海,上下上下,3\r\n"
WIDE = ("CUP-1", "不锈钢保温杯", "12")


def read(data: str | bytes, **options: object) -> Sheet:
    content = data.encode() if isinstance(data, str) else data
    return read_bytes(content, "items.csv", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8-sig", b"", "UTF-8 BOM"),
        ("gb18030", b"", "GB18030"),
        ("gbk", b"", "GB18030"),
        ("utf-16-le", b"\xff\xfe", "UTF-16 LE"),
        ("utf-16-be", b"\xfe\xff", "UTF-16 BE"),
        ("utf-16-le", b"", "UTF-16 LE"),
        ("utf-16-be", b"", "UTF-16 BE"),
    ],
)
def test_encodings_are_detected_and_shown(codec: str, mark: bytes, name: str) -> None:
    sheet = read(mark + CHINESE.encode(codec))
    assert (sheet.source.encoding, sheet.source.delimiter) == (name, ",")
    assert sheet.headers == ("货号", "名称", "数量")
    assert sheet.rows[0] == Row(2, WIDE)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_english_text_without_its_mark(codec: str) -> None:
    sheet = read("sku,name\nA,Cup\n".encode(codec))
    assert sheet.rows == (Row(2, ("A", "Cup")),)


def test_the_encoding_may_be_chosen() -> None:
    data = "sku;name\nA;Müller\n".encode("cp1252")
    assert read(data, encoding="windows-1252").rows[0].cells == ("A", "Müller")
    assert read(CHINESE.encode("gbk"), encoding="GBK").source.encoding == "GB18030"
    assert read(b"\xef\xbb\xbfsku\nA\n", encoding="utf-8").headers == ("sku",)


def test_a_wrong_or_unknown_encoding_is_refused() -> None:
    with pytest.raises(SheetRefused, match="line 1 are not UTF-8"):
        read(CHINESE.encode("gbk"), encoding="UTF-8")
    with pytest.raises(SheetRefused, match=r"is not an encoding that is read here.*GB18030"):
        read(CHINESE, encoding="base64")


def test_letters_that_are_in_no_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(SheetRefused, match="line 3 cannot be read"):
        read(b"sku,name\nA,B\nC,\xff\xff\xff\n")


def test_a_damaged_utf_8_file_is_not_taken_for_gb18030() -> None:
    good = CHINESE.encode() * 5
    with pytest.raises(SheetRefused, match="line 2 cannot be read"):
        read(good.replace("保".encode(), b"\xe4\xbf", 1))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators_are_recognised(delimiter: str) -> None:
    lines = ["sku,name".replace(",", delimiter), "A,x".replace(",", delimiter), "B,y".replace(",", delimiter)]
    sheet = read("\n".join(lines))
    assert sheet.source.delimiter == delimiter
    assert sheet.rows == (Row(2, ("A", "x")), Row(3, ("B", "y")))


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("name;price\nbolt, long;1,5\nnut;2,5\n", ";"),
        ('sku,note\nA,"x;y;z"\nB,"1;2;3"\n', ","),
        ('sku,note\nA,"line 1;\nline 2;"\n', ","),
        ("Name, code;Qty;Price\nBolt, M5;5;1\n", ";"),
        ("only\nA;B\nC;D\n", ","),
        ("", ","),
        ("a|b,c\n1,2\n3,4\n", ","),
    ],
)
def test_the_separator_is_the_one_that_fits_all_rows(sample: str, delimiter: str) -> None:
    assert sniff(sample) == delimiter


def test_the_separator_may_be_chosen() -> None:
    assert read("a;b,c\n1;2,3\n", delimiter=",").headers == ("a;b", "c")
    with pytest.raises(SheetRefused, match="cannot separate"):
        read("a,b\n1,2\n", delimiter="::")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_excels_own_first_line_is_no_row(first: str) -> None:
    sheet = read(f"{first}\r\nsku;a,b\r\nA;1\r\n")
    assert (sheet.headers, sheet.rows) == (("sku", "a,b"), (Row(2, ("A", "1")),))


def test_cells_with_line_breaks_quotes_and_separators_count_as_one_row() -> None:
    sheet = read('sku,note\r\nA,"one\r\ntwo, ""three"""\r\n\r\nB, x \r\n')
    assert sheet.rows == (Row(2, ("A", 'one\r\ntwo, "three"')), Row(4, ("B", " x ")))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(end: str) -> None:
    assert [row.number for row in read(f"sku{end}A{end}B").rows] == [2, 3]


def test_apostrophes_of_our_own_exports_are_taken_off() -> None:
    assert read("sku,note\nA,'=1+1\nB,''x\nC,'90s\nD,-5\n").rows == (
        Row(2, ("A", "=1+1")),
        Row(3, ("B", "'x")),
        Row(4, ("C", "'90s")),
        Row(5, ("D", "-5")),
    )


def test_a_cell_too_many_is_a_problem_of_its_row() -> None:
    sheet = read("sku,price\nA,1,5\nB,2\nC,3,,\n", delimiter=",")
    (problem,) = sheet.problems
    assert (problem.row, problem.column) == (2, "C")
    assert '"5" has no header' in problem.reason
    assert sheet.rows[2] == Row(4, ("C", "3"))
    assert sheet.source.notes == ("The last 2 columns are empty and were left out.",)


def test_short_rows_are_filled_up() -> None:
    assert read("sku,name,qty\nA\n").rows == (Row(2, ("A", "", "")),)


def test_the_blank_tail_of_an_excel_export() -> None:
    sheet = read("sku,name\nA,B\n" + ",\n" * 90_000)
    assert sheet.rows == (Row(2, ("A", "B")),)
    assert sheet.source.notes == ("The last 90,000 rows are empty and were left out.",)


def test_duplicate_headers_are_refused() -> None:
    with pytest.raises(SheetRefused, match=r"A, B\."):
        read("sku,ＳＫＵ\n1,2\n")


def test_nul_is_refused_with_its_row() -> None:
    with pytest.raises(SheetRefused, match="Row 3 holds a NUL"):
        read(b"sku,name\nA,B\nC,D\0E\nF,G\n")


def test_an_open_quotation_mark_is_refused_with_its_row() -> None:
    with pytest.raises(SheetRefused, match="quotation mark in row 3"):
        read('sku,name\nA,B\nC,"D\nE,F\n')


def test_an_inch_mark_in_a_cell_is_text() -> None:
    assert read('sku,name\nA,5" pipe\nB,"6"" pipe"\n').rows == (
        Row(2, ("A", '5" pipe')),
        Row(3, ("B", '6" pipe')),
    )


def test_a_cell_of_a_megabyte_is_a_problem_of_its_cell() -> None:
    sheet = read(f"sku,note\nA,{'x' * 1_000_000}\nB,y\n")
    (problem,) = sheet.problems
    assert (problem.row, problem.column) == (2, "note")
    assert "32,767" in problem.reason
    assert len(sheet.rows) == 2


def test_the_longest_cell_that_excel_holds_is_read() -> None:
    text = "长" * 32_767
    sheet = read(f"sku,note\nA,{text}\n")
    assert (sheet.rows[0].cells, sheet.problems) == (("A", text), ())


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(rows=2), "A4"),
        (Limits(columns=1), "B1"),
        (Limits(cells=5), "5 cells"),
        (Limits(bytes=9), "MB"),
    ],
)
def test_limits_are_kept(limits: Limits, says: str) -> None:
    with pytest.raises(SheetRefused, match=says):
        read("a,b\n1,2\n3,4\n5,6\n", limits=limits)


def test_few_filled_cells_over_many_columns_count_as_a_whole_table() -> None:
    data = "a" + "," * 9 + "z\n" + "1\n" * 10
    with pytest.raises(SheetRefused, match="50 cells"):
        read(data, limits=Limits(cells=50))


class Stopped:
    cancelled = True

    def report(self, done: int, total: int, text: str = "") -> None:
        assert 0 < done <= total


def test_reading_can_be_stopped() -> None:
    with pytest.raises(SheetRefused, match="stopped"):
        read("sku\n" + "A\n" * 5000, watch=Stopped())


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), min_size=1, max_size=5))
def test_any_csv_of_another_program_is_read_or_refused(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("one", "two"), *rows])
    try:
        sheet = read(file.getvalue().encode("utf-8-sig"))
    except SheetRefused:
        return
    assert all(len(row.cells) == 2 for row in sheet.rows)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetRefused, match="no file"):
        read_file(tmp_path / "missing.csv")
    with pytest.raises(SheetRefused, match="cannot be opened"):
        read_file(tmp_path)
    (tmp_path / "large.csv").write_bytes(b"a,b\n" * 100)
    with pytest.raises(SheetRefused, match="MB") as refused:
        read_file(tmp_path / "large.csv", limits=Limits(bytes=200))
    assert refused.value.record == "large.csv"


def test_a_title_above_the_table_is_left_out() -> None:
    text = "宁波某某厂物料清单,,\n制表：张三\n品号,品名,单位\nA1,杯,只\n"
    sheet = read_bytes(text.encode(), "list.csv")
    assert sheet.headers == ("品号", "品名", "单位")
    assert [(row.number, row.cells) for row in sheet.rows] == [(4, ("A1", "杯", "只"))]
    assert any("row 3" in note for note in sheet.source.notes)


def test_a_list_of_one_column_keeps_its_header() -> None:
    sheet = read_bytes(b"SKU\nA1\nA2\n", "list.csv")
    assert (sheet.headers, len(sheet.rows)) == (("SKU",), 2)
