"""What somebody could write to have it taken for more than words, by what it would be taken for."""

from __future__ import annotations

import re

HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "telegram": "<b><i></b> </i> & &amp; &lt; &#60;b> <tg-spoiler>x <a href='http://example.org'>y</a>",
    "attribute": '" onmouseover="alert(1)" x=\' autofocus onfocus=\'alert(1)',
    "entity": "]]><![CDATA[<x>]]> <!--x--> <!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]> &b;",
    "address": "javascript:alert(1) data:text/html,<script>1</script> //example.org \\\\example.org\\share",
    "format": "{0} {name} {number} {name.__class__.__mro__} {} {!r} {:>99999999} %s %d %(x)s %n {{x}} }{",
    "template": "{{ 7 * 7 }} {% for x in y %}{{ config }} ${7*7} #{7*7} <%= 7*7 %> ${jndi:ldap://example.org/a}",
    "formula": '=HYPERLINK("http://example.org";"a")',
    "formulas inside": "a;=1+1,@SUM(A1)\t+2|-3",
    "program": "=cmd|' /C calc'!A0",
    "wide formula": "＝1＋1",
    "sheet": "_x003D_1 _x000A_ _x0041_",
    "sql": "'; DROP TABLE cases; -- %' OR '1'='1' _ \\",
    "path": "../../../../etc/passwd",
    "windows path": "C:\\Windows\\System32\\config",
    "line ends": "một\r\nBcc: evil@example.org\r\n\r\n2026-11-23 12:00:00,000 CRITICAL desk: forged",
    "separators": "một\u2028hai\u2029ba\x85bốn",
    "terminal": "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31mđỏ\x08\x08\x7f",
    "direction": "an toàn \u202egpj.exe\u2066 \u200fxyz\u2069",
    "rich": "[bold red]x[/] [/y] [link=http://example.org]a[/link] :smile: \\[z]",
    "markdown": "*a* _b_ `c` [d](http://example.org) ![e](f) # g > h | i ~j~ ||k||",
    "dialogue": '/restart /inform{"company": "x"} /session_start',
    "paper": "{nb} \\( ) Tj ET endstream /JS (app.alert(1))",
    "letters": "a\u0300\u0301\u0302\u0303" * 20 + "𝒜👨‍👩‍👧\u200b\u00ad\ufeff",
    "endless": "x" * 4_200,
    "numbers": "1e999 NaN -0 0x41 1_000 ١٢٣ 007 TRUE null 2026-11-23",
}
#: Marks that no terminal, log or header may get.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]")
