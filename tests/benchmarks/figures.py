"""Measures how figures are proven: python tests/benchmarks/figures.py [--each 5000] [--seed 29] [--data FOLDER]

Mutations change one figure of a sentence (value, scale, unit, percent sign, currency, working day, article, part of a
date); each must be flagged when held against the sentence. Restatements write the figures in another notation, shorten
the sentence or put its clauses in another order; none may be flagged. Sentences are the ones below and, where FOLDER
(shared/data beside the repository) is there, those of the laws. The generator reads and writes figures by its own means
and shares no code with the detector: a change that gives a value which the sentence states elsewhere (months and years,
or 万 and 元, counted as one) is drawn again. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from fractions import Fraction
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.figures import quantities, unsupported  # noqa: E402  the repository must be on the path first

SENTENCES = (
    "单笔取款超过5万元的，应当至少提前1个工作日预约，柜台核对证件后办理。",
    "逾期不还的，自第31日起按日利率0.05%计收罚息，每笔最低收取20元。",
    "本产品期限为3年，年利率2.6%，起存金额50元，提前支取按活期利率计息。",
    "客户应当年满18周岁，且贷款到期时不超过65周岁，首付比例不低于30%。",
    "根据第24条规定，银行应当在10个工作日内答复，最长不超过60日。",
    "本通知自2023年7月15日起施行，原办法于2023年8月31日停止执行。",
    "同一客户最多开立4个账户，每日转账不超过20笔，累计不超过200000元。",
    "外汇兑换限额为每人每年5万美元，手续费为兑换金额的2‰。",
)
DIGITS = "零一二三四五六七八九"
NUMERAL = r"(?:\d[\d,]*(?:\.\d+)?|[一二三四五六七八九十][零一二三四五六七八九十百千]*)"
BEHIND = "个工作日|个交易日|个月|万美元|美元|亿元|万元|周岁|元|日|年|%|‰|倍|条|人|笔|户"
FIGURE = re.compile(
    rf"(?<![零一二三四五六七八九十百千万亿\d.,年月点至、第之两几数])(第?)({NUMERAL})({BEHIND})"
    "(?![级度间常期息利款件例约月率份名公类身员])"
)
STATED = re.compile(rf"({NUMERAL})(?:[、至第]*)({BEHIND})")
DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
BASE = {
    "年": ("月", 12),
    "个月": ("月", 1),
    "亿元": ("元", 10**8),
    "万元": ("元", 10**4),
    "万美元": ("美元", 10**4),
    "%": ("比", Fraction(1, 100)),
    "‰": ("比", Fraction(1, 1000)),
}
OTHER_UNITS = {
    "个工作日": ("日", "个月", "个交易日"),
    "个交易日": ("日", "个工作日"),
    "个月": ("年", "日", "个工作日"),
    "年": ("个月", "日", "周岁"),
    "日": ("个工作日", "个月", "年"),
    "元": ("万元", "美元", "%"),
    "万元": ("元", "亿元", "万美元"),
    "亿元": ("万元", "元"),
    "美元": ("元", "万美元"),
    "万美元": ("万元", "美元"),
    "%": ("‰", "倍", ""),
    "‰": ("%", ""),
    "倍": ("%", "元"),
    "周岁": ("年", "个月"),
    "人": ("户", "笔"),
    "笔": ("户", "人"),
    "户": ("人", "笔"),
    "条": (),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=5000, help="mutations, and as many restatements")
    parser.add_argument("--seed", type=int, default=29)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    options = parser.parse_args()
    sentences = [*SENTENCES, *law_sentences(options.data)]
    if len(sentences) == len(SENTENCES):
        print(f"no laws in {options.data}: only the sentences of this file are changed")
    report = measure(sentences, options.each, options.seed)
    for example in report["unflagged_examples"] + report["false_alarm_examples"]:
        print(example)
    print(json.dumps(report | corpus(options.data), ensure_ascii=False))


def law_sentences(folder: Path) -> list[str]:
    lines = {line.strip() for path in sorted(folder.glob("laws/*.md")) for line in path.read_text("utf-8").splitlines()}
    return sorted(line for line in lines if 20 <= len(line) <= 240 and marked(line))


def measure(sentences: list[str], each: int, seed: int) -> dict[str, object]:
    draw = random.Random(seed)
    unflagged: list[str] = []
    alarms: list[str] = []
    made = 0
    while made < each:
        source = draw.choice(sentences)
        changed = mutation(source, draw)
        if changed is None:
            continue
        made += 1
        text, start, end = changed
        if not any(found.start < end and start < found.end for found in unsupported(text, [source])):
            unflagged.append(f"unflagged: {text[start:end]} | {text} | {source}")
    for _ in range(each):
        source = draw.choice(sentences)
        text = restatement(source, draw)
        flagged = unsupported(text, [source])
        if flagged:
            alarms.append(f"false alarm: {[found.text for found in flagged]} | {text} | {source}")
    return {
        "sentences": len(sentences),
        "mutations": each,
        "unflagged": len(unflagged),
        "restatements": each,
        "false_alarms": len(alarms),
        "unflagged_examples": unflagged[:20],
        "false_alarm_examples": alarms[:20],
    }


def corpus(folder: Path) -> dict[str, object]:
    """The laws held against themselves, and the speed of reading them."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("laws/*.md"))]
    began = time.perf_counter()
    figures = sum(len(quantities(text)) for text in texts)
    seconds = time.perf_counter() - began
    flagged = sum(len(unsupported(text, [text])) for text in texts)
    size = sum(len(text.encode()) for text in texts)
    return {"laws": len(texts), "figures": figures, "flagged": flagged, "mb_per_s": round(size / seconds / 1e6, 2)}


def marked(source: str) -> list[re.Match[str]]:
    """The figures that are changed: no years of dates, and behind 第 only articles (第三人 is no third man)."""
    return [
        match
        for match in FIGURE.finditer(source)
        if not (match[3] == "年" and (read(match[2]) > 1000 or len(match[2]) > 3))
        and (match[3] == "条") >= bool(match[1])
    ]


def read(word: str) -> int | Fraction:
    if word[0].isdigit():
        return Fraction(word.replace(",", ""))
    total = digit = 0
    for char in word:
        if char in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            digit = DIGITS.index(char)
    return total + digit


def meaning(value: int | Fraction, unit: str) -> tuple[Fraction, str]:
    name, factor = BASE.get(unit, (unit, 1))
    return Fraction(value) * factor, name


def mutation(source: str, draw: random.Random) -> tuple[str, int, int] | None:
    """The sentence with one figure changed, and where; None where the change gives a figure of the same sentence."""
    stated = {meaning(read(word), unit) for word, unit in STATED.findall(source)}
    dates = list(DATE.finditer(source))
    if dates and draw.random() < 0.5:
        return changed_date(source, draw.choice(dates), draw)
    matches = marked(source)
    if not matches:
        return None
    match = draw.choice(matches)
    value, unit = read(match[2]), match[3]
    if OTHER_UNITS[unit] and not match[1] and draw.random() < 0.4:
        unit = draw.choice(OTHER_UNITS[unit])
        written = match[2]
    else:
        value = draw.choice([value + 1, value * 10, value * 2, abs(value - 1), value + 7])
        written = plain(value)
    article_of_speech = (written, unit) == ("一", "笔")  # "a transaction" rather than a count
    if not value or meaning(value, unit) in stated or article_of_speech:
        return None
    piece = f"{match[1]}{written}{unit}"
    return source[: match.start()] + piece + source[match.end() :], match.start(), match.start() + len(piece)


def changed_date(source: str, match: re.Match[str], draw: random.Random) -> tuple[str, int, int] | None:
    parts = [int(group) for group in match.groups()]
    place = draw.randrange(3)
    parts[place] = (
        parts[place] + draw.choice([1, 2, -1]) if place == 0 else parts[place] % (12 if place == 1 else 28) + 1
    )
    piece = f"{parts[0]}年{parts[1]}月{parts[2]}日"
    if piece in source:
        return None
    return source[: match.start()] + piece + source[match.end() :], match.start(), match.start() + len(piece)


def plain(value: int | Fraction) -> str:
    return str(value) if Fraction(value).denominator == 1 else f"{float(value):.6g}"


def restatement(source: str, draw: random.Random) -> str:
    text, end = "", 0
    for match in marked(source):
        text += source[end : match.start()] + match[1] + rewritten(match[2], match[3], draw)
        end = match.end()
    text += source[end:]
    text = DATE.sub(lambda match: other_date(match, draw), text)
    clauses = text.rstrip("。").split("，")
    how = draw.random()
    if how < 0.3 and len(clauses) > 1:
        return draw.choice(clauses) + "。"
    if how < 0.5:
        draw.shuffle(clauses)
        return "，".join(clauses) + "。"
    return text


def other_date(match: re.Match[str], draw: random.Random) -> str:
    year, month, day = match.groups()
    worded = "".join(DIGITS[int(char)] for char in year).replace("零", "〇")
    spoken = f"{worded}年{chinese(int(month))}月{chinese(int(day))}日"
    return draw.choice([match[0], f"{year}-{int(month):02d}-{int(day):02d}", spoken, f"{year} 年 {month} 月 {day} 日"])


def rewritten(word: str, unit: str, draw: random.Random) -> str:
    value = read(word)
    forms = [plain(value), plain(value).translate({48 + n: 0xFF10 + n for n in range(10)})]
    if Fraction(value).denominator == 1:
        forms += [f"{int(value):,}", chinese(int(value)) if value < 10000 else plain(value), f" {plain(value)} "]
    if unit == "元" and value >= 10000 and Fraction(value, 10000).denominator in (1, 2, 5, 10):
        forms.append(plain(Fraction(value, 10000)) + "万")
    if unit == "%":
        return draw.choice([f"{plain(value)}%", f"{plain(value)}％", f"百分之{decimal(value)}", f"{plain(value)} %"])
    if unit == "‰":
        return draw.choice([f"{plain(value)}‰", f"千分之{decimal(value)}"])
    if unit == "万元":
        forms = [form + "万" for form in forms if "," not in form]
        return draw.choice([*forms, f"{int(value * 10000):,}"]) + "元"
    return draw.choice(forms) + unit


def decimal(value: int | Fraction) -> str:
    whole, point, rest = plain(value).partition(".")
    return chinese(int(whole)) + ("点" + "".join(DIGITS[int(char)] for char in rest) if point else "")


def chinese(value: int) -> str:
    if value == 0:
        return "零"
    pieces = ""
    for place, mark in enumerate(("", "十", "百", "千")):
        digit = value // 10**place % 10
        if digit:
            pieces = DIGITS[digit] + mark + pieces
        elif pieces and not pieces.startswith("零"):
            pieces = "零" + pieces
    pieces = pieces.strip("零")
    return pieces.removeprefix("一") if 10 <= value < 20 else pieces


if __name__ == "__main__":
    main()
