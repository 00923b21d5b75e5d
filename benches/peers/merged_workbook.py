"""A roster as a full sheet of XLSX, its 年级 and 班级 merged downwards over every class, for `aidcheck inspect`.

    python merged_workbook.py FILE [--rows 1048576] [--class-size 45] [--filled]

`--filled` writes both on every row and merges nothing. All names and numbers are made up.
"""

import argparse
from pathlib import Path

HEADER = ["学校名称", "学校标识码", "年级", "班级", "姓名", "身份证号", "性别", "学籍号", "家长姓名", "联系电话"]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "明华芳丽强军洋艳杰磊静敏涛超娟霞平刚桂英"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
CLASSES_OF_SCHOOL = 48


def id_number(pupil: int) -> str:
    rest, year = divmod(pupil, 9)
    rest, month = divmod(rest, 12)
    rest, day = divmod(rest, 28)
    district, serial = divmod(rest, 998)
    digits = f"3301{27 + district % 3:02d}{2008 + year}{month + 1:02d}{day + 1:02d}{serial + 1:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS)) % 11]


def pupil_row(pupil: int, size: int) -> list[str]:
    of_class = pupil // size
    school, number = of_class // CLASSES_OF_SCHOOL, id_number(pupil)
    grade, room = f"{'一二三四五六'[of_class // 8 % 6]}年级", f"{of_class % 8 + 1}班"
    given = GIVEN[pupil // 20 % 20] + GIVEN[pupil // 400 % 20]
    name, guardian = SURNAMES[pupil % 20] + given, SURNAMES[pupil % 20] + given[::-1]
    sex = "女男"[int(number[16]) % 2]
    code, phone = f"{3133000000 + school}", f"138{pupil:08d}"
    return [f"河源县第{school + 1}小学", code, grade, room, name, number, sex, "G" + number, guardian, phone]


def main() -> None:
    import xlsxwriter

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=1_048_576)
    parser.add_argument("--class-size", type=int, default=45)
    parser.add_argument("--filled", action="store_true")
    options = parser.parse_args()
    book = xlsxwriter.Workbook(options.file, {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, HEADER)
    pupils = options.rows - 1
    for pupil in range(pupils):
        row, first = pupil + 1, pupil % options.class_size == 0
        for column, text in enumerate(pupil_row(pupil, options.class_size)):
            if first or options.filled or column not in (2, 3):
                sheet.write_string(row, column, text)
        last = min(row + options.class_size - 1, pupils)
        if first and last > row and not options.filled:
            # merge_range would write the rows below at once; only the areas are wanted.
            sheet.merge += [[row, column, last, column] for column in (2, 3)]
    book.close()


if __name__ == "__main__":
    main()
