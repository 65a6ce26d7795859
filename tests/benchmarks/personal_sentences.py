"""Sentences of a branch's day with and without personal data, made from a seed.

Shares no code and no word list with the detector in `engine.privacy`: check characters are made by other schemes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A sentence with what of it is personal data, none in a negative one."""

    kind: str
    text: str
    secrets: tuple[str, ...] = ()


# ---- values, each made by its standard's own rule

REGIONS = ("110101", "120103", "130102", "210203", "310115", "320106", "330106", "350203", "370102", "420111", "440305")
REGIONS += (
    "450103",
    "500112",
    "510107",
    "520103",
    "530102",
    "610113",
    "620102",
    "650104",
    "230108",
    "430104",
    "340104",
)
BINS = ("622202", "621700", "622848", "621660", "622588", "621226", "625912", "628366", "623058", "621483", "620058")
OTHER_BINS = ("438088", "451461", "518710", "552801", "356827", "400360", "524094", "421349")
FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
DOUBLE_FAMILY = ("欧阳", "司马", "上官", "诸葛", "皇甫", "慕容", "令狐", "司徒", "夏侯", "尉迟", "公孙", "端木")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀英霞平刚桂兰凤玉萍红娥玲芬燕彩春菊香月莺媛建国志明永健世广义兴良海山仁波宁"
    "福生龙胜学祥武新利清飞彬富顺信子昌康星光天达安岩中茂博诚先敬震振壮思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮"
    "政谦亨奇固轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以佳欣怡梓涵雨轩宇俊熙嘉瑞一文琪雅婷慧莹雪琳晶妍茜秋"
    "珊莎锦黛青倩婉娴瑾颖露瑶"
)


def id_number(rng: random.Random, *, valid: bool = True) -> str:
    born = f"{rng.randint(1935, 2012)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = rng.choice(REGIONS) + born + f"{rng.randint(0, 999):03d}"
    remainder = 0
    for digit in body:  # Horner's scheme of ISO 7064, pure system MOD 11-2
        remainder = (remainder + int(digit)) * 2 % 11
    check = (12 - remainder) % 11
    if not valid:
        check = (check + rng.randint(1, 10)) % 11
    return body + ("X" if check == 10 else str(check))


def card_number(rng: random.Random, *, valid: bool = True) -> str:
    if rng.random() < 0.75:
        body, length = rng.choice(BINS), rng.choice((16, 19, 19))
    else:
        body, length = rng.choice(OTHER_BINS), 16
    body += "".join(rng.choice("0123456789") for _ in range(length - 1 - len(body)))
    doubled = {"0": 0, "1": 2, "2": 4, "3": 6, "4": 8, "5": 1, "6": 3, "7": 5, "8": 7, "9": 9}
    total = sum(doubled[d] if place % 2 == 0 else int(d) for place, d in enumerate(body[::-1]))
    check = -total % 10
    return body + str(check if valid else (check + rng.randint(1, 9)) % 10)


def mobile_number(rng: random.Random) -> str:
    return rng.choice(("13", "15", "17", "18", "19", "166", "147")).ljust(3, rng.choice("0123456789")) + digits(rng, 8)


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def person(rng: random.Random) -> str:
    family = rng.choice(DOUBLE_FAMILY) if rng.random() < 0.06 else rng.choice(FAMILY)
    return family + "".join(rng.choice(GIVEN) for _ in range(1 if rng.random() < 0.25 else 2))


def grouped(rng: random.Random, number: str, *shapes: tuple[int, ...]) -> str:
    """`number` in one piece, in groups of a shape by blanks or hyphens, or in full-width digits."""
    way = rng.random()
    if way < 0.5:
        return number
    if way < 0.6:
        return "".join(chr(ord(c) + 0xFEE0) for c in number)
    parts, start = [], 0
    for size in rng.choice(shapes):
        parts.append(number[start : start + size])
        start += size
    return rng.choice((" ", "-")).join(part for part in (*parts, number[start:]) if part)


# ---- sentences with personal data


def with_id(rng: random.Random) -> Sample:
    number = grouped(rng, id_number(rng), (6, 8, 4), (6, 4, 4, 4), (4, 4, 4, 4, 2), (3, 3, 8, 4))
    number = number.lower() if rng.random() < 0.3 else number
    frames = (
        "身份证{}的客户能不能代办销户？|客户证件号码：{}，请查一下开户行|他的身份证号是{}|"
        "{}，这个身份证号有没有贷款记录|请核对公民身份号码 {} 与影像是否一致|"
        "本人身份证（{}）丢了，卡还能用吗？|代办人{}没带原件怎么办|证件:{};住址不详"
    )
    return Sample("id", rng.choice(frames.split("|")).format(number), (number,))


def with_card(rng: random.Random) -> Sample:
    number = card_number(rng)
    shapes = ((4, 4, 4, 4), (4, 4, 4, 4, 3)) if len(number) == 19 else ((4, 4, 4, 4), (6, 10))
    number = grouped(rng, number, *shapes)
    frames = (
        "卡号{}昨天被吞了怎么处理|客户的银行卡{}余额对不上|把钱从{}转到他行要手续费吗|"
        "信用卡 {} 的最低还款额是多少？|{}这张卡能不能挂失？|收款账号:{},请加急|尾号不对，完整卡号是{}。|"
        "请冻结{}"
    )
    return Sample("card", rng.choice(frames.split("|")).format(number), (number,))


def with_mobile(rng: random.Random) -> Sample:
    number = grouped(rng, mobile_number(rng), (3, 4, 4))
    number = rng.choice(("", "", "", "+86", "+86 ", "86-", "0086 ")) + number
    frames = (
        "客户手机{}收不到短信验证码|请回电{}|预留号码是{}，要改成新号|联系方式：{}|"
        "{}这个号码能注册手机银行吗|打{}没有人接|电话 {}，明天上午来办|短信发到{}了吗？"
    )
    return Sample("mobile", rng.choice(frames.split("|")).format(number), (number.lstrip("+"),))


def with_landline(rng: random.Random) -> Sample:
    area = rng.choice(("010", "021", "0571", "0755", "028", "0591", "025", "0371", "0531"))
    local = rng.choice("2345678") + digits(rng, 7)
    number = rng.choice(
        (f"{area}-{local}", f"({area}){local}", f"（{area}）{local}", f"{area} {local}", f"{area}-{local}-802")
    )
    frames = "请致电{}核实|单位电话：{}|客户留的座机是{}，一直占线|传真 {}|家里电话{}没人接"
    return Sample("landline", rng.choice(frames.split("|")).format(number), (number,))


def with_email(rng: random.Random) -> Sample:
    user = rng.choice(("zhang.san", "li_si", "wangwu88", "Chen-Ming", "a.b.c", "finance2024", "x1")) + digits(rng, 2)
    address = f"{user}@{rng.choice(('qq.com', '163.com', 'gmail.com', 'abc-bank.com.cn', 'mail.zju.edu.cn'))}"
    address = address.replace("@", "＠") if rng.random() < 0.1 else address
    frames = "对账单发到{}|邮箱：{}，请更新|客户{}投诉没有收到账单|联系 {} 索取回单。|<{}>"
    return Sample("email", rng.choice(frames.split("|")).format(address), (address,))


def with_travel_document(rng: random.Random) -> Sample:
    passport = rng.choice(("E" + digits(rng, 8), "EA" + digits(rng, 7), "G" + digits(rng, 8)))
    permit = rng.choice(("C" + digits(rng, 8), "H" + digits(rng, 8), "M" + digits(rng, 8)))
    frame, number = rng.choice(
        (
            ("持护照{}能开户吗？", passport),
            ("护照号码：{}，国籍中国", passport),
            ("护照号 {} 已过期", passport),
            ("港澳通行证{}到期了", permit),
            ("港澳居民来往内地通行证号码：{}", permit),
            ("回乡证号是{}", permit),
        )
    )
    return Sample("travel", frame.format(number), (number,))


def with_titled_name(rng: random.Random) -> Sample:
    name = person(rng) if rng.random() < 0.65 else rng.choice(FAMILY)
    title = rng.choice(("先生", "女士", "先生", "女士", "小姐", "阿姨", "师傅", "老师"))
    frames = (
        "{}的贷款批了吗|请给{}回个电话|{}，您好，您的存单已到期|刚才{}来问大额存单利率|"
        "昨天帮{}办了挂失，今天要补卡|尊敬的{}：|为{}推荐一款理财|{}说他没有收到短信|客户{}要投诉|"
        "（{}）已到店"
    )
    return Sample("titled name", rng.choice(frames.split("|")).format(name + title), (name,))


def with_labelled_name(rng: random.Random) -> Sample:
    name = person(rng)
    frames = (
        "户名：{}|姓名:{}，性别男|收款人：{}，开户行不详|姓名　{}　证件已核验|持卡人{}已去世，家属怎么取款|"
        "法定代表人：{}|法定代表人{}变更要什么资料|借款人{}申请展期|客户姓名：{}；产品：定期|"
        "经办人：{} 复核：无|投保人（{}）要求退保|担保人 {}，保证期间两年|户名为{}的账户被冻结|联系人:{}|"
        "付款人名称：{}"
    )
    return Sample("labelled name", rng.choice(frames.split("|")).format(name), (name,))


def with_role_name(rng: random.Random) -> Sample:
    name = person(rng)
    frames = (
        "客户{}来电询问提前还款|客户{}想把定期转活期|客户{}的信用卡逾期了三天|储户{}申请挂失|"
        "客户{}，要求当天到账|我叫{}，想办一张卡|本人{}，现委托他人取款|客户{}在柜台取现5万元|"
        "客户{}名下有两笔贷款|客户经理{}，工号一二三|转给{}的钱没有到账|客户{}已签约手机银行|"
        "客户{}于2024年3月开户|我是{}，请问利息怎么算"
    )
    return Sample("role name", rng.choice(frames.split("|")).format(name), (name,))


def with_several(rng: random.Random) -> Sample:
    name, number, mobile, card = person(rng), id_number(rng), mobile_number(rng), card_number(rng)
    frames = (
        f"客户{name}，身份证{number}，手机{mobile}，卡号{card}，要求解除非柜面限制",
        f"姓名：{name} 证件号：{number} 电话：{mobile} 卡号：{card}",
        f"{name}先生（{mobile}）用{card}转账失败，身份证号{number}",
        f"{name}女士 {number} {mobile} {card}",
    )
    return Sample("several", rng.choice(frames), (name, number, mobile, card))


POSITIVES: tuple[Callable[[random.Random], Sample], ...] = (
    with_id,
    with_id,
    with_card,
    with_card,
    with_mobile,
    with_mobile,
    with_landline,
    with_email,
    with_travel_document,
    with_titled_name,
    with_titled_name,
    with_labelled_name,
    with_labelled_name,
    with_role_name,
    with_role_name,
    with_several,
)


# ---- sentences without


def failing_numbers(rng: random.Random) -> str:
    number = rng.choice(
        (
            id_number(rng, valid=False),
            card_number(rng, valid=False),
            "99" + digits(rng, 16),
            rng.choice("017") + digits(rng, 15),
            rng.choice("017") + digits(rng, 18),
        )
    )
    frames = "编码{}查不到|系统返回{}是什么意思？|档案{}在哪里调阅|号码 {} 校验不通过|条码：{}"
    return rng.choice(frames.split("|")).format(number)


def serial_numbers(rng: random.Random) -> str:
    day = f"20{rng.randint(10, 26)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    number = rng.choice(
        (day + digits(rng, rng.randint(4, 12)), digits(rng, rng.randint(6, 10)), "JP" + digits(rng, 11))
    )
    frames = "订单号{}退款多久到账|流水号：{}冲正了吗|合同编号{}的原件|工单{}已转派|凭证号 {} 打印不出来|回单编号:{}"
    return rng.choice(frames.split("|")).format(number)


def amounts(rng: random.Random) -> str:
    whole = rng.choice((rng.randint(1, 10**6), rng.randint(13 * 10**9, 19 * 10**9)))
    number = rng.choice(
        (f"{whole}元", f"{whole:,}.{rng.randint(0, 99):02d}", f"{whole}.{rng.randint(0, 99):02d}元", f"{whole}万元")
    )
    frames = "贷款余额{}，月供多少|总资产{}|大额转账{}要预约吗|金额：{}|存款日均{}以上的客户有什么权益|从{}降到一半"
    return rng.choice(frames.split("|")).format(number)


def rules(rng: random.Random) -> str:
    article, year, number = rng.randint(1, 900), rng.randint(1995, 2026), rng.randint(1, 400)
    return rng.choice(
        (
            f"民法典第{article}条怎么规定的",
            f"银保监发〔{year}〕{number}号文还有效吗",
            f"根据银发({year}){number}号，第{article % 60 + 1}条",
            f"{year}年{number % 12 + 1}月{number % 28 + 1}日起执行的利率",
            f"{year}-{number % 12 + 1:02d}-{number % 28 + 1:02d} 10:30:{number % 60:02d} 登录失败",
            f"自{year}.{number % 12 + 1}.{number % 28 + 1}起至次年",
            f"有效期{year}0{number % 9 + 1}1{number % 9}-{year + 20}0{number % 9 + 1}1{number % 9}",
            f"第{article}页表{number}-{number + 1}的数字",
            f"GB {10000 + article}-{year}是什么标准",
            f"版本号 {number}.{article}.{year}",
        )
    )


def products(rng: random.Random) -> str:
    code = rng.choice(("FBAE", "CW", "ZXLC", "AXF", "LS")) + digits(rng, rng.choice((6, 8, 11)))
    frames = "理财产品{}风险等级|产品代码：{}|{}开放期是哪天|基金{}净值|活动编码{}还能报名吗"
    return rng.choice(frames.split("|")).format(rng.choice((code, digits(rng, 6))))


def hotlines(rng: random.Random) -> str:
    return rng.choice(
        (
            "客服热线955{}打不通".format(rng.choice(("88", "95", "33", "99"))),
            "拨打400-8{}投诉".format(digits(rng, 2) + "-" + digits(rng, 4)),
            f"利率3.{rng.randint(10, 99)}%，{rng.randint(1, 30)}年期，等额本息",
            f"IP 10.{rng.randint(1, 250)}.{rng.randint(1, 250)}.8 连不上",
            f"柜面限额{rng.randint(1, 9)}0000，手机银行限额{rng.randint(1, 9)}00000",
            f"{rng.randint(8, 17)}:00-{rng.randint(18, 21)}:30营业",
            f"邮编{rng.randint(100000, 859999)}",
            f"机构号{digits(rng, 9)}",
            f"共{rng.randint(13 * 10**9, 19 * 10**9)}笔",
        )
    )


_STAFF = """
客户经理 客户身份识别 客户余额不足 客户关系管理 客户风险等级 客户申请贷款 客户应当如实填写 客户和银行签订合同
各位女士、先生 老先生想开户 这位女士没带身份证 那位先生的问题 借款人和担保人 法定代表人变更 户名和账号不一致
姓名不符退汇 收款人账号有误 持卡人本人办理 客户常用手机号 客户范围扩大 客户许可才能查询 客户经常取现
本人身份证原件 申请人应提供资料 受益人所有人识别 联系人电话空号 经办人签字 客户高净值标准 客户金额超限
客户周转资金 我是新员工 客户：企业客户 客户白金卡权益 客户章程备案 客户全部资产 储户储蓄存单
客户连续三次输错密码 客户陈述与事实不符 客户时间冲突 法定代表人任职证明 客户曾经投诉过 客户房屋抵押
客户车辆抵押 客户农业贷款 客户江苏分行开户 客户温州迁入 代理人和被代理人 借款人石油企业 客户万一去世
担保人单位证明 客户查询征信 客户解除合同 客户安全提示 客户符合条件 客户费用减免 客户明确拒绝 客户黄金积存
客户方面没有异议 客户尚未签约 户主变更 朋友关系证明 配偶单方处分房产 父亲房产继承
"""
STAFF_SENTENCES = _STAFF.split()
TAILS = ("怎么办？", "有什么要求", "的规定在哪里", "", "，请说明", "吗？", "需要哪些材料", "的流程")


def staff(rng: random.Random) -> str:
    return rng.choice(STAFF_SENTENCES) + rng.choice(TAILS)


NEGATIVES: tuple[Callable[[random.Random], str], ...] = (
    failing_numbers,
    serial_numbers,
    amounts,
    rules,
    products,
    hotlines,
    staff,
    staff,
)


def samples(count: int, seed: int) -> list[Sample]:
    """`count` sentences, every second one with personal data."""
    rng = random.Random(seed)
    made: list[Sample] = []
    for number in range(count):
        if number % 2 == 0:
            made.append(rng.choice(POSITIVES)(rng))
        else:
            negative = rng.choice(NEGATIVES)
            made.append(Sample(negative.__name__, negative(rng)))
    return made
