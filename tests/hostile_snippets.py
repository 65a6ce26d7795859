"""500 texts that would have a careless window load a file, a share or an address, made from templates."""

from __future__ import annotations

MARK = "kanarie"  # every target names it: a folder, a share, a path on a server

# Markup of several dialects, where a target {t} may stand; then what hides markup from a filter.
_TEMPLATES = (
    '<img src="{t}">',
    "<img src='{t}' width=1 height=1>",
    "<IMG SRC={t}>",
    '<p>甲<img src="{t}"></p>',
    '<qt><img src="{t}"/></qt>',
    '<!DOCTYPE html><html><body><img src="{t}"></body></html>',
    '<?xml version="1.0"?><img src="{t}"/>',
    '<body background="{t}">甲</body>',
    '<body style="background-image:url({t})">甲</body>',
    '<table background="{t}"><tr><td background="{t}">甲</td></tr></table>',
    '<p style="background-image: url({t})">甲</p>',
    '<p style="border-image: url({t}) 3 3">甲</p>',
    '<ul style="list-style-image:url({t})"><li>甲</li></ul>',
    '<link rel="stylesheet" href="{t}">甲',
    '<style>@import url("{t}");</style>甲',
    "<style>p {{ background: url({t}) }}</style><p>甲</p>",
    '<object data="{t}" type="image/png"></object>',
    '<embed src="{t}">',
    '<iframe src="{t}"></iframe>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{t}"/></svg>',
    '<svg><use xlink:href="{t}#a"/></svg>',
    '<video src="{t}" poster="{t}" autoplay></video>',
    '<audio src="{t}" autoplay></audio>',
    '<picture><source srcset="{t} 1x"><img srcset="{t} 2x" src="{t}"></picture>',
    '<input type="image" src="{t}">',
    '<script src="{t}"></script>',
    '<meta http-equiv="refresh" content="0;url={t}">',
    '<base href="{t}"><img src="a.png">',
    '<a href="{t}">请点这里</a>',
    '<a href="{t}"><img src="{t}"></a>',
    '<img src="about:blank" onerror="location={t}">',
    "![图]({t})",
    "[请点这里]({t})",
    "[![图]({t})]({t})",
    "<{t}>",
    "详见 {t} 。",
    "![图][引]\n\n[引]: {t}",
    "| ![图]({t}) | 乙 |\n|---|---|\n| <img src='{t}'> | [丁]({t}) |",
    "> - # ![图]({t})\n>   1. <img src=\"{t}\">",
    "```html\n<img src=\"{t}\">\n```",
    "&lt;img src=&quot;{t}&quot;&gt;",
    "&#60;img src='{t}'&#62; &#x3c;img src='{t}'&#x3e;",
    "\u202e<img src=\"{t}\">\u202c",
    "\u2067<img src=\"{t}\">\u2069 مرحبا",
    "\x00<img src=\"{t}\">",
    "<im\x00g src=\"{t}\"><i\u200bmg src=\"{t}\">",
    "\ufeff <img src=\"{t}\">",
    "<p><b><i><u><s><sub><span><div><center><font color=red><img src=\"{t}\"></font></center></div></span></sub>"
    "</s></u></i></b></p>",
    "<p>" + "很长" * 900 + "</p><img src=\"{t}\">",
    "甲&乙 <<<img src=\"{t}\">>> %s {{}} \\ \" ' \u2028 \u2029 \ufffc \U0001f600 \U00020bb7",
)  # fmt: skip


def targets(folder: str, port: int) -> tuple[str, ...]:
    """Ten ways to name what must not be opened: below `folder`, on a share, on this machine's `port`."""
    return (
        f"file://{folder}/a.png",
        f"{folder}/b.png",
        f"file:{folder}/c.svg",
        f"//127.0.0.1/{MARK}/d.png",
        f"\\\\127.0.0.1\\{MARK}\\e.png",
        f"file://127.0.0.1/{MARK}/f.png",
        f"http://127.0.0.1:{port}/{MARK}/g.png",
        f"https://127.0.0.1:{port}/{MARK}/h.png",
        f"ftp://127.0.0.1:{port}/{MARK}/i.png",
        f"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'><image href='file://{folder}/j.png'/></svg>",
    )


def snippets(folder: str, port: int) -> tuple[str, ...]:
    return tuple(template.format(t=target) for target in targets(folder, port) for template in _TEMPLATES)
