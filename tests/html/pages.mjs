// Odd pages at random: constructs that browsers treat specially, in any order.
export function random(seed) {
  let state = seed >>> 0;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const START = ['<!doctype html>', '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">', '<!doctype html SYSTEM "about:legacy-compat">', '', '',
  '\ufeff<!doctype html>', '\ufeff\ufeff<!doctype html>', '\ufeff\n\ufeff<html>', '\n<?xml version="1.0"?>\n<!doctype html>', '<!-- c --><!doctype html>', '\n \n<!doctype html>', '<?xml version="1.0"?><!doctype html>'];
const HEAD = ['<html>', '<html lang=de class="a>b">', '<head>', '<head profile=\'</head>\'>', '<title>t</title>', '<title></head><body></title>', '<title><!--</title>',
  '<meta charset=utf-8>', '<meta charset=windows-1252>', '<meta http-equiv=content-type content="text/html; charset=koi8-r">', '<meta name="d" content="</head><body>">', "<meta name=d content='<body>'>", '<link rel=x href=y>', '<base target=_top>',
  '<style>b{}</head></style>', '<style><!--</style>', '<script>var a="</head><body>"</script>', '<script><!--<script></script>--></script>',
  '<script><!-- </script>', '<script><!--<script>--></script>', '<script>x</scripty></script >', '<script src=a></script/>', '<noscript><link></noscript>',
  '<noscript><img></noscript>', '<noscript></head></noscript>', '<template><p></template>', '<template><head></head><body></template>',
  '<template><template></template></template>', '<!-- x -->', '<!-->', '<!--->', '<!-- a -- b --!>', '<!--<!-->', '<!-- </head> -->', '<!x>', '<?php x ?>', '</>', '</ x>',
  '\n', '  ', '</head>', '</HEAD >', '</title>', '</p>', '</br>', '<noframes></head></noframes>', '<bgsound>', '<![CDATA[x]]>',
  '<!-- a --!><title>t</title>', '<!--a--!b-->', '<!-- a --', '<!doctype html>', '<?pi ?>', '<?pi <head> ?>', '<! doctype>', '</ head>', '</\u00e9>', '\0', '<link\0>', '<me\0ta>', '<frameset>', '<body>', '<html lang=fr>',
  '<head/>', '<title/>t</title>', '<script/>x</script>', '<script><!--<script>x</script><!-- --></script>', '<script><!--<script>x</script>y</script>', '<script><!-->"<script>"</script>',
  '<script><!--<scripts></script>', '<script><!--<script/></script/>--></script>', '<noscript><style></noscript></style></noscript>', '<noscript><meta charset=utf-8></noscript>', '<noscript><p></noscript>',
  '<noscript><!--</noscript>', '</noscript>', '</template>', '</html>', '</body>'];
const BODY = ['<body>', '<BODY CLASS=a>', '<body onload="a>b" class=\'<p>\'>', 'text', ' text ', '&amp;', '<', '< b', '<p>', '</p>', '<p>a', '<div>', '</div>', '<b>', '</b>', '<i>x', '</i>', '<a href=x>', '</a>',
  '<br>', '<hr/>', '<img src="a>b" alt=\'<body>\'>', '<h1>x</h1>', '<ul><li>a<li>b</ul>', '<table>', '<tr><td>', '</table>', '<table><tr><td>x</table>', '<table></body></table>',
  '<select><option>a', '</select>', '<textarea></body></textarea>', '<textarea>\n<b></textarea>', '<iframe></body></iframe>', '<xmp></body></xmp>', '<noembed><p></noembed>',
  '<noscript></body></noscript>', '<script>"</body>"</script>', '<script><!--<script></script></body>--></script>', '<style></body></style>', '<svg>', '</svg>', '<svg/>',
  '<svg><style><a title="</style>"></a></svg>', '<svg><title><p></title></svg>', '<svg><foreignObject><div>x</div></foreignObject></svg>', '<svg><![CDATA[</body>]]></svg>',
  '<svg><script></body></script></svg>', '<math><mi>x</mi></math>', '<math><annotation-xml><div></math>', '<math>', '<p><svg><p>', '<template>', '</template>', '<template><tr></template>',
  '<!-- </body> -->', '<!-- -', '</body>', '</body><!-- c -->', '</body>\n', '</html>', '</html>\n', '<button>', '</button>', '<form>', '</form>', '<input value="</body>">', '<frameset>',
  '<object>', '</object>', '<marquee>', '<nobr>', '<font color=x>', '<em><p></em>', '<a><div></a></div>', '<b><p></b></p>', '<title>x</title>', '<meta>', '<head>', '</head>', '<html class=x>',
  '<isindex>', '<image>', '<dl><dt>a<dd>b</dl>', '<ruby><rt>x</ruby>', '<pre>\nx</pre>', '<details><summary>x</details>', '<x-y></x-y>', '<a b=c/>', '<a b="c"d=\'e\'f>', '<a =x>', '<a b = c>', '<a\nb\n=\n"c">',
  '</br>', '<input type=hidden>', '\0', 'a\0b', '<di\0v>', '<a/b=c>', '<p/>', '<div/>', '<!-->', '<!--->', '<!-- a --!>', '<!--a--!b-->', '<!doctype html>', '<!doctype', '<?pi ?>', '<?pi <p>?>', '</ x>', '</ body>', '<!x>', '</>', '</\u00e9>', '<![CDATA[<p>]]>',
  '<frame>', '<noframes><p></noframes>', '<caption>', '<col>', '<tbody>', '<td>', '</td>', '</tr>', '</p>', '</li>', '</h2>', '</sarcasm>', '<li>', '<dd>', '<option>', '<optgroup>', '<rt>', '<hr>', '<br/>', '</select>',
  '<select><p>x', '<select><b>x</b>', '<select><select>', '<select><input>', '<select><textarea>x</textarea>', '<select><script>"</select>"</script>', '<select><style></select></style>', '<select><title></select></title>', '<select><hr><option>x</select>',
  '<select><svg><p></svg></select>', '<select><option><svg><path d=x /></svg>a</select>', '<select><svg><g></g>', '<select><math><mi></math></select>', '<select><svg></select>', '<select><svg><title>', '<select><table></select>', '<table><select><tr></select></table>', '<select><template><p></template></select>', '<select><iframe></select></iframe>',
  '<script><!--<script>x</script><!-- --></script>', '<script><!--<script>x</script>y</script>', '<script><!-->"<script>"</script>', '<script><!--<script/></script/>--></script>', '<script><!-- <scriptx></script>',
  '<noscript><p></noscript>', '<noscript><style></noscript></style></noscript>', '<table><noscript><tr></noscript></table>', '<table><caption><svg></caption></table>', '<table><tr><td><svg></td></table>', '<table><svg><desc></table>',
  '<table><form>', '<table><input type=hidden>', '<table><style></table></style></table>', '<table><title></table></title></table>', '<colgroup><template><col></template>', '<template><td></template>', '<template><select></template>', '<template><svg></template>', '<template><col><script><!--</script></template>', '<template><colgroup><col></colgroup><tr><td><style></td></style></template>',
  '<template><svg><desc><p></template>', '<object><p></object>', '</object>', '</marquee>', '<applet>', '</applet>', '</form>',
  '<table><input type=hidden><select></table>', '<table><tr><td><select></table>', '<select><selectedcontent>', '<template><svg>', '<optgroup>', '<foreignObject>', '<table>\0', '<b a=1><b a=1><b a=1><b a=1></b>', '<script><!--<script>\0', '<\u0130>'];

// Svg and math, what is HTML in them, and what browsers do with either there.
const ROOTS = ['<svg>', '<math>', '<p><svg>', '<b><svg>', '<a><svg>', '<div><svg>', '<form><svg>', '<li><svg>', '<span><math>', '<table><tr><td><svg>', '<template><svg>', '<svg><g>', '<svg><a>', '<svg><svg>', '<svg><math>', '<math><svg>', '<math><mrow>', '<button><svg>'];
const POINTS = ['<title>', '<desc>', '<foreignObject>', '<mtext>', '<mi>', '<mo>', '<annotation-xml>', '<annotation-xml encoding="text/html">', "<annotation-xml encoding='APPLICATION/xhtml+xml'>", '<annotation-xml encoding=text/xml>', '<foreignobject/>', '<title/>', '<DESC class=a>'];
const INSIDE = ['x', ' ', '\0', '<p>', '<p>x</p>', '</p>', '<div>', '</div>', '<div>x</div>', '<div><p>x</div>', '<b>', '</b>', '<b>x</b>', '<p><b>x</p>', '<b><p>x</b>', '<b><i>x</b></i>', '<a>', '</a>', '<a href=x>y</a>', '<nobr>', '<span>', '</span>', '<span>x</span>', '<em>x</em>',
  '<table>', '<table><tr><td>x</table>', '</table>', '<td>', '</td>', '<tr>', '</tr>', '<tbody>', '<col>', '<caption>', '<template>', '</template>', '<template><p></template>', '<ul><li>a<li>b</ul>', '<li>', '</li>', '<dl><dt>a<dd>b</dl>', '<dd>', '</dt>', '<h1>', '</h2>', '<h1>x</h1>',
  '<select>', '</select>', '<select><option>x</select>', '<option>', '</option>', '<optgroup>', '<button>', '</button>', '<button>x</button>', '<form>', '</form>', '<form><input></form>', '<input>', '<textarea></title></textarea>', '<br>', '</br>', '<hr>', '<img>', '<image/>', '<wbr/>', '<frameset>',
  '<svg>', '</svg>', '<math>', '</math>', '<svg/>', '<math/>', '<svg><path/></svg>', '<svg><style></svg>', '<math><mi>x</mi></math>', '<g>', '</g>', '<g/>', '<path/></path>', '<path></path>', '</path>', '<x-y>', '</x-y>', '<mglyph>', '<malignmark/>', '<mrow>', '</mrow>',
  '<![CDATA[<p>]]>', '<![CDATA[x>]]>', '<![CDATA[</svg>]]>', '<![CDATA[]]]>', '<font color=x>', '<font>', '</font>', '<font size=1>x</font>', '<ruby>a<rt>b</ruby>', '<rt>', '<rp>', '<object>', '</object>', '<marquee>', '<pre>x</pre>', '<plaintext>', '<xmp></svg></xmp>',
  '<style></title></style>', '<style><a title="</style>">', '<script>"</svg>"</script>', '<script/>', '<script>', '<title>', '</title>', '<title>x</title>', '</desc>', '<desc>x</desc>', '</foreignObject>', '</mtext>', '<mtext>x</mtext>', '</annotation-xml>', '<noscript></svg></noscript>', '<iframe></svg></iframe>',
  '<body>', '</body>', '<head>', '</head>', '<html>', '</html>', '<meta>', '<link>', '<!-- </svg> -->', '<!-->', '<?pi ?>', '<!doctype html>', '</ x>', '<details><summary>x</summary></details>', '<dialog>x</dialog>', '<section>', '</section>', '<p><span>x</p>', '<label>x</label>', '<sub>x</sub>',
  '<a-name-that-is-longer-than-any-known>', '</a-name-that-is-longer-than-any-known>', '<a-name-that-is-longer-than-those></a-name-that-is-longer-than-any-known>'];
const CLOSINGS = ['</svg>', '</math>', '</title>', '</desc>', '</foreignObject>', '</mtext>', '</mi>', '</annotation-xml>', '</g>', '</p>', '</div>', '</b>', '</a>', '</li>', '</td>', '</table>', '</form>', '</button>', '</br>', '</template>'];
// Where a mistaken reader shows itself: raw text for HTML, tags for svg, or the other way round.
const PROBES = ['<script>"<p></body>"</script>', '<style><p></style>', '<script>', '<style>', '<title></body></title>', '<title>', '<![CDATA[<p>]]>', '<![CDATA[>', '<textarea>', '<script><!--</script>', '<xmp>', '<iframe>', '<p>', '<span data-abide-status></span>', '<frameset>', '</body>', 'x', '', ''];

const paired = point => point.endsWith('/>') ? '' : `</${point.slice(1).split(/[ >]/)[0]}>`;

function foreign(one, below) {
  let text = one(ROOTS);
  for (let n = 1 + below(3); n > 0; --n) {
    const point = below(4) ? one(POINTS) : '';
    text += point;
    for (let m = below(4); m > 0; --m) text += below(12) ? one(INSIDE) : foreign(one, below);
    if (point && below(3)) text += paired(point);
    if (below(3) === 0) text += one(CLOSINGS);
  }
  if (below(3)) text += text.includes('<svg') ? '</svg>' : '</math>';
  return text + one(PROBES);
}

const END = ['</body></html>', '</body></html>\n', '</body>', '', '\n', '</html>', '</body><!-- end -->\n</html>\n', '<!-- end', '<scrip', '<a href="', '<plaintext>x', '<script>', '<textarea>', '</', '<template><', '<template><svg>', '</html><frameset>'];

export function page(below) {
  const one = list => list[below(list.length)];
  let text = one(START);
  const ordinary = below(3) > 0;
  if (ordinary && below(2)) text += '<html><head>';
  for (let n = below(6); n > 0; --n) text += one(HEAD);
  if (ordinary && below(2)) text += '</head>\n<body>';
  for (let n = below(10); n > 0; --n) text += below(6) ? one(BODY) : foreign(one, below);
  return text + one(END);
}
