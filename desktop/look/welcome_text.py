"""Words of the first run."""

from __future__ import annotations

from desktop.look.catalogue import run_on, translate
from desktop.look.text import listed

TITLE = translate("welcome", "欢迎使用金磐网点助手")
LINES = (
    ("ask", translate("welcome", "用平常的话提问，回答只依据您放进来的文件，逐句标出处。")),
    ("calculator", translate("welcome", "利息、月供、汇兑由程序精确计算；公告和话术按模板起草。")),
    ("shield", translate("welcome", "不联网也能用；除非管理策略和您都同意，什么也不发出去。")),
)
STEPS = (
    ("inbox", translate("welcome", "拖入文件")),
    ("ask", translate("welcome", "提出问题")),
    ("document", translate("welcome", "点开出处")),
)
STEPS_NAME = translate("welcome", "三步：拖入文件，提出问题，点开出处")
TAKE_SAMPLES = translate("welcome", "放入三份示例文件试一试")
OWN_FILES = translate("welcome", "或者把自己的文件、文件夹拖进这个窗口。")
SAMPLES_FAILED = translate("welcome", "示例文件没有全部读完，原因见资料库。")
TRY_QUESTION = translate("welcome", "示例已经放好，点一下就提问：")
MODEL = translate("welcome", "回答用的模型：{name}。")
MODEL_DEFAULT = translate("welcome", "这是默认选择，还没有测量这台电脑。")
NOT_MEASURED = translate("welcome", "还没有测量这台电脑。")
USE = translate("welcome", "选用 {name}")
MISSING = translate("welcome", "还缺少模型包：{packs}。没有它们不能回答问题。")
MISSING_ACTION = translate(
    "welcome",
    "请科技部门在能上网的电脑上制作模型包，把做好的文件夹复制到 {folder}，再重新打开本软件。"
    "点“复制详情”可把做法发给他们。",
)
MISSING_STEPS = translate(
    "welcome",
    "1. 在能上网的电脑上安装本软件，运行：{command}\n"
    "   没有网络但有权重文件时，加 --weights 文件夹。\n"
    "2. 把那台电脑模型包目录里的 {packs} 整个文件夹复制到这台电脑的：{folder}\n"
    "   多人共用时，可以放在别处并把环境变量 JINPAN_PACKS 指向那里。\n"
    "3. 运行 jinpan pack verify 核对每个文件，再打开本软件。",
)


def place(folder: str) -> str:
    return translate("welcome", "资料、对话和索引加密保存在这台电脑：{folder}").format(folder=folder)


def taking(done: int, total: int) -> str:
    return translate("welcome", "正在读取示例文件，已完成 {done}/{total}").format(done=done, total=total)


def model(name: str, why: str) -> str:
    return run_on(MODEL.format(name=name), why)


def missing_steps(packs: tuple[str, ...], folder: str) -> str:
    """What IT has to do, to be copied."""
    command = " ".join(("jinpan pack build", *packs))
    return MISSING_STEPS.format(command=command, packs=listed(packs), folder=folder)
