"""First command of the README: prepares everything and starts the product. Standard library only.

usage: python3 installer/start.py [--home DIR] [--weights DIR] [--passphrase-file FILE]
       (on Windows: py installer\\start.py …)

A too old Python must still be able to read this file in order to say so: no syntax newer than Python 3.6 here.
"""

import sys

SUPPORTED = ((3, 11), (3, 14))  # from, up to but not including


def python_fault(version, max_size=sys.maxsize):
    """The sentence for a Python that cannot run the product (too old, too new, 32-bit); empty when it can."""
    if SUPPORTED[0] <= tuple(version[:2]) < SUPPORTED[1] and max_size > 2**32:
        return ""
    return (
        "需要 Python 3.11、3.12 或 3.13（64 位），当前是 {}.{}。"
        "请安装其中一个版本，再用它运行本命令，例如：python3.11 installer/start.py"
    ).format(*version[:2])


def main(arguments):
    fault = python_fault(sys.version_info)
    if fault:
        # Written as bytes: an old interpreter or a Windows console may not use UTF-8 by itself.
        getattr(sys.stderr, "buffer", sys.stderr).write((fault + "\n").encode("utf-8"))
        return 4
    from environment import start_product

    return start_product(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
