# Writes the workbooks that the tests read: python make.py (needs openpyxl and xlsxwriter).
import datetime as dt
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.styles import Font
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont


def types_by_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sales"
    sheet.append(["day", "at", "item", "count", "price", "ok", "took", "note", "mixed", "err", "code"])
    sheet.append([dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 12, 30, 5, 250000), "tea & <cup>", 3, 2.5, True,
                  dt.timedelta(hours=30, minutes=15), "first\nsecond", 1, "#N/A", "007"])
    sheet.append([dt.date(1900, 1, 1), dt.datetime(1999, 12, 31), " é😀 ", -4, 1e-7, False, dt.timedelta(seconds=1.5), None,
                  "x", "=1/0", "NA"])
    sheet.append([])
    sheet.append([None, None, None, 12345678901, 3, None, None, "", dt.date(2020, 2, 29), None, "010"])
    for row in sheet["A2:A5"]:
        row[0].number_format = "dd/mm/yyyy"
    for row in sheet["G2:G5"]:
        row[0].number_format = "[h]:mm:ss"
    sheet["C5"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    second = book.create_sheet("Rates, 2026")
    second["C4"] = "rate"
    second["C5"] = 0.5
    hidden = book.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "x"
    book.create_sheet("Empty")
    book.save("openpyxl.xlsx")


def old_dates_by_openpyxl():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["day"])
    book.active.append([dt.date(2026, 1, 31)])
    book.active.append([dt.date(1904, 1, 2)])
    book.save("from1904.xlsx")


def report_by_xlsxwriter():
    book = xlsxwriter.Workbook("xlsxwriter.xlsx")
    sheet = book.add_worksheet("Report")
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "d mmm yyyy"})
    time = book.add_format({"num_format": "h:mm AM/PM"})
    money = book.add_format({"num_format": '#,##0.00 "days"'})
    sheet.write("A1", "Quarterly report", bold)
    sheet.write_row("A3", ["region", "shop", "day", "opens", "sum", "twice", "sum"], bold)
    sheet.merge_range("A4:A5", "north", bold)
    sheet.write("A6", "south")
    for row, (shop, when, opens, total) in enumerate(
            [("a", dt.date(2026, 1, 1), dt.time(9, 30), 10), ("b", dt.date(2026, 1, 2), dt.time(8), 20.5),
             ("c", dt.date(2026, 1, 3), dt.time(10, 15), 30)], start=4):
        sheet.write(f"B{row}", shop)
        sheet.write_datetime(f"C{row}", when, day)
        sheet.write_datetime(f"D{row}", opens, time)
        sheet.write_number(f"E{row}", total, money)
        sheet.write_formula(f"F{row}", f"=E{row}*2", None, total * 2)
        sheet.write_formula(f"G{row}", f'=A{row}&"!"', None, f"{shop}!")
    book.add_worksheet("Empty")
    chart = book.add_chartsheet("Picture")
    drawn = book.add_chart({"type": "line"})
    drawn.add_series({"values": "=Report!$E$4:$E$6"})
    chart.set_chart(drawn)
    escaped = book.add_worksheet("Escapes")
    escaped.write("A1", "a\rb")
    escaped.write("A2", "_x000D_")
    book.close()


def streamed_by_xlsxwriter():
    book = xlsxwriter.Workbook("inline.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet("Stream")
    sheet.write_row(0, 0, ["n", "text"])
    for i in range(1, 50):
        sheet.write_row(i, 0, [i, f"text {i % 7}"])
    book.close()


def example():
    """The workbook of the examples in the reference."""
    book = openpyxl.Workbook()
    book.active.title = "Sales"
    book.active.append(["day", "item", "price"])
    book.active.append([dt.date(2026, 1, 31), "tea", 2.5])
    book.active.append([dt.date(2026, 2, 1), "salt", 1])
    rates = book.create_sheet("Rates")
    rates.append(["rate"])
    rates.append([0.5])
    book.save("book.xlsx")


def part(name, text, book="openpyxl.xlsx", out=None):
    """The workbook with one part replaced."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, text if entry.filename == name else old.read(entry.filename))


def hostile():
    laughs = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    part("xl/workbook.xml", laughs + "<workbook>&b;</workbook>", out="entities.xlsx")
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    rows = "".join(f'<row r="{r}"><c r="XFD{r}"><v>1</v></c></row>' for r in (1, 1048576))
    wide = "".join(f'<c r="{openpyxl.utils.get_column_letter(c)}1"><v>1</v></c>' for c in range(1, 16384))
    tall = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(2, 20000))
    part("xl/worksheets/sheet1.xml", f'{head}<row r="1">{wide}</row>{tall}</sheetData></worksheet>', out="spread.xlsx")
    part("xl/worksheets/sheet1.xml", head + '<row r="1"><c r="AAAA1"><v>1</v></c></row></sheetData></worksheet>',
         out="outside.xlsx")
    part("xl/worksheets/sheet1.xml", head + '<row r="1"><c r="A1" t="s"><v>99999</v></c></row></sheetData></worksheet>',
         out="dangling.xlsx")
    part("xl/worksheets/sheet1.xml", head + rows + "</sheetData></worksheet>", out="corners.xlsx")
    part("xl/worksheets/sheet1.xml", head + "<row>" + " " * 3_000_000 + "</sheetData></worksheet>", out="unbalanced.xlsx")


if __name__ == "__main__":
    types_by_openpyxl()
    old_dates_by_openpyxl()
    report_by_xlsxwriter()
    streamed_by_xlsxwriter()
    example()
    hostile()
