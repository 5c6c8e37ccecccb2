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
  '\n', '  ', '</head>', '</HEAD >', '</title>', '</p>', '</br>', '<noframes></head></noframes>', '<bgsound>', '<![CDATA[x]]>'];
const BODY = ['<body>', '<BODY CLASS=a>', '<body onload="a>b" class=\'<p>\'>', 'text', ' text ', '&amp;', '<', '< b', '<p>', '</p>', '<p>a', '<div>', '</div>', '<b>', '</b>', '<i>x', '</i>', '<a href=x>', '</a>',
  '<br>', '<hr/>', '<img src="a>b" alt=\'<body>\'>', '<h1>x</h1>', '<ul><li>a<li>b</ul>', '<table>', '<tr><td>', '</table>', '<table><tr><td>x</table>', '<table></body></table>',
  '<select><option>a', '</select>', '<textarea></body></textarea>', '<textarea>\n<b></textarea>', '<iframe></body></iframe>', '<xmp></body></xmp>', '<noembed><p></noembed>',
  '<noscript></body></noscript>', '<script>"</body>"</script>', '<script><!--<script></script></body>--></script>', '<style></body></style>', '<svg>', '</svg>', '<svg/>',
  '<svg><style><a title="</style>"></a></svg>', '<svg><title><p></title></svg>', '<svg><foreignObject><div>x</div></foreignObject></svg>', '<svg><![CDATA[</body>]]></svg>',
  '<svg><script></body></script></svg>', '<math><mi>x</mi></math>', '<math><annotation-xml><div></math>', '<math>', '<p><svg><p>', '<template>', '</template>', '<template><tr></template>',
  '<!-- </body> -->', '<!-- -', '</body>', '</body><!-- c -->', '</body>\n', '</html>', '</html>\n', '<button>', '</button>', '<form>', '</form>', '<input value="</body>">', '<frameset>',
  '<object>', '</object>', '<marquee>', '<nobr>', '<font color=x>', '<em><p></em>', '<a><div></a></div>', '<b><p></b></p>', '<title>x</title>', '<meta>', '<head>', '</head>', '<html class=x>',
  '<isindex>', '<image>', '<dl><dt>a<dd>b</dl>', '<ruby><rt>x</ruby>', '<pre>\nx</pre>', '<details><summary>x</details>', '<x-y></x-y>', '<a b=c/>', '<a b="c"d=\'e\'f>', '<a =x>', '<a b = c>', '<a\nb\n=\n"c">'];
const END = ['</body></html>', '</body></html>\n', '</body>', '', '\n', '</html>', '</body><!-- end -->\n</html>\n', '<!-- end', '<scrip', '<a href="', '<plaintext>x', '<script>', '<textarea>', '</'];

export function page(below) {
  const one = list => list[below(list.length)];
  let text = one(START);
  const ordinary = below(3) > 0;
  if (ordinary && below(2)) text += '<html><head>';
  for (let n = below(6); n > 0; --n) text += one(HEAD);
  if (ordinary && below(2)) text += '</head>\n<body>';
  for (let n = below(10); n > 0; --n) text += one(BODY);
  return text + one(END);
}
